import Checkpoints
import Denoising
import Files
import Foundation

/// The layers of a file of low-rank additions, under the names that kohya's scripts, PEFT and diffusers write.
struct LoRAFile {
  /// Whose weights a layer is for.
  enum Part: Hashable {
    case network
    /// One of a model's text encoders.
    case text(Int)
  }

  /// A module's name, with underscores for its dots.
  struct Module: Hashable {
    let part: Part
    var name: String
  }

  /// Names of a layer's tensors.
  struct Layer: Hashable, Sendable {
    let down, up: String
    let alpha: String?
  }

  private enum Role: Hashable { case down, up, alpha }

  let source: any TensorSource
  let layers: [Module: Layer]
  /// α of all layers of a part that have none of their own; a part without one has the rank.
  let alphas: [Part: Double]

  /// - Throws: `ModelError` for a file of something else, and for additions of a kind that is not known.
  init(_ source: any TensorSource) throws {
    var found: [Module: [Role: String]] = [:]
    for name in source.names {
      if let kind = Self.others.first(where: { name.contains($0.mark) })?.kind {
        throw ModelError.tensors(
          file: source.path, defect: "this is a \(kind) (\(quoted(name))), which is not known; give a LoRA")
      }
      guard let (module, role) = Self.module(of: name) else { continue }
      found[module, default: [:]][role] = name
    }
    // α alone, or half of a layer, is none.
    let layers = found.compactMapValues { names in
      names[.down].flatMap { down in names[.up].map { Layer(down: down, up: $0, alpha: names[.alpha]) } }
    }
    guard !layers.isEmpty else {
      throw ModelError.tensors(
        file: source.path, defect: "there are no layers of a LoRA in it; give a file of lora_down and lora_up"
      )
    }
    (self.source, self.layers) = (source, layers)
    alphas = try Self.alphas(source)
  }

  /// Other additions, by what only their names have.
  private static let others = [
    ("dora_scale", "DoRA"), (".lora_magnitude_vector", "DoRA"), ("hada_w", "LoHa"), ("lokr_w", "LoKr"),
    ("lora_mid", "LoCon with a third matrix"), (".oft_", "OFT"),
  ].map { (mark: $0, kind: $1) }

  private static let endings: [(text: String, role: Role)] = [
    (".lora_down.weight", .down), (".lora_up.weight", .up), (".lora_A.weight", .down),
    (".lora_B.weight", .up), (".lora_A.default.weight", .down), (".lora_B.default.weight", .up),
    (".lora.down.weight", .down), (".lora.up.weight", .up), ("_lora.down.weight", .down),
    ("_lora.up.weight", .up), (".lora_linear_layer.down.weight", .down),
    (".lora_linear_layer.up.weight", .up), (".alpha", .alpha),
  ]

  private static let parts: [(prefix: String, part: Part)] = [
    ("lora_unet_", .network), ("lora_te_", .text(0)), ("lora_te1_", .text(0)), ("lora_te2_", .text(1)),
    ("unet.", .network), ("text_encoder.", .text(0)), ("text_encoder_2.", .text(1)),
    ("base_model.model.", .network), ("diffusion_model.", .network),
  ]

  private static func module(of name: String) -> (Module, Role)? {
    guard let (ending, role) = endings.first(where: { name.hasSuffix($0.text) }) else { return nil }
    var stem = String(name.dropLast(ending.count))
    let found = parts.first { stem.hasPrefix($0.prefix) }
    stem.removeFirst(found?.prefix.count ?? 0)
    // diffusers' first layout had the layers in an object beside the attention.
    stem = stem.replacing(".processor.", with: ".")
    if ending.hasPrefix("_lora"), stem.hasSuffix("to_out") { stem += ".0" }
    return (Module(part: found?.part ?? .network, name: flat(stem)), role)
  }

  /// As modules are called here: `text_model.` is there in some encoders' names and not in others'.
  static func flat(_ name: String) -> String {
    let flat = name.replacing(".", with: "_")
    return flat.hasPrefix("text_model_") ? String(flat.dropFirst("text_model_".count)) : flat
  }

  /// What PEFT keeps beside the tensors.
  private static func alphas(_ source: any TensorSource) throws -> [Part: Double] {
    guard let text = source.metadata["lora_adapter_metadata"],
      let fields = JSONValue.members(of: Data(text.utf8))
    else { return [:] }
    var alphas: [Part: Double] = [:]
    for (prefix, part) in parts {
      if case .object(let single)? = fields["\(prefix)alpha_pattern"], !single.isEmpty {
        throw ModelError.tensors(
          file: source.path,
          defect:
            "its layers have an α each (alpha_pattern), which is not known; write it as kohya's scripts do")
      }
      if case .number(let alpha)? = fields["\(prefix)lora_alpha"] { alphas[part] = alpha }
    }
    return alphas
  }
}
