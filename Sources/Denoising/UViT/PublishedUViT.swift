import Checkpoints
import Sampling

/// The authors' own checkpoints of U-ViTs (github.com/baofff/U-ViT): a state dict, whose shapes say all of the
/// configuration but the heads. They predict the noise, over a continuous time.
extension UViTConfiguration {
  /// Heads of 64 channels, but 16 of them in the models of width 1152; nil where the width does not tell.
  static func publishedHeads(width: Int) -> Int? {
    if width == 1152 { return 16 }
    return width % 64 == 0 ? width / 64 : nil
  }

  /// CIFAR-10's, CIFAR-100's and ImageNet's: a model with as many rows was trained without one for "none".
  var hasKnownClassCount: Bool { isPublished && [10, 100, 1000].contains(classes) }

  /// The authors' own evaluations take 50 steps of their DPM-Solver, which clips nothing; their guidance of w is 1 + w
  /// here.
  var defaultRun: DefaultRun {
    guard isPublished else { return DefaultRun() }
    let sampler = SamplerSettings(sampler: .dpmpp2m, steps: 50, clip: false)
    if contextWidth > 0 { return DefaultRun(sampler, guidance: 2) }
    // Of latents of 32 x 32, and of 64 x 64.
    return DefaultRun(sampler, guidance: drawsLatents && noLabel != nil ? imageSize < 64 ? 1.4 : 1.7 : 1)
  }

  /// - Parameter heads: nil: as the width says.
  /// - Returns: nil for tensors that are none of a U-ViT.
  /// - Throws: `ModelError.tensors` for one that is not known here.
  package init?(shapesOf source: any TensorSource, heads: Int?) throws {
    let marks = ["patch_embed.proj.weight", "pos_embed", "mid_block.mlp.fc1.weight", "decoder_pred.weight"]
    guard marks.allSatisfy({ source.contains($0) }) else { return nil }
    func refuse(_ defect: String) -> ModelError { .tensors(file: source.path, defect: defect) }
    func shape(_ name: String, axes: Int) throws -> [Int] {
      let shape = try source.shape(of: name)
      guard shape.count == axes, shape.allSatisfy({ $0 > 0 }) else {
        throw refuse("tensor '\(name)' has shape \(shape), expected \(axes) axes")
      }
      return shape
    }
    let patches = try shape(marks[0], axes: 4)
    let positions = try shape(marks[1], axes: 3)
    let hidden = try shape(marks[2], axes: 2)
    self.init()
    isPublished = true
    contextWidth = source.contains("context_embed.weight") ? try shape("context_embed.weight", axes: 2)[1] : 0
    (width, channels, patchSize) = (patches[0], patches[1], patches[2])
    classes = source.contains("label_emb.weight") ? try shape("label_emb.weight", axes: 2)[0] : 0
    guard contextWidth == 0 || channels == 4 && classes == 0 else {
      throw refuse(
        "this U-ViT draws from text, and has \(channels) channels and \(classes) labels, expected latents of 4 and "
          + "no labels; give one of the authors'")
    }
    timeMLP = source.contains("time_embed.0.weight")
    qkvBias = source.contains("mid_block.attn.qkv.bias")
    finalConvolution = source.contains("final_layer.weight")
    mlpRatio = Double(hidden[0]) / Double(width)
    depth = 2 * Self.blocks(of: source)
    let side = Int(Double(max(0, positions[1] - extras)).squareRoot())
    guard positions[1] > extras, side * side == positions[1] - extras else {
      throw refuse(
        "'pos_embed' is for \(positions[1]) tokens, expected a square of patches beside \(extras) more")
    }
    imageSize = side * patchSize
    guard let chosen = heads ?? Self.publishedHeads(width: width) else {
      throw refuse("how many heads it has cannot be told from its width \(width); say it with --heads")
    }
    self.heads = chosen
    if let defect { throw refuse("its shapes make no U-ViT: \(defect)") }
  }

  /// Blocks before the middle one.
  private static func blocks(of source: any TensorSource) -> Int {
    let places = source.names.compactMap { name -> Int? in
      let parts = name.split(separator: ".", maxSplits: 2)
      return parts.count == 3 && parts[0] == "in_blocks" ? Int(parts[1]) : nil
    }
    // A number that no model comes near is left to the check of the bounds.
    return min((places.max() ?? -1) + 1, 1 << 20)
  }
}
