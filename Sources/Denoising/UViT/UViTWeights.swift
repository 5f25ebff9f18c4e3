import Checkpoints
import Tensors

/// The weights of a U-ViT, copied out of its file: nothing that happens to the file later can reach them.
///
/// Tensor names are those of the published checkpoints.
final class UViTWeights {
  let patches: LinearWeights
  /// [token, width]: positions, and for the patches also the bias of their embedding.
  let base: Tensor
  /// [classes, width]; nil for a model without labels.
  let labels: Tensor?
  /// Two layers behind the time embedding, SiLU between them; nil where it is used as it is.
  let timeMLP: (first: DenseWeights, second: DenseWeights)?
  /// From a prompt's tokens; nil where it reads none.
  let context: DenseWeights?
  let inBlocks: [UViTBlockWeights]
  let midBlock: UViTBlockWeights
  let outBlocks: [UViTBlockWeights]
  let norm: NormWeights
  let decoder: DenseWeights
  /// [channel, channel, 3, 3] and [channel]; nil where the decoder's output is the image.
  let finalConvolution: (weights: Buffer, bias: Buffer)?

  /// - Throws: `CheckpointError` for a tensor that is missing, surplus or of another shape.
  init(_ engine: ComputeEngine, _ c: UViTConfiguration, _ scope: TensorScope) throws {
    let (tensors, reader) = (UViTTensors(c), WeightReader(engine: engine, scope: scope))
    // In the order in which files have them, so that little is kept until it is asked for.
    decoder = try reader.dense(tensors.decoder)
    finalConvolution = try tensors.finalConvolution.map(reader.floats)
    inBlocks = try tensors.inBlocks.map { try UViTBlockWeights(reader, $0, width: c.width) }
    labels = try tensors.labels.map { Tensor($0.shape, values: try reader.numbers($0)) }
    midBlock = try UViTBlockWeights(reader, tensors.midBlock, width: c.width)
    norm = try reader.norm(tensors.norm)
    outBlocks = try tensors.outBlocks.map { try UViTBlockWeights(reader, $0, width: c.width) }
    patches = try LinearWeights(
      engine, reader.buffer(tensors.patches.weight).view([c.width, c.patchLength]))
    var base = try reader.numbers(tensors.positions)
    if let bias = tensors.patches.bias {
      let patchBias = try reader.numbers(bias)
      for token in c.extras..<c.tokens {
        for channel in 0..<c.width { base[token * c.width + channel] += patchBias[channel] }
      }
    }
    self.base = Tensor([c.tokens, c.width], values: base)
    timeMLP = try tensors.time.map { (try reader.dense($0.first), try reader.dense($0.second)) }
    context = try tensors.context.map(reader.dense)
    try scope.requireNothingLeft()
  }

  /// In the order of the data: before the middle, the middle, behind it.
  var blocks: [UViTBlockWeights] { inBlocks + [midBlock] + outBlocks }
}

/// The weights of one block.
final class UViTBlockWeights {
  let norm1, norm2: NormWeights
  let queries, keys, values: DenseWeights
  let projection, fc1, fc2: DenseWeights
  /// The two halves of a decoder block's first layer: what the backbone and what the skip is multiplied by.
  let skip: (backbone: DenseWeights, skip: LinearWeights)?
  let mask: MixtureMask?

  init(_ reader: WeightReader, _ tensors: UViTTensors.Block, width: Int) throws {
    let engine = reader.engine
    projection = try reader.dense(tensors.projection)
    let qkv = try reader.buffer(tensors.qkv.weight)
    let bias = try tensors.qkv.bias.map { try reader.floats($0) }
    let parts = try (0..<3).map { part in
      DenseWeights(
        weights: try LinearWeights(engine, qkv, rows: part * width..<(part + 1) * width),
        bias: try bias?.view([width], offset: part * width))
    }
    (queries, keys, values) = (parts[0], parts[1], parts[2])
    fc1 = try reader.dense(tensors.fc1)
    fc2 = try reader.dense(tensors.fc2)
    norm1 = try reader.norm(tensors.norm1)
    norm2 = try reader.norm(tensors.norm2)
    skip = try tensors.skip.map { layer in
      let joined = try reader.buffer(layer.weight)
      return (
        DenseWeights(
          weights: try LinearWeights(engine, joined, columns: 0..<width),
          bias: try layer.bias.map { try reader.floats($0) }),
        try LinearWeights(engine, joined, columns: width..<2 * width)
      )
    }
    mask = try tensors.mask.map { mask in
      MixtureMask(
        alpha: Tensor(mask.alpha.shape, values: try reader.numbers(mask.alpha)),
        sigma: Tensor(mask.sigma.shape, values: try reader.numbers(mask.sigma)))
    }
  }
}

/// Reads tensors into the engine's buffers.
struct WeightReader {
  let engine: ComputeEngine
  let scope: TensorScope

  /// As the file stores them, so that rounding happens at most once; float16, which oneDNN 2 cannot read, as
  /// float32. A layer packs them for itself and lets go of them.
  func buffer(_ entry: UViTTensors.Entry) throws -> Buffer {
    guard try scope.type(of: entry.name) == .bfloat16 else { return try floats(entry, isPassing: true) }
    return try asStored(entry, .bfloat16, isPassing: true)
  }

  private func asStored(_ entry: UViTTensors.Entry, _ type: ElementType, isPassing: Bool) throws -> Buffer {
    let buffer = try Buffer(engine, entry.shape, type, isPassing: isPassing)
    try scope.withBytes(of: entry.name, entry.shape) { buffer.store(bytes: $0) }
    return buffer
  }

  func floats(_ entry: UViTTensors.Entry, isPassing: Bool = false) throws -> Buffer {
    if try scope.type(of: entry.name) == .float32 {
      return try asStored(entry, .float32, isPassing: isPassing)
    }
    let buffer = try Buffer(engine, entry.shape, isPassing: isPassing)
    buffer.store(try numbers(entry))
    return buffer
  }

  func floats(_ layer: UViTTensors.Layer) throws -> (weights: Buffer, bias: Buffer) {
    (try floats(layer.weight), try floats(bias(of: layer)))
  }

  func numbers(_ entry: UViTTensors.Entry) throws -> [Float] {
    try scope.tensor(entry.name, entry.shape).values
  }

  func dense(_ layer: UViTTensors.Layer) throws -> DenseWeights {
    DenseWeights(
      weights: try LinearWeights(engine, buffer(layer.weight)), bias: try layer.bias.map { try floats($0) })
  }

  func norm(_ layer: UViTTensors.Layer) throws -> NormWeights {
    NormWeights(scale: try floats(layer.weight), shift: try floats(bias(of: layer)))
  }

  private func bias(of layer: UViTTensors.Layer) -> UViTTensors.Entry {
    guard let bias = layer.bias else { preconditionFailure("\(layer.weight.name) has no bias") }
    return bias
  }
}
