import Checkpoints
import Models
import Tensors
import TestSupport
import Testing

/// Which family a whole model in one file is of, by names and shapes; no weight is looked at.
struct SingleFileFamilyTests {
  enum Family: CaseIterable {
    case one, two, xl

    /// Channels and transformers of each attention, level by level from the top; 0: none.
    var levels: [(channels: Int, depth: Int)] {
      self == .xl ? [(320, 0), (640, 2), (1280, 10)] : [(320, 1), (640, 1), (1280, 1), (1280, 0)]
    }

    /// Numbers of a prompt's token.
    var width: Int {
      switch self {
      case .one: 768
      case .two: 1024
      case .xl: 2048
      }
    }

    var encoders: [String] {
      switch self {
      case .one: ["cond_stage_model.transformer.text_model."]
      case .two: ["cond_stage_model.model."]
      case .xl: ["conditioner.embedders.0.transformer.text_model.", "conditioner.embedders.1.model."]
      }
    }

    /// One tensor of each encoder.
    var marks: [String] {
      encoders.map { $0 + ($0.contains(".model.") ? "ln_final.weight" : "final_layer_norm.weight") }
    }
  }

  /// Its network's blocks with what shapes say of them, everything else left out or of one number.
  private static func write(
    _ family: Family, to folder: TemporaryFolder, metadata: [String: String] = [:], without: String = "-",
    bias: [Float]? = nil
  ) throws -> ModelSource {
    var writer = SafetensorsWriter(metadata: metadata)
    func add(_ name: String, _ shape: [Int] = [1]) {
      if !name.hasPrefix(without) { writer.add(name, Tensor(shape)) }
    }
    func network(_ name: String, _ shape: [Int] = [1]) { add("model.diffusion_model.\(name)", shape) }
    func attention(_ block: String, depth: Int) {
      guard depth > 0 else { return }
      network("\(block).1.norm.weight")
      network("\(block).1.proj_in.weight", family == .one ? [1, 1, 1, 1] : [1, 1])
      for layer in 0..<depth {
        network("\(block).1.transformer_blocks.\(layer).norm1.weight")
        network("\(block).1.transformer_blocks.\(layer).attn2.to_k.weight", [1, family.width])
      }
    }
    let levels = family.levels
    network("input_blocks.0.0.weight", [levels[0].channels, 4, 1, 1])
    for (place, level) in levels.enumerated() {
      for block in 3 * place + 1...3 * place + 2 {
        network("input_blocks.\(block).0.in_layers.0.weight")
        network("input_blocks.\(block).0.in_layers.2.weight", [level.channels, 1])
        attention("input_blocks.\(block)", depth: level.depth)
      }
      if place < levels.count - 1 { network("input_blocks.\(3 * place + 3).0.op.weight") }
    }
    attention("middle_block", depth: levels[levels.count - 1].depth == 0 ? 1 : levels[levels.count - 1].depth)
    for (place, level) in levels.reversed().enumerated() {
      for block in 3 * place...3 * place + 2 {
        network("output_blocks.\(block).0.in_layers.0.weight")
        attention("output_blocks.\(block)", depth: level.depth)
      }
    }
    if family == .xl { network("label_emb.0.0.weight", [1, 2816]) }
    if let bias {
      writer.add(
        "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias",
        Tensor([bias.count], values: bias))
    }
    for mark in family.marks { add(mark) }
    add("first_stage_model.quant_conv.weight")
    let file = folder.file("single.safetensors")
    try writer.write(to: file)
    return ModelSource(file)
  }

  private static func facts(_ source: ModelSource) throws -> [String: String] {
    Dictionary(
      try ModelRegistry.model(at: source).facts.map { ($0.name, $0.text) },
      uniquingKeysWith: { first, _ in first })
  }

  @Test(
    arguments: [
      (.one, "Stable Diffusion", "4 x 64 x 64", "320, 640, 1280, 1280", "CLIP of width 768, 12 layers"),
      (.two, "Stable Diffusion", "4 x 64 x 64", "320, 640, 1280, 1280", "CLIP of width 1024, 23 layers"),
      (
        .xl, "Stable Diffusion XL", "4 x 128 x 128", "320, 640, 1280",
        "CLIP of width 768, 12 layers and CLIP of width 1280, 32 layers"
      ),
    ] as [(Family, String, String, String, String)])
  func aFamilyIsKnownByNamesAndShapes(
    family: Family, name: String, latents: String, widths: String, text: String
  ) throws {
    let folder = try TemporaryFolder()
    let found = try Self.facts(Self.write(family, to: folder))
    #expect(found["family"] == name && found["latents"] == latents && found["text"] == text)
    #expect(found["network"]?.contains("widths \(widths), 2 layers in a block") == true)
    #expect(found["network"]?.contains("text of \(family.width) numbers a token") == true)
    #expect(found["predicts"]?.hasPrefix("epsilon,") == true)
  }

  /// SD 2's by the spread of one tensor; others say it.
  @Test(
    arguments: [
      (.two, [:], [0, 1], true), (.two, [:], [0, 0.01], false), (.one, [:], [0, 1], false),
      (.two, ["modelspec.predict_key": "epsilon"], [0, 1], false),
      (.one, ["modelspec.predict_key": "v"], nil, true),
      (.xl, ["modelspec.prediction_type": "v"], nil, true),
      (.xl, ["modelspec.prediction_type": "epsilon"], nil, false),
    ] as [(Family, [String: String], [Float]?, Bool)])
  func whetherItPredictsVIsKnown(
    family: Family, metadata: [String: String], bias: [Float]?, predictsV: Bool
  ) throws {
    let folder = try TemporaryFolder()
    let found = try Self.facts(Self.write(family, to: folder, metadata: metadata, bias: bias))
    #expect(found["predicts"]?.hasPrefix(predictsV ? "v," : "epsilon,") == true)
  }

  @Test func aFamilyOfTwoEncodersIsNotKnownByOne() throws {
    let folder = try TemporaryFolder()
    let source = try Self.write(.xl, to: folder, without: "conditioner.embedders.0")
    let text = complaint { try ModelRegistry.model(at: source) }
    #expect(text.contains("prompts of width 2048, expected 768, 1024 or 2048"), "\(text)")
  }
}
