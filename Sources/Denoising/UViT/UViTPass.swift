import Tensors

/// The whole network for one batch size, every buffer and primitive in place: a run allocates nothing.
final class UViTPass {
  let batch: Int
  let configuration: UViTConfiguration
  /// What the block that ran last left of its queries and keys is still in here.
  let scratch: BlockScratch
  private let weights: UViTWeights
  private let order: PatchOrder
  private let input: PatchInput
  private let patchEmbedding: Linear
  private let encoder: [UViTBlock]
  private let decoder: [(block: UViTBlock, freeU: FreeU)]
  private let head: [any NetworkLayer]
  /// [rows, patch length]: what the decoder predicts.
  private let predicted: Buffer
  /// [batch, channel, row, column].
  private let image: Buffer
  private let finalConvolution: PictureConvolution?
  private let output: Buffer

  /// - Parameter interruption: leaves the making where that is asked for: what was packed until then stays.
  init(
    _ engine: ComputeEngine, _ c: UViTConfiguration, _ weights: UViTWeights, batch: Int, type: ElementType,
    distances: PatchDistances, heeding interruption: Interruption? = nil
  ) throws {
    (self.batch, configuration, self.weights) = (batch, c, weights)
    order = PatchOrder(c)
    let rows = batch * c.tokens
    func tokens() throws -> Buffer { try Buffer(engine, [rows, c.width], type) }
    scratch = try BlockScratch(engine, c, batch: batch, type: type)

    input = try PatchInput(engine, c, weights, order, batch: batch, type: type)
    var x = try tokens()
    patchEmbedding = try Linear(
      engine, input: input.patches, weights: weights.patches, bias: nil, output: x, then: .add(input.base),
      images: batch)

    var encoder: [UViTBlock] = []
    for (index, blockWeights) in (weights.inBlocks + [weights.midBlock]).enumerated() {
      try interruption?.check()
      let block = try UViTBlock(
        engine, c, blockWeights, index: index, batch: batch, input: x, output: tokens(), scratch: scratch,
        distances: distances)
      encoder.append(block)
      x = block.output
    }
    self.encoder = encoder

    var decoder: [(UViTBlock, FreeU)] = []
    let turns = [try tokens(), try tokens()]
    for (index, blockWeights) in weights.outBlocks.enumerated() {
      try interruption?.check()
      let skip = encoder[c.depth / 2 - 1 - index].output
      let perImage = [batch, c.tokens, c.width]
      let freeU = try FreeU(
        engine, backbone: x.view(perImage), skip: skip.view(perImage), grid: Grid(side: c.grid),
        filter: .matrix)
      let block = try UViTBlock(
        engine, c, blockWeights, index: encoder.count + index, batch: batch, input: x, skip: skip,
        output: turns[index % 2], scratch: scratch, distances: distances)
      decoder.append((block, freeU))
      x = block.output
    }
    self.decoder = decoder

    predicted = try Buffer(engine, [rows, c.patchLength])
    head = [
      LayerNorm(
        engine, input: x, scale: weights.norm.scale, shift: weights.norm.shift, output: scratch.normed),
      try Linear(
        engine, input: scratch.normed, weights: weights.decoder.weights, bias: weights.decoder.bias,
        output: predicted, images: batch),
    ]
    image = try Buffer(engine, [batch] + c.imageShape)
    if let final = weights.finalConvolution {
      output = try Buffer(engine, image.shape)
      finalConvolution = try PictureConvolution(
        engine, input: image, weights: final.weights, bias: final.bias, output: output)
    } else {
      (output, finalConvolution) = (image, nil)
    }
  }

  /// The mask of a block, in the order of the data, and whether it was learned.
  func blockMask(_ block: Int) -> (mask: MixtureMask, isLearned: Bool) {
    let learned = weights.blocks[block].mask
    return (learned ?? .added(heads: configuration.heads), learned != nil)
  }

  /// Blocks of the decoder: what stands before them can be shared by images that FreeU tells apart.
  var decoderBlocks: Int { decoder.count }

  /// The linear layers, in the order in which a run takes them.
  var linearLayers: [Linear] {
    let blocks = encoder + decoder.map(\.block)
    return [patchEmbedding] + (blocks.flatMap(\.layers) + head).compactMap { $0 as? Linear }
  }

