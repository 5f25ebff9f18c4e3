import Checkpoints

/// The parts of a checkpoint in the layout of Stable Diffusion's first release, under diffusers' and transformers' names.
struct LDMParts {
  private typealias Origin = RenamedTensors.Origin
  let network, autoencoder: RenamedTensors
  /// One, or SDXL's two; empty in a file without.
  let texts: [RenamedTensors]

  /// Whether a file has that layout.
  static func has(_ file: any TensorSource) -> Bool {
    file.names.contains { $0.hasPrefix(LDMNetwork.prefix) }
  }

  init(_ file: any TensorSource) {
    func origins(_ prefix: String, _ name: (String) -> [(String, Origin)]) -> [String: Origin] {
      Self.origins(of: file, prefix, name)
    }
    let inner = file.names.filter { $0.hasPrefix(LDMNetwork.prefix) }
      .map { String($0.dropFirst(LDMNetwork.prefix.count)) }
    let names = LDMNetwork(inner)
    // What nobody knows keeps its name, so that whoever reads the network names it.
    network = RenamedTensors(
      file, origins(LDMNetwork.prefix) { [(names.name($0) ?? $0, Origin($0))] })
    autoencoder = Self.autoencoder(of: file, prefix: "first_stage_model.")
    let places: [(prefix: String, name: (String) -> [(String, Origin)])] = [
      ("cond_stage_model.transformer.", Self.text), ("conditioner.embedders.0.transformer.", Self.text),
      ("cond_stage_model.model.", Self.openText), ("conditioner.embedders.1.model.", Self.openText),
      ("conditioner.embedders.0.model.", Self.openText),
    ]
    texts = places.map { origins($0.prefix, $0.name) }.filter { !$0.isEmpty }.map { RenamedTensors(file, $0) }
  }

  /// - Parameter prefix: of its tensors' names in the file.
  static func autoencoder(of file: any TensorSource, prefix: String) -> RenamedTensors {
    RenamedTensors(file, origins(of: file, prefix, autoencoder(file, prefix)))
  }

  private static func origins(
    of file: any TensorSource, _ prefix: String, _ name: (String) -> [(String, Origin)]
  ) -> [String: Origin] {
    let found = file.names.filter { $0.hasPrefix(prefix) }.flatMap {
      name(String($0.dropFirst(prefix.count)))
    }
    return Dictionary(
      found.map {
        ($0, Origin(prefix + $1.name, part: $1.part, isTransposed: $1.isTransposed, isMatrix: $1.isMatrix))
      },
      uniquingKeysWith: { first, _ in first })
  }

  /// An encoder without the layers and the projection that its model does not use.
  static func trimmed(_ text: RenamedTensors, layers: Int, keepsProjection: Bool) -> RenamedTensors {
    let kept = text.names.filter { name in
      if name == "text_projection.weight" { return keepsProjection }
      let parts = name.split(separator: ".")
      guard parts.count > 2, parts[0] == "encoder", let layer = Int(parts[2]) else { return true }
      return layer < layers
    }
    return text.keeping(Set(kept))
  }

  // MARK: Text encoders

  private static func text(_ name: String) -> [(String, Origin)] {
    [(name.hasPrefix("text_model.") ? String(name.dropFirst("text_model.".count)) : name, Origin(name))]
  }

  /// open_clip's names: queries, keys and values lie one behind the other, and the projection is on its side.
  private static func openText(_ name: String) -> [(String, Origin)] {
    switch name {
    case "positional_embedding": return [("embeddings.position_embedding.weight", Origin(name))]
    case "token_embedding.weight": return [("embeddings.token_embedding.weight", Origin(name))]
    case "text_projection": return [("text_projection.weight", Origin(name, isTransposed: true))]
    default: break
    }
    let parts = name.split(separator: ".").map(String.init)
    if parts.count == 2, parts[0] == "ln_final" { return [("final_layer_norm.\(parts[1])", Origin(name))] }
    guard parts.count >= 4, parts[0] == "transformer", parts[1] == "resblocks" else { return [] }
    let front = "encoder.layers.\(parts[2])."
    let rest = parts.dropFirst(3).joined(separator: ".")
    for kind in ["weight", "bias"] where rest == "attn.in_proj_\(kind)" {
      return ["q", "k", "v"].enumerated().map { place, part in
        ("\(front)self_attn.\(part)_proj.\(kind)", Origin(name, part: .init(place, of: 3)))
      }
    }
    let known = [
      "ln_1": "layer_norm1", "ln_2": "layer_norm2", "mlp.c_fc": "mlp.fc1", "mlp.c_proj": "mlp.fc2",
      "attn.out_proj": "self_attn.out_proj",
    ]
    let stem = parts.dropFirst(3).dropLast().joined(separator: ".")
    return known[stem].map { [("\(front)\($0).\(parts[parts.count - 1])", Origin(name))] } ?? []
  }

  // MARK: Autoencoder

  private static func autoencoder(
    _ file: any TensorSource, _ prefix: String
  ) -> (String) -> [(String, Origin)] {
    let levels = file.names.compactMap { name -> Int? in
      let mark = prefix + "decoder.up."
      return name.hasPrefix(mark)
        ? name.dropFirst(mark.count).split(separator: ".").first.flatMap { LDMNetwork.number($0) } : nil
    }
    let last = levels.max() ?? 0
    return { name in
      let parts = name.split(separator: ".").map(String.init)
      guard parts.count >= 2 else { return [] }
      guard ["encoder", "decoder"].contains(parts[0]) else {
        return ["quant_conv", "post_quant_conv"].contains(parts[0]) ? [(name, Origin(name))] : []
      }
      let rest = parts.dropFirst(2).joined(separator: ".")
      func residual(_ name: String) -> String { name.replacing("nin_shortcut", with: "conv_shortcut") }
      switch parts[1] {
      case "norm_out": return [("\(parts[0]).conv_norm_out.\(rest)", Origin(name))]
      case "mid" where parts.count >= 4:
        let inner = parts.dropFirst(3).joined(separator: ".")
        if parts[2] == "attn_1" {
          let names = [
            "norm": "group_norm", "q": "to_q", "k": "to_k", "v": "to_v", "proj_out": "to_out.0",
          ]
          guard parts.count == 5, let part = names[parts[3]] else { return [] }
          return [
            ("\(parts[0]).mid_block.attentions.0.\(part).\(parts[4])", Origin(name, isMatrix: true))
          ]
        }
        let place = parts[2] == "block_1" ? 0 : 1
        return [("\(parts[0]).mid_block.resnets.\(place).\(residual(inner))", Origin(name))]
      case "down", "up":
        guard parts.count >= 5, let level = LDMNetwork.number(parts[2]) else { return [] }
        let block = parts[1] == "up" ? "up_blocks.\(last - level)" : "down_blocks.\(level)"
        let inner = parts.dropFirst(5).joined(separator: ".")
        if parts[3] == "block" {
          return [("\(parts[0]).\(block).resnets.\(parts[4]).\(residual(inner))", Origin(name))]
        }
        let sampler = parts[1] == "up" ? "upsamplers" : "downsamplers"
        return [("\(parts[0]).\(block).\(sampler).0.conv.\(inner)", Origin(name))]
      default: return [("\(parts[0]).\(parts.dropFirst().joined(separator: "."))", Origin(name))]
      }
    }
  }
}
