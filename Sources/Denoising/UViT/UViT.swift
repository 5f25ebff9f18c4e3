import Checkpoints
import Tensors

/// A vision transformer with the U-Net's long skip connections.
///
/// Bao et al. 2022, "All are Worth Words", arXiv:2209.12152, with the mixture mask of arXiv:2309.05375 and
/// FreeU, arXiv:2309.11497. Lives on one engine thread. Row i of a batch is that row run alone, bit for bit.
package final class UViT: Model {
  package let description: ModelDescription
  package let configuration: UViTConfiguration
  private let engine: ComputeEngine
  private let weights: UViTWeights
  private let type: ElementType
  private let distances: PatchDistances
  private let timeMLP: TimeMLP?
  private let context: ContextTokens?
  private var passes: [Int: UViTPass] = [:]
  private var embeddings: [Double: [Float]] = [:]
  private var interruption: Interruption?
  /// Off: every image is computed by itself from the first layer to the last, for tests and timings.
  package var sharesWork = true
  /// Images run at once; more are run one batch after another.
  private let largestBatch: Int

  package convenience init(
    _ engine: ComputeEngine, _ source: any TensorSource, precision: Precision = .auto
  ) throws {
    try self.init(engine, UViTConfiguration(metadataOf: source), source, precision: precision)
  }

  init(
    _ engine: ComputeEngine, _ configuration: UViTConfiguration, _ source: any TensorSource,
    precision: Precision
  ) throws {
    (self.engine, self.configuration) = (engine, configuration)
    type = precision.type
    let memory = AvailableMemory.bytes
    try MemoryError.require(
      configuration.weightBytes(numbers: configuration.parameterCount, type)
        + configuration.passBytes(batch: 1, type),
      for: source.path, available: memory)
    largestBatch = Self.rowsAtOnce(configuration, type, memory: memory)
    weights = try UViTWeights(engine, configuration, TensorScope(source))
    distances = PatchDistances(grid: Grid(side: configuration.grid), extras: configuration.extras)
    timeMLP = try weights.timeMLP.map { try TimeMLP(engine, $0.first, $0.second) }
    context = try weights.context.map {
      try ContextTokens(engine, $0, tokens: configuration.contextTokens)
    }
    description = ModelDescription(
      configuration, masks: weights.blocks.compactMap(\.mask),
      parameterCount: try source.names.reduce(0) { try $0 + source.shape(of: $1).reduce(1, *) },
      fingerprint: try configuration.fingerprint(ofWeights: source.fingerprint()))
  }

  /// - Throws: `UNetInputError` for a row without the prompt that the network needs; `Interrupted`.
  package func callAsFunction(_ samples: Tensor, _ rows: [DenoisingRow]) throws -> Tensor {
    let c = configuration
    precondition(
      samples.shape == [rows.count] + c.imageShape, "samples \(samples.shape) for \(rows.count) rows")
    for row in rows {
      let label = row.condition.label ?? -1
      precondition(c.classes == 0 || (0..<c.classes).contains(label), "label \(label)")
    }
    try requireContext(rows)
    var result = Tensor(samples.shape)
    let pixels = c.imageShape.reduce(1, *)
    for first in stride(from: 0, to: rows.count, by: largestBatch) {
      let part = first..<min(first + largestBatch, rows.count)
      let output = try run(samples.values, part.map { $0 * pixels }, Array(rows[part]))
      output.load(into: &result.values, at: first * pixels)
    }
    return result
  }

  private func requireContext(_ rows: [DenoisingRow]) throws {
    guard let context else { return }
    for row in rows {
      if let defect = context.defect(row.condition.context) { throw UNetInputError(defect: defect) }
    }
  }

  /// Runs one batch. Images that nothing tells apart are computed once as far as nothing does: panels that start
  /// from the same noise differ in FreeU alone, which first acts in the decoder.
  ///
  /// - Parameters:
  ///   - pixels: of all images, one after another.
  ///   - images: where in `pixels` each image of the batch begins.
  /// - Returns: [batch, channel, row, column]; valid until the next run.
  private func run(_ pixels: [Float], _ images: [Int], _ rows: [DenoisingRow]) throws -> Buffer {
    let twins =
      sharesWork
      ? Twins(pixels, images, rows, count: configuration.imageShape.reduce(1, *)) : Twins(count: rows.count)
    let distinct = twins.firsts.map { rows[$0] }
    let pass = try pass(distinct.count)
    try pass.encode(
      pixels, twins.firsts.map { images[$0] }, distinct,
      embeddings: distinct.map { embedding(of: $0) }, heeding: interruption)
    let blocks = pass.decoderBlocks
    guard distinct.count < rows.count else {
      try pass.decode(rows, blocks: 0..<blocks, heeding: interruption)
      return pass.finish()
    }
    let parting =
      (0..<blocks).first { block in
        rows.contains { $0.knobs.freeU(at: FreeUConcatenation(stage: block)) != nil }
      } ?? blocks
    try pass.decode(distinct, blocks: 0..<parting, heeding: interruption)
    let whole = try self.pass(rows.count)
    whole.adopt(pass, before: parting, sources: twins.places)
    try whole.decode(rows, blocks: parting..<blocks, heeding: interruption)
    return whole.finish()
  }

  /// Of a row's time, and of its prompt behind that where there is one: [token, width].
  private func embedding(of row: DenoisingRow) -> [Float] {
    let time = embedding(of: row.timestep)
    guard let context, let prompt = row.condition.context else { return time }
    return time + context(prompt)
  }

  private func embedding(of timestep: Double) -> [Float] {
    if let known = embeddings[timestep] { return known }
    // A run visits the same few timesteps again and again.
    if embeddings.count >= 1024 { embeddings = [:] }
    let plain = timeEmbedding(configuration.time(timestep), width: configuration.width)
    let embedding = timeMLP?(plain) ?? plain
    embeddings[timestep] = embedding
    return embedding
  }

  /// Names of the code that oneDNN chose, by what it computes.
  package var implementations: [String: Set<String>] { engine.implementations }

  package func heed(_ interruption: Interruption) { self.interruption = interruption }

  package func probe(
    _ sample: Tensor, _ row: DenoisingRow, _ question: ProbeQuestion
  ) throws -> ProbeAnswer? {
    try requireContext([row])
    let embedding = embedding(of: row)
    switch question {
    case .attention(let place):
      return try pass(1).attention(sample, row, embedding: embedding, at: place, heeding: interruption)
        .map(ProbeAnswer.attention)
    case .attentionStatistics:
      return .attentionStatistics(
        try pass(1).attentionStatistics(sample, row, embedding: embedding, heeding: interruption))
    case .words:
      return try pass(1).words(sample, row, embedding: embedding, heeding: interruption)
        .map(ProbeAnswer.words)
    case .features(let places):
      return .features(
        try pass(1).features(sample, row, embedding: embedding, at: places, heeding: interruption))
    case .times:
      return .times(try pass(1).times(sample, row, embedding: embedding, heeding: interruption))
    }
  }

  private static let keptPassBytes = 1 << 30

  private func pass(_ batch: Int) throws -> UViTPass {
    if let pass = passes[batch] { return pass }
    // All sizes of batches together are kept where they are small, the last ones where they are not.
    let bytes = (passes.keys.reduce(batch, +)) * configuration.passBytes(batch: 1, type)
    if bytes > Self.keptPassBytes { passes = [:] }
    // The first of them packs the weights.
    let pass = try engine.whileLoading {
      try UViTPass(
        engine, configuration, weights, batch: batch, type: type, distances: distances,
        heeding: interruption)
    }
    passes[batch] = pass
    return pass
  }
}

extension UViT: MeasuredModel {
  /// Without the last convolution, of three channels.
  package func products(batch: Int) throws -> [any NetworkLayer] { try pass(batch).linearLayers }

  /// Linear layers, attention's two products, last convolution.
  package func operations(batch: Int) throws -> Int {
    let c = configuration
    let attention = (c.depth + 1) * 4 * c.tokens * c.tokens * c.width
    let convolution = c.finalConvolution ? 18 * c.channels * c.channels * c.imageSize * c.imageSize : 0
    return try products(batch: batch).reduce(0) { $0 + $1.operations } + batch * (attention + convolution)
  }
}
