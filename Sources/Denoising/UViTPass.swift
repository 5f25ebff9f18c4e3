import Tensors

/// The whole network for one batch size, every buffer and primitive in place: a run allocates nothing.
final class UViTPass {
  let batch: Int
  private let configuration: UViTConfiguration
  private let weights: UViTWeights
  private let patches: Patches
  private let input: PatchInput
  private let patchEmbedding: Linear
  private let encoder: [UViTBlock]
  private let decoder: [(block: UViTBlock, freeU: FreeU)]
  private let head: [any Layer]
  /// [rows, patch length]: what the decoder predicts.
  private let predicted: Buffer
  /// [batch, channel, row, column].
  private let image: Buffer
  private let finalConvolution: Convolution?
  private let output: Buffer

  init(
    _ engine: ComputeEngine, _ c: UViTConfiguration, _ weights: UViTWeights, batch: Int, _ type: ElementType,
    _ distances: PatchDistances
  ) throws {
    (self.batch, configuration, self.weights) = (batch, c, weights)
    patches = Patches(channels: c.channels, patch: c.patchSize, grid: c.grid)
    let rows = batch * c.tokens
    func tokens() throws -> Buffer { try Buffer(engine, [rows, c.width], type) }
    let scratch = try BlockScratch(engine, c, batch: batch, type)

    input = try PatchInput(engine, c, weights, patches, batch: batch, type)
    var x = try tokens()
    patchEmbedding = try Linear(
      engine, input: input.patches, weights: weights.patches, bias: nil, output: x, then: .add(input.base))

    var encoder: [UViTBlock] = []
    for blockWeights in weights.inBlocks + [weights.midBlock] {
      let block = try UViTBlock(
        engine, c, blockWeights, batch: batch, input: x, output: tokens(), scratch: scratch,
        distances: distances)
      encoder.append(block)
      x = block.output
    }
    self.encoder = encoder

    var decoder: [(UViTBlock, FreeU)] = []
    let turns = [try tokens(), try tokens()]
    for (index, blockWeights) in weights.outBlocks.enumerated() {
      let skip = encoder[c.depth / 2 - 1 - index].output
      let perImage = [batch, c.tokens, c.width]
      let freeU = try FreeU(engine, c, backbone: x.view(perImage), skip: skip.view(perImage))
      let block = try UViTBlock(
        engine, c, blockWeights, batch: batch, input: x, skip: skip, output: turns[index % 2],
        scratch: scratch, distances: distances)
      decoder.append((block, freeU))
      x = block.output
    }
    self.decoder = decoder

    predicted = try Buffer(engine, [rows, patches.length])
    head = [
      try LayerNorm(
        engine, input: x, scale: weights.norm.scale, shift: weights.norm.shift, output: scratch.normed),
      try Linear(
        engine, input: scratch.normed, weights: weights.decoder.weights, bias: weights.decoder.bias,
        output: predicted),
    ]
    image = try Buffer(engine, [batch] + c.imageShape)
    if let final = weights.finalConvolution {
      output = try Buffer(engine, image.shape)
      finalConvolution = try Convolution(
        engine, input: image, weights: final.weights, bias: final.bias, output: output)
    } else {
      (output, finalConvolution) = (image, nil)
    }
  }

  /// - Parameters:
  ///   - images: [batch, channel, row, column], `batch` of them.
  ///   - embeddings: of each image's time, [width].
  ///   - result: where the network's output goes, of the images' shape.
  func run(
    _ images: UnsafePointer<Float>, _ rows: [DenoisingRow], embeddings: [[Float]],
    into result: UnsafeMutablePointer<Float>
  ) throws {
    let pixels = configuration.imageShape.reduce(1, *)
    for (row, setting) in rows.enumerated() {
      input.write(images + row * pixels, embedding: embeddings[row], label: setting.label, row: row)
    }
    let masks = rows.map(\.knobs.mask)
    patchEmbedding.forward()
    for block in encoder { block.forward(masks) }
    for (index, (block, freeU)) in decoder.enumerated() {
      for (row, setting) in rows.enumerated() where setting.knobs.freeUActs(onBlock: index) {
        try freeU.apply(setting.knobs, row: row)
      }
      block.forward(masks)
    }
    for layer in head { layer.forward() }
    let (predicted, image) = (predicted.floats.baseAddress!, image.floats.baseAddress!)
    for row in 0..<batch {
      let first = row * configuration.tokens + configuration.extras
      patches.join(
        predicted + first * patches.length, stride: patches.length, into: image + row * pixels)
    }
    finalConvolution?.forward()
    result.update(from: output.floats.baseAddress!, count: batch * pixels)
  }
}

/// What goes into the first product: the patches, and what is added to their embedding.
///
/// The extra tokens ride along as rows of zeroes, so that one product makes all tokens.
private struct PatchInput {
  /// [rows, patch length].
  let patches: Buffer
  /// [rows, width]: positions, the time's and the label's embedding.
  let base: Buffer
  private let cutter: Patches
  private let configuration: UViTConfiguration
  private let weights: UViTWeights

  init(
    _ engine: ComputeEngine, _ c: UViTConfiguration, _ weights: UViTWeights, _ cutter: Patches, batch: Int,
    _ type: ElementType
  ) throws {
    patches = try Buffer(engine, [batch * c.tokens, cutter.length], type)
    base = try Buffer(engine, [batch * c.tokens, c.width], type)
    (self.cutter, configuration, self.weights) = (cutter, c, weights)
    for row in 0..<batch { base.store(weights.base.values, at: row * c.tokens * c.width) }
  }

  func write(_ image: UnsafePointer<Float>, embedding: [Float], label: Int?, row: Int) {
    let (c, width) = (configuration, configuration.width)
    let first = row * c.tokens
    var extras = [embedding]
    if let labels = weights.labels {
      let label = label ?? 0
      extras.insert(Array(labels.values[label * width..<(label + 1) * width]), at: 0)
    }
    for (token, values) in extras.enumerated() {
      let position = weights.base.values[token * width..<(token + 1) * width]
      base.store(zip(values, position).map { $0 + $1 }, at: (first + token) * width)
    }
    let count = c.grid * c.grid * cutter.length
    let cut = [Float](unsafeUninitializedCapacity: count) { cut, filled in
      cutter.cut(image, into: cut.baseAddress!, stride: cutter.length)
      filled = count
    }
    patches.store(cut, at: (first + c.extras) * cutter.length)
  }
}
