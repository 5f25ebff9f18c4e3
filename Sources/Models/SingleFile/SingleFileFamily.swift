import Checkpoints
import Denoising
import Files

/// The family of a whole model in one file, by its tensors' names and shapes, and what all of that family have.
struct SingleFileFamily {
  struct Text {
    let configuration: JSONValue
    let padding: String?
    let projects: Bool
  }

  private enum Kind {
    /// Stable Diffusion 1, 2 and XL, by the width of a prompt's tokens.
    case one, two, xl
  }

  private let kind: Kind
  private let predictsV: Bool

  var isXL: Bool { kind == .xl }

  /// - Throws: `ModelError` for none that is known.
  init(_ file: any TensorSource, _ parts: LDMParts) throws {
    let mark = ".attn2.to_k.weight"
    let width = try parts.network.names.first { $0.hasSuffix(mark) }.map { try parts.network.shape(of: $0) }?
      .last
    switch width {
    case 768: kind = .one
    case 1024: kind = .two
    case 2048 where parts.texts.count == 2: kind = .xl
    default:
      let found = width.map { "prompts of width \($0)" } ?? "no prompts"
      throw ModelError.tensors(
        file: file.path,
        defect:
          "its network takes \(found), expected 768, 1024 or 2048 (Stable Diffusion 1, 2, XL); give --config "
          + "with the folder of the same model")
    }
    let channels = try parts.network.shape(of: "conv_in.weight")
    guard channels.count == 4, channels[1] == 4 else {
      throw ModelError.tensors(
        file: file.path,
        defect:
          "its network takes \(channels.dropFirst().first ?? 0) channels, expected 4: it changes pictures, and "
          + "is not known here; give one that draws from text alone")
    }
    predictsV = try Self.predictsV(file, kind)
  }