  /// From images to what the decoder starts with.
  /// - Parameters:
  ///   - pixels: of all images, each [channel, row, column].
  ///   - images: where in `pixels` each image of the batch begins.
  ///   - embeddings: of each image's time, and of its prompt behind that, [token, width].
  ///   - blocks: how many of the encoder's blocks are run; nil for all and the middle one.
  ///   - visit: is told of each block, by its place in the order of the data, when it has run.
  /// - Throws: `Interrupted`, as the decoder does.
  func encode(
    _ pixels: [Float], _ images: [Int], _ rows: [DenoisingRow], embeddings: [[Float]], blocks: Int? = nil,
    visiting visit: ((_ block: Int) -> Void)? = nil, timing clock: BlockClock? = nil,
    heeding interruption: Interruption? = nil
  ) throws {
    for (row, setting) in rows.enumerated() {
      input.write(
        pixels, from: images[row], embedding: embeddings[row], label: setting.condition.label, row: row)
    }
    let masks = rows.map(\.mask)
    patchEmbedding.forward()
    for (index, block) in encoder.prefix(blocks ?? encoder.count).enumerated() {
      try interruption?.check(index, of: encoder.count + decoder.count)
      clock?.enter(index < decoder.count ? .encoder(index) : .middle)
      try block.forward(masks)
      visit?(index)
    }
  }

  /// Runs these blocks of the decoder.
  func decode(
    _ rows: [DenoisingRow], blocks: Range<Int>, recording recorder: FeatureRecorder? = nil,
    visiting visit: ((_ block: Int) -> Void)? = nil, timing clock: BlockClock? = nil,
    heeding interruption: Interruption? = nil
  ) throws {
    let masks = rows.map(\.mask)
    for index in blocks {
      try interruption?.check(encoder.count + index, of: encoder.count + decoder.count)
      clock?.enter(.decoder(stage: index))
      try decoder[index].freeU.apply(
        to: rows, at: FreeUConcatenation(stage: index), FeaturePlace(stage: index), recording: recorder)
      try decoder[index].block.forward(masks)
      visit?(encoder.count + index)
    }
  }

  /// Takes over all that decoder blocks from `first` on read.
  /// - Parameter sources: for each image of this pass, its image in `other`.
  func adopt(_ other: UViTPass, before first: Int, sources: [Int]) {
    let image = configuration.tokens * configuration.width
    for (here, there) in zip(state(before: first), other.state(before: first)) {
      for (row, source) in sources.enumerated() {
        here.copy(image, from: there, at: source * image, to: row * image)
      }
    }
  }

  /// What decoder blocks from `first` on read: the backbone and the skips that are left.
  private func state(before first: Int) -> [Buffer] {
    let backbone = first == 0 ? encoder[encoder.count - 1] : decoder[first - 1].block
    return [backbone.output] + encoder.dropLast(1 + first).map(\.output)
  }

  /// From the last block to the network's output, [batch, channel, row, column].
  func finish() -> Buffer {
    for layer in head { layer.forward() }
    let pixels = configuration.imageShape.reduce(1, *)
    for row in 0..<batch {
      let first = (row * configuration.tokens + configuration.extras) * configuration.patchLength
      image.scatter(order.channelsLast, of: predicted, from: first, at: row * pixels)
    }
    finalConvolution?.forward()
    return output
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
  private let order: PatchOrder
  private let configuration: UViTConfiguration
  private let weights: UViTWeights

  init(
    _ engine: ComputeEngine, _ c: UViTConfiguration, _ weights: UViTWeights, _ order: PatchOrder, batch: Int,
    type: ElementType
  ) throws {
    patches = try Buffer(engine, [batch * c.tokens, c.patchLength], type)
    base = try Buffer(engine, [batch * c.tokens, c.width], type)
    (self.order, configuration, self.weights) = (order, c, weights)
    for row in 0..<batch { base.store(weights.base.values, at: row * c.tokens * c.width) }
  }

  func write(_ pixels: [Float], from image: Int, embedding: [Float], label: Int?, row: Int) {
    let (c, width) = (configuration, configuration.width)
    let first = row * c.tokens
    var extras = stride(from: 0, to: embedding.count, by: width).map { Array(embedding[$0..<$0 + width]) }
    if let labels = weights.labels {
      let label = label ?? 0
      extras.insert(Array(labels.values[label * width..<(label + 1) * width]), at: 0)
    }
    for (token, values) in extras.enumerated() {
      let position = weights.base.values[token * width..<(token + 1) * width]
      base.store(zip(values, position).map { $0 + $1 }, at: (first + token) * width)
    }
    patches.gather(order.channelsFirst, of: pixels, from: image, at: (first + c.extras) * c.patchLength)
  }
}
