import Checkpoints
import Foundation
import Sampling
import Tensors

/// A convolutional U-Net with time, labels or prompts: diffusers' `UNet2DModel` and `UNet2DConditionModel`.
///
/// Ho et al. 2020, arXiv:2006.11239; Rombach et al. 2022, arXiv:2112.10752; with FreeU, arXiv:2309.11497. Lives on one
/// engine thread. Row i of a batch is that row run alone, bit for bit.
package final class UNet: Model {
  package let description: ModelDescription
  package let configuration: UNetConfiguration
  private let engine: ComputeEngine
  private let weights: UNetWeights
  private let embedding: UNetEmbedding
  private let concatenations: [FreeUConcatenation]
  private let type: ElementType
  private var passes: [UNetPass.Form: UNetPass] = [:]
  private var interruption: Interruption?
  /// Off: every image is computed by itself from the first layer to the last, for tests and timings.
  package var sharesWork = true
  /// Most of them are packed already, for another network.
  private let sharesWeights: Bool
  /// Bytes that there were before anything of it was packed.
  package var memory = AvailableMemory.bytes

  /// - Parameters:
  ///   - weights: by diffusers' names, old or new.
  ///   - fingerprint: of the weights, asked for when they are read.
  ///   - schedule: how the noise that it was trained with grows.
  ///   - prediction: what its output is.
  ///   - run: what stands beside it in its folder; nil for a network alone.
  ///   - known: of a network on the same engine, in the same arithmetic: what is not packed again.
  /// - Throws: `CheckpointError` for a tensor that is missing, surplus or of another shape.
  package init(
    configuration: UNetConfiguration, weights source: any TensorSource,
    fingerprint: @autoclosure () throws -> String, engine: ComputeEngine, precision: Precision = .auto,
    schedule: NoiseSchedule, prediction: Prediction, run: UNetRun? = nil, known: KnownLayers = KnownLayers()
  ) throws {
    (self.engine, self.configuration, type) = (engine, configuration, precision.type)
    sharesWeights = !known.isEmpty
    weights = try UNetWeights(engine, configuration, source, type, known)
    embedding = try UNetEmbedding(engine, configuration, weights.embedding, type)
    concatenations = configuration.concatenations.flatMap { $0 }
    description = configuration.description(
      fingerprint: try fingerprint(), parameterCount: weights.count, schedule: schedule,
      prediction: prediction, run: run)
  }

  /// - Parameter samples: [batch, channel, row, column], of any rows and columns that the network can halve.
  /// - Returns: [batch, channel, row, column], of the channels that it predicts.
  /// - Throws: `UNetInputError` for another size, and for a row that is not told what the network needs.
  package func callAsFunction(_ samples: Tensor, _ rows: [DenoisingRow]) throws -> Tensor {
    let c = configuration
    precondition(
      samples.shape.count == 4 && samples.shape[0] == rows.count && samples.shape[1] == c.inputChannels,
      "samples \(samples.shape) for \(rows.count) rows")
    let grid = Grid(rows: samples.shape[2], columns: samples.shape[3])
    if let defect = c.defect(ofSize: grid) { throw UNetInputError(size: defect) }
    for row in rows {
      if let defect = row.condition.defect(for: description.conditioning) {
        throw UNetInputError(defect: defect)
      }
      precondition(
        description.labelling == nil || description.allows(label: row.condition.label ?? -1),
        "label \(row.condition.label ?? -1)")
    }
    try requireMemory(grid)
    var result = Tensor([rows.count, c.outputChannels, grid.rows, grid.columns])
    for part in batches(of: rows, grid) {
      try run(samples.values, part, rows, grid, into: &result.values)
    }
    divideByLevel(&result, rows)
    return result
  }

  /// Maps that no machine like this could hold beside the weights are refused before the system ends the program over them.
  private func requireMemory(_ grid: Grid) throws {
    let need = need(grid)
    let needed = sharesWeights ? need.maps() : need.total()
    guard needed > memory else { return }
    throw UNetInputError(
      defect:
        "samples of \(grid.rows) x \(grid.columns) would take \(AvailableMemory.text(needed)) of memory, and there are "
        + AvailableMemory.text(memory))
  }

  private func need(_ grid: Grid) -> ModelMemory {
    configuration.memory(numbers: weights.count, grid: grid, type == .bfloat16 ? .bf16 : .fp32)
  }

  /// Rows of samples of this size that are run at once: no more than are any faster, and as many as half of the memory
  /// beside the weights holds, because what rows have in common runs as a batch of its own.
  package func rowsAtOnce(_ grid: Grid) -> Int {
    let (need, most) = (need(grid), min(16, (1 << 25) / (grid.count * configuration.firstWidth)))
    let room = memory - (sharesWeights ? 0 : need.weights)
    return max(1, min(most, room / 2 / max(1, need.evaluation)))
  }

  /// Rows that are run at once, with prompts of one length.
  private func batches(of rows: [DenoisingRow], _ grid: Grid) -> [Range<Int>] {
    let largest = rowsAtOnce(grid)
    var (batches, start) = ([Range<Int>](), 0)
    for index in rows.indices.dropFirst()
    where index - start >= largest || rows[index].promptLength != rows[start].promptLength {
      batches.append(start..<index)
      start = index
    }
    return rows.isEmpty ? [] : batches + [start..<rows.count]
  }

  /// Runs one batch. Images that nothing tells apart are computed once as far as nothing does: panels that start
  /// from the same noise differ in FreeU alone, which first acts in the decoder.
  private func run(
    _ pixels: [Float], _ part: Range<Int>, _ rows: [DenoisingRow], _ grid: Grid, into result: inout [Float]
  ) throws {
    let c = configuration
    let images = part.map { $0 * c.inputChannels * grid.count }
    let places = part.map { $0 * c.outputChannels * grid.count }
    let rows = Array(rows[part])
    let told = rows.map { embedding($0) }
    let twins =
      sharesWork ? Twins(pixels, images, rows, count: c.inputChannels * grid.count) : Twins(count: rows.count)
    let distinct = twins.firsts.map { rows[$0] }
    let distinctTold = twins.firsts.map { told[$0] }
    func pass(_ batch: Int) throws -> UNetPass {
      try self.pass(UNetPass.Form(batch: batch, grid: grid, tokens: rows[0].promptLength))
    }
    let first = try pass(distinct.count)
    try first.encode(
      pixels, twins.firsts.map { images[$0] }, distinct, embeddings: distinctTold,
      heeding: interruption)
    guard distinct.count < rows.count else {
      try first.decode(rows, parts: 0..<concatenations.count, embeddings: told, heeding: interruption)
      return try first.finish(into: &result, at: places)
    }
    let parting =
      concatenations.firstIndex { place in rows.contains { $0.knobs.freeU(at: place) != nil } }
      ?? concatenations.count
    try first.decode(distinct, parts: 0..<parting, embeddings: distinctTold, heeding: interruption)
    let whole = try pass(rows.count)
    try whole.adopt(first, before: parting, sources: twins.places, heeding: interruption)
    try whole.decode(rows, parts: parting..<concatenations.count, embeddings: told, heeding: interruption)
    try whole.finish(into: &result, at: places)
  }

  private func pass(_ form: UNetPass.Form) throws -> UNetPass {
    if let pass = passes[form] { return pass }
    // Their memory is large, and who looks at many sizes looks at one after another.
    let held = (passes.keys + [form]).reduce(0) { $0 + $1.batch * need($1.grid).evaluation }
    if passes.count >= 8 || held > memory - (sharesWeights ? 0 : need(form.grid).weights) { passes = [:] }
    let pass = try UNetPass(
      engine, configuration, weights, form, told: embedding.count, type: type)
    passes[form] = pass
    return pass
  }

  /// A network that is told noise levels predicts something that they scale.
  private func divideByLevel(_ result: inout Tensor, _ rows: [DenoisingRow]) {
    guard configuration.time.kind == .fourier else { return }
    let size = result.values.count / rows.count
    for (row, setting) in rows.enumerated() {
      for index in row * size..<(row + 1) * size { result.values[index] /= Float(setting.timestep) }
    }
  }

  /// Names of the code that oneDNN chose, by what it computes.
  package var implementations: [String: Set<String>] { engine.implementations }

  /// What is packed of it.
  /// - Parameter changed: tensors that are to be others.
  package func layers(without changed: Set<String>) -> KnownLayers {
    let joined = changed.contains { $0.hasSuffix(".\(TimeProjections.tensor)") }
    return KnownLayers(
      of: weights.known, without: joined ? changed.union([TimeProjections.tensor]) : changed)
  }

  package func heed(_ interruption: Interruption) { self.interruption = interruption }

  package func probe(
    _ sample: Tensor, _ row: DenoisingRow, _ question: ProbeQuestion
  ) throws -> ProbeAnswer? {
    let grid = Grid(rows: sample.shape[2], columns: sample.shape[3])
    let pass = try pass(UNetPass.Form(batch: 1, grid: grid, tokens: row.promptLength))
    switch question {
    case .attention(let place):
      return try pass.attention(
        sample, row, embedding: embedding(row), at: place, heeding: interruption
      ).map(ProbeAnswer.attention)
    case .attentionStatistics:
      return .attentionStatistics(
        try pass.attentionStatistics(sample, row, embedding: embedding(row), heeding: interruption))
    case .words:
      return try pass.words(sample, row, embedding: embedding(row), heeding: interruption)
        .map(ProbeAnswer.words)
    case .features(let places):
      return .features(
        try pass.features(sample, row, embedding: embedding(row), at: places, heeding: interruption))
    case .times:
      return .times(try pass.times(sample, row, embedding: embedding(row), heeding: interruption))
    }
  }
}

extension UNet: MeasuredModel {
  package func products(batch: Int) throws -> [any NetworkLayer] {
    try layers(batch: batch).filter { $0.operations > 0 && !($0 is StreamingAttention) }
  }

  /// Convolutions, linear layers, attention's products; prompts' keys and values, which few steps make, are left out.
  package func operations(batch: Int) throws -> Int {
    try layers(batch: batch).reduce(0) { $0 + $1.operations }
  }

  /// For samples of the size that it was trained with, and prompts of the usual length.
  private func layers(batch: Int) throws -> [any NetworkLayer] {
    let tokens = configuration.contextWidth == nil ? 0 : 77
    return try pass(UNetPass.Form(batch: batch, grid: configuration.grid, tokens: tokens)).layers()
  }
}

extension DenoisingRow {
  /// Tokens of the prompt; 0 where there is none.
  fileprivate var promptLength: Int { condition.context?.tensor.shape[0] ?? 0 }
}

/// Why a network cannot be run on what it was given.
package struct UNetInputError: Error, Equatable, CustomStringConvertible {
  let defect: String

  init(defect: String) { self.defect = defect }

  init(size defect: String) { self.init(defect: "a side of the sample: \(defect)") }

  package var description: String { "\(defect); give the network what it was made for" }
}
