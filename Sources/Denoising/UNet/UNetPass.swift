import Tensors

/// The network for one batch size and one size of samples, every buffer and primitive in place: a run allocates
/// nothing. Encoder and decoder are made when they are first run: batches that share the encoder's work run only one
/// of them.
final class UNetPass {
  /// What tells passes apart.
  struct Form: Hashable {
    let batch: Int
    let grid: Grid
    /// Of each prompt; 0 for a network that looks at none.
    let tokens: Int
  }

  let form: Form
  private let engine: ComputeEngine
  let configuration: UNetConfiguration
  private let weights: UNetWeights
  private let type: ElementType
  private let shapes: UNetShapes
  /// Of attentions between the places of a map.
  private let attentionCount: Int
  private let pool: MapPool
  /// What the decoder reads of the encoder. FreeU scales it in place.
  private let skips: [Buffer]
  private let bottom: Buffer
  /// [image, number].
  private let told: Buffer
  private var encoder: UNetEncoder?
  private var decoder: UNetDecoder?

  init(
    _ engine: ComputeEngine, _ c: UNetConfiguration, _ weights: UNetWeights, _ form: Form, told count: Int,
    type: ElementType
  ) throws {
    (self.engine, configuration, self.weights, self.form, self.type) = (engine, c, weights, form, type)
    (shapes, attentionCount) = (UNetShapes(c, form.grid), c.attentionBlocks.count)
    pool = MapPool(engine, type)
    func map(_ map: UNetShapes.Map) throws -> Buffer {
      try Buffer(engine, [form.batch, map.grid.rows, map.grid.columns, map.channels], type)
    }
    skips = try shapes.skips.map(map)
    bottom = try map(shapes.bottom)
    told = try Buffer(engine, [form.batch, count])
  }

  /// From samples to what the decoder starts with.
  /// - Parameters:
  ///   - pixels: of all images, each [channel, row, column].
  ///   - images: where in `pixels` each image of the batch begins.
  ///   - embeddings: what each image's residual blocks are told.
  ///   - visit: is told of each attention before it is run, and says whether to go on.
  func encode(
    _ pixels: [Float], _ images: [Int], _ rows: [DenoisingRow], embeddings: [[Float]],
    visiting visit: ((StreamingAttention) -> Bool)? = nil, timing clock: BlockClock? = nil,
    heeding interruption: Interruption? = nil
  ) throws {
    let encoder = try madeEncoder(heeding: interruption)
    tell(embeddings, rows, encoder.prompts)
    for (block, mask) in encoder.masks.enumerated() { mask.bend(rows.map(\.mask), block: block) }
    try encoder.run(pixels, images, visiting: visit, timing: clock, heeding: interruption)
  }

  /// Runs these parts of the decoder, each from one concatenation to the next.
  func decode(
    _ rows: [DenoisingRow], parts: Range<Int>, embeddings: [[Float]],
    visiting visit: ((StreamingAttention) -> Bool)? = nil, recording recorder: FeatureRecorder? = nil,
    timing clock: BlockClock? = nil, heeding interruption: Interruption? = nil
  ) throws {
    let decoder = try madeDecoder(heeding: interruption)
    clock?.enter(.rest)
    tell(embeddings, rows, decoder.prompts)
    // The decoder's are the last.
    let first = attentionCount - decoder.masks.count
    for (block, mask) in decoder.masks.enumerated() { mask.bend(rows.map(\.mask), block: first + block) }
    try decoder.run(
      parts, rows, visiting: visit, recording: recorder, timing: clock, heeding: interruption)
  }

  /// Takes over all that the decoder's parts from `first` on read.
  /// - Parameter sources: for each image of this pass, its image in `other`.
  func adopt(
    _ other: UNetPass, before first: Int, sources: [Int], heeding interruption: Interruption?
  ) throws {
    let others = try other.state(before: first, heeding: interruption)
    for (here, there) in zip(try state(before: first, heeding: interruption), others) {
      let count = here.count / form.batch
      for (row, source) in sources.enumerated() {
        here.copy(count, from: there, at: source * count, to: row * count)
      }
    }
  }

  /// From the last part to the network's output, [batch, channel, row, column].
  func finish(into values: inout [Float], at places: [Int]) throws {
    try madeDecoder(heeding: nil).finish(into: &values, at: places)
  }

  /// All layers, in the order in which a run takes them.
  func layers() throws -> [any NetworkLayer] {
    try madeEncoder(heeding: nil).layers + madeDecoder(heeding: nil).layers
  }

  /// What the decoder's parts from `first` on read: the backbone and the skips that are left.
  private func state(before first: Int, heeding interruption: Interruption?) throws -> [Buffer] {
    let backbone = first == 0 ? bottom : try madeDecoder(heeding: interruption).parts[first - 1].output
    return [backbone] + skips.dropLast(first)
  }

  /// The first of all passes packs the network's weights, which may take long: whoever waits for it says what calls it
  /// away.
  func madeEncoder(heeding interruption: Interruption?) throws -> UNetEncoder {
    if let encoder { return encoder }
    try interruption?.check(0, of: 1)
    let made = try making(interruption) {
      try UNetEncoder($0, weights, shapes, skips: skips, bottom: bottom)
    }
    encoder = made
    return made
  }

  func madeDecoder(heeding interruption: Interruption?) throws -> UNetDecoder {
    if let decoder { return decoder }
    let made = try making(interruption) {
      try UNetDecoder($0, weights, shapes, skips: skips, bottom: bottom)
    }
    decoder = made
    return made
  }

  private func making<Half>(_ interruption: Interruption?, _ make: (UNetChain) throws -> Half) throws -> Half
  {
    let prompts = try configuration.contextWidth.map {
      try PromptKeys(engine, batch: form.batch, tokens: form.tokens, width: $0, type)
    }
    let chain = UNetChain(
      engine, configuration, batch: form.batch, type, pool: pool, told: told, prompts: prompts)
    chain.interruption = interruption
    return try engine.whileLoading { try pool.recovering { try make(chain) } }
  }

  private func tell(_ embeddings: [[Float]], _ rows: [DenoisingRow], _ prompts: PromptKeys?) {
    for (row, numbers) in embeddings.enumerated() { told.store(numbers, at: row * numbers.count) }
    prompts?.update(rows.compactMap(\.condition.context))
  }
}