  /// Whether the network predicts v and not ε.
  private static func predictsV(_ file: any TensorSource, _ kind: Kind) throws -> Bool {
    // As ComfyUI and as others' trainers write it.
    let keys = ["modelspec.predict_key", "modelspec.prediction_type"]
    if let said = keys.compactMap({ file.metadata[$0] }).first { return said.hasPrefix("v") }
    if file.contains("v_pred") { return true }
    // Of SD 2 the scale of one tensor tells them apart; as ComfyUI does it.
    let name = LDMNetwork.prefix + "output_blocks.11.1.transformer_blocks.0.norm1.bias"
    guard kind == .two, file.contains(name) else { return false }
    let values = try file.tensor(named: name).values.map { Double($0) }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count - 1))
    return variance.squareRoot() > 0.09
  }

  // MARK: Network

  /// diffusers' `config.json`, from shapes and from what the family has.
  func network(_ weights: RenamedTensors) throws -> JSONValue {
    func levels(_ blocks: String) -> Int {
      (0..<64).first { !weights.contains("\(blocks).\($0).resnets.0.norm1.weight") } ?? 0
    }
    func layers(_ block: String) -> Int {
      (0..<64).first { !weights.contains("\(block).resnets.\($0).norm1.weight") } ?? 0
    }
    /// Transformers in each attention of a block; nil for a block without.
    func depths(_ block: String, _ layers: Int) -> [Int]? {
      guard weights.contains("\(block).attentions.0.norm.weight") else { return nil }
      return (0..<layers).map { layer in
        let front = "\(block).attentions.\(layer).transformer_blocks"
        return (0..<64).first { !weights.contains("\(front).\($0).norm1.weight") } ?? 0
      }
    }
    let count = levels("down_blocks")
    let blocks = (0..<count).map { "down_blocks.\($0)" }
    let counts = blocks.map(layers)
    let widths = try blocks.map { try weights.shape(of: "\($0).resnets.0.conv1.weight").first ?? 0 }
    let down = zip(blocks, counts).map { depths($0, $1) }
    let up = (0..<count).map { depths("up_blocks.\($0)", layers("up_blocks.\($0)")) }
    let middle = depths("mid_block", 1)?.first
    let isLinear =
      try weights.names.first { $0.hasSuffix(".proj_in.weight") }
      .map { try weights.shape(of: $0).count == 2 } ?? false
    func list(_ numbers: [Int]) -> JSONValue { .list(numbers.map { .number(Double($0)) }) }
    func depthLists(_ depths: [[Int]?]) -> JSONValue {
      .list(
        depths.enumerated().map { place, depth in
          // The last one's is the middle's, too.
          list(depth ?? [place == count - 1 ? middle ?? 1 : 1])
        })
    }
    var fields: [String: JSONValue] = [
      "_class_name": .text("UNet2DConditionModel"), "sample_size": .number(sampleSize),
      "in_channels": .number(4), "out_channels": .number(4), "layers_per_block": list(counts),
      "block_out_channels": list(widths), "cross_attention_dim": .number(contextWidth),
      "attention_head_dim": list(widths.map { kind == .one ? 8 : max(1, $0 / 64) }),
      "use_linear_projection": .flag(isLinear),
      "down_block_types": .list(down.map { .text($0 == nil ? "DownBlock2D" : "CrossAttnDownBlock2D") }),
      "up_block_types": .list(up.map { .text($0 == nil ? "UpBlock2D" : "CrossAttnUpBlock2D") }),
      "transformer_layers_per_block": depthLists(down),
      "reverse_transformer_layers_per_block": .list(up.map { list($0 ?? [1]) }),
      "mid_block_type": middleType(weights, attends: middle != nil),
    ]
    if kind == .xl {
      fields["addition_embed_type"] = .text("text_time")
      fields["addition_time_embed_dim"] = .number(256)
      fields["projection_class_embeddings_input_dim"] =
        .number(Double(try weights.shape(of: "add_embedding.linear_1.weight").last ?? 0))
    }
    if weights.contains("time_embedding.cond_proj.weight") {
      fields["time_cond_proj_dim"] =
        .number(Double(try weights.shape(of: "time_embedding.cond_proj.weight").last ?? 0))
    }
    return .object(fields)
  }

  private func middleType(_ weights: RenamedTensors, attends: Bool) -> JSONValue {
    if attends { return .text("UNetMidBlock2DCrossAttn") }
    return weights.contains("mid_block.resnets.0.norm1.weight") ? .text("UNetMidBlock2D") : .null
  }

  /// Rows and columns of latents.
  private var sampleSize: Double {
    switch kind {
    case .one: 64
    case .two: predictsV ? 96 : 64
    case .xl: 128
    }
  }

  private var contextWidth: Double {
    switch kind {
    case .one: 768
    case .two: 1024
    case .xl: 2048
    }
  }

  // MARK: What the family has

  /// As its first release's `scheduler_config.json`.
  var scheduler: JSONValue {
    var fields: [String: JSONValue] = [
      "beta_start": .number(0.00085), "beta_end": .number(0.012), "beta_schedule": .text("scaled_linear"),
      "num_train_timesteps": .number(1000), "steps_offset": .number(1), "clip_sample": .flag(false),
      "prediction_type": .text(predictsV ? "v_prediction" : "epsilon"),
    ]
    switch kind {
    case .one:
      fields["_class_name"] = .text("PNDMScheduler")
      (fields["set_alpha_to_one"], fields["skip_prk_steps"]) = (.flag(false), .flag(true))
    case .two:
      fields["_class_name"] = .text("DDIMScheduler")
      fields["set_alpha_to_one"] = .flag(false)
    case .xl:
      fields["_class_name"] = .text("EulerDiscreteScheduler")
      fields["timestep_spacing"] = .text("leading")
    }
    return .object(fields)
  }

  var autoencoder: JSONValue {
    .autoencoder(widths: [128, 256, 512, 512], layers: 2, scale: isXL ? 0.13025 : 0.18215)
  }

  var texts: [Text] {
    func text(
      _ width: Double, heads: Double, layers: Double, _ activation: String, projection: Double
    ) -> JSONValue {
      .object([
        "hidden_size": .number(width), "num_attention_heads": .number(heads),
        "num_hidden_layers": .number(layers), "intermediate_size": .number(4 * width),
        "max_position_embeddings": .number(77), "vocab_size": .number(49408),
        "hidden_act": .text(activation), "projection_dim": .number(projection),
      ])
    }
    let large = Text(
      configuration: text(768, heads: 12, layers: 12, "quick_gelu", projection: 768), padding: nil,
      projects: false)
    switch kind {
    case .one: return [large]
    case .two:
      // The last of its 24 layers is not used.
      return [
        Text(
          configuration: text(1024, heads: 16, layers: 23, "gelu", projection: 1024), padding: "!",
          projects: false)
      ]
    case .xl:
      return [
        large,
        Text(
          configuration: text(1280, heads: 20, layers: 32, "gelu", projection: 1280), padding: "!",
          projects: true),
      ]
    }
  }
}
