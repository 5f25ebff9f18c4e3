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
  let inBlocks: [UViTBlockWeights]
  let midBlock: UViTBlockWeights
  let outBlocks: [UViTBlockWeights]
  let norm: NormWeights
  let decoder: DenseWeights
  /// [channel, channel, 3, 3] and [channel]; nil where the decoder's output is the image.
  let finalConvolution: (weights: Buffer, bias: Buffer)?

  /// - Throws: `CheckpointError` for a tensor that is missing, surplus or of another shape.
  init(_ engine: ComputeEngine, _ c: UViTConfiguration, _ scope: TensorScope) throws {
    let reader = WeightReader(engine: engine, scope: scope)
    let patchLength = c.channels * c.patchSize * c.patchSize
    let embedding = reader["patch_embed.proj"]
    patches = try LinearWeights(
      engine,
      embedding.buffer("weight", [c.width, c.channels, c.patchSize, c.patchSize]).view([c.width, patchLength])
    )
    let patchBias = try embedding.scope.tensor("bias", [c.width]).values
    var base = try scope.tensor("pos_embed", [1, c.tokens, c.width]).values
    for token in c.extras..<c.tokens {
      for channel in 0..<c.width { base[token * c.width + channel] += patchBias[channel] }
    }
    self.base = Tensor([c.tokens, c.width], values: base)
    labels = c.classes > 0 ? try scope.tensor("label_emb.weight", [c.classes, c.width]) : nil
    if c.timeMLP {
      timeMLP = (
        try reader.dense("time_embed.0", 4 * c.width, c.width),
        try reader.dense("time_embed.2", c.width, 4 * c.width)
      )
    } else {
      timeMLP = nil
    }
    inBlocks = try (0..<c.depth / 2).map {
      try UViTBlockWeights(reader["in_blocks.\($0)"], c, hasSkip: false)
    }
    midBlock = try UViTBlockWeights(reader["mid_block"], c, hasSkip: false)
    outBlocks = try (0..<c.depth / 2).map {
      try UViTBlockWeights(reader["out_blocks.\($0)"], c, hasSkip: true)
    }
    norm = try reader.norm("norm", c.width)
    decoder = try reader.dense("decoder_pred", patchLength, c.width)
    if c.finalConvolution {
      let final = reader["final_layer"]
      finalConvolution = (
        try final.floats("weight", [c.channels, c.channels, 3, 3]), try final.floats("bias", [c.channels])
      )
    } else {
      finalConvolution = nil
    }
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

  init(_ reader: WeightReader, _ c: UViTConfiguration, hasSkip: Bool) throws {
    let (engine, width) = (reader.engine, c.width)
    norm1 = try reader.norm("norm1", width)
    norm2 = try reader.norm("norm2", width)
    let qkv = try reader.buffer("attn.qkv.weight", [3 * width, width])
    let bias = c.qkvBias ? try reader.floats("attn.qkv.bias", [3 * width]) : nil
    let parts = try (0..<3).map { part in
      DenseWeights(
        weights: try LinearWeights(engine, qkv, rows: part * width..<(part + 1) * width),
        bias: try bias?.view([width], offset: part * width))
    }
    (queries, keys, values) = (parts[0], parts[1], parts[2])
    projection = try reader.dense("attn.proj", width, width)
    fc1 = try reader.dense("mlp.fc1", c.mlpWidth, width)
    fc2 = try reader.dense("mlp.fc2", width, c.mlpWidth)
    if hasSkip {
      let joined = try reader.buffer("skip_linear.weight", [width, 2 * width])
      skip = (
        DenseWeights(
          weights: try LinearWeights(engine, joined, columns: 0..<width),
          bias: try reader.floats("skip_linear.bias", [width])),
        try LinearWeights(engine, joined, columns: width..<2 * width)
      )
    } else {
      skip = nil
    }
    mask =
      c.maskKernels > 0
      ? try MixtureMask(reader["attn.mask"].scope, kernels: c.maskKernels, heads: c.heads) : nil
  }
}

struct DenseWeights {
  let weights: LinearWeights
  /// [outputs], float32; nil for none.
  let bias: Buffer?
}

struct NormWeights {
  /// [width], float32; so is `shift`.
  let scale, shift: Buffer
}

/// Reads tensors into the engine's buffers.
struct WeightReader {
  let engine: ComputeEngine
  let scope: TensorScope

  subscript(_ name: String) -> WeightReader { WeightReader(engine: engine, scope: scope[name]) }

  /// As the file stores them, so that rounding happens at most once; float16, which oneDNN 2 cannot read, as
  /// float32. A layer packs them for itself and lets go of them.
  func buffer(_ name: String, _ shape: [Int]) throws -> Buffer {
    guard try scope.type(of: name) == .bfloat16 else { return try floats(name, shape, isPassing: true) }
    let buffer = try Buffer(engine, shape, .bfloat16, isPassing: true)
    try scope.withBytes(of: name, shape) {
      buffer.bytes.copyMemory(from: $0.baseAddress!, byteCount: $0.count)
    }
    return buffer
  }

  func floats(_ name: String, _ shape: [Int], isPassing: Bool = false) throws -> Buffer {
    let buffer = try Buffer(engine, shape, isPassing: isPassing)
    buffer.store(try scope.tensor(name, shape).values)
    return buffer
  }

  func dense(_ name: String, _ outputs: Int, _ inputs: Int) throws -> DenseWeights {
    let layer = self[name]
    return DenseWeights(
      weights: try LinearWeights(engine, layer.buffer("weight", [outputs, inputs])),
      bias: try layer.floats("bias", [outputs]))
  }

  func norm(_ name: String, _ width: Int) throws -> NormWeights {
    let layer = self[name]
    return NormWeights(scale: try layer.floats("weight", [width]), shift: try layer.floats("bias", [width]))
  }
}
