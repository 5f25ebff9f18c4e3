import Checkpoints
import Tensors

/// The weights of a U-ViT, by the names of the published checkpoints: matrices are read when a layer packs them, so
/// that they are in memory once.
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
    let (tensors, reader) = (UViTTensors(c), WeightReader(engine, scope))
    // In the order in which files have them, so that little is kept until it is asked for.
    decoder = try reader.dense(tensors.decoder)
    finalConvolution = try tensors.finalConvolution.map(reader.floats)
    inBlocks = try tensors.inBlocks.map { try UViTBlockWeights(reader, $0, width: c.width) }
    labels = try tensors.labels.map { Tensor($0.shape, values: try reader.numbers($0)) }
    midBlock = try UViTBlockWeights(reader, tensors.midBlock, width: c.width)
    norm = try reader.norm(tensors.norm)
    outBlocks = try tensors.outBlocks.map { try UViTBlockWeights(reader, $0, width: c.width) }
    let readPatches = try reader.weights(tensors.patches.weight)
    let flat = [c.width, c.patchLength]
    patches = LinearWeights(engine, flat) { try readPatches().view(flat) }
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
    let qkv = SharedReading(parts: 3, try reader.weights(tensors.qkv.weight))
    let bias = try tensors.qkv.bias.map(reader.floats)
    let parts = try (0..<3).map { part in
      DenseWeights(
        weights: LinearWeights(
          engine, tensors.qkv.weight.shape, rows: part * width..<(part + 1) * width
        ) { try qkv() },
        bias: try bias?.view([width], offset: part * width))
    }
    (queries, keys, values) = (parts[0], parts[1], parts[2])
    fc1 = try reader.dense(tensors.fc1)
    fc2 = try reader.dense(tensors.fc2)
    norm1 = try reader.norm(tensors.norm1)
    norm2 = try reader.norm(tensors.norm2)
    skip = try tensors.skip.map { layer in
      let joined = SharedReading(parts: 2, try reader.weights(layer.weight))
      func half(_ columns: Range<Int>) -> LinearWeights {
        LinearWeights(engine, layer.weight.shape, columns: columns) { try joined() }
      }
      return (
        DenseWeights(weights: half(0..<width), bias: try layer.bias.map(reader.floats)),
        half(width..<2 * width)
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
  private let layers: LayerReader
  var engine: ComputeEngine { layers.engine }

  init(_ engine: ComputeEngine, _ scope: TensorScope) {
    // As the file stores them, whatever the layers' type, so that rounding happens at most once: when they are packed.
    layers = LayerReader(engine: engine, scope: scope, type: .float32)
  }

  /// What reads the numbers that a layer packs for itself.
  func weights(_ entry: UViTTensors.Entry) throws -> () throws -> Buffer {
    try layers.weights(entry.name, entry.shape)
  }

  func floats(_ entry: UViTTensors.Entry) throws -> Buffer {
    let buffer = try Buffer(engine, entry.shape)
    buffer.store(try numbers(entry))
    return buffer
  }

  func floats(_ layer: UViTTensors.Layer) throws -> (weights: Buffer, bias: Buffer) {
    (try floats(layer.weight), try floats(bias(of: layer)))
  }

  func numbers(_ entry: UViTTensors.Entry) throws -> [Float] {
    try layers.scope.tensor(entry.name, entry.shape).values
  }

  func dense(_ layer: UViTTensors.Layer) throws -> DenseWeights {
    DenseWeights(
      weights: LinearWeights(engine, layer.weight.shape, reading: try weights(layer.weight)),
      bias: try layer.bias.map(floats))
  }

  func norm(_ layer: UViTTensors.Layer) throws -> NormWeights {
    NormWeights(scale: try floats(layer.weight), shift: try floats(bias(of: layer)))
  }

  private func bias(of layer: UViTTensors.Layer) -> UViTTensors.Entry {
    guard let bias = layer.bias else { preconditionFailure("\(layer.weight.name) has no bias") }
    return bias
  }
}
