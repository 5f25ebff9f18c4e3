import Denoising
import Foundation
import Models
import Recipes
import Tensors

/// Everything that `bench` measures, in rounds that take each measurement in turn: what else the machine does
/// then falls on all of them alike.
struct BenchRun: Sendable {
  let precisions: [Precision]
  let batches: [Int]
  let rounds: Int

  func report(on source: ModelSource, threads: Int?, start: [BenchReport.Start]) throws -> BenchReport {
    let (precisions, batches, rounds) = (precisions, batches, rounds)
    return try OnEngine {
      try BenchSubject(source, precisions: precisions, threads: threads)
    }.run { subject in
      var steps = try precisions.flatMap { precision in
        try batches.map { try StepMeasurement(subject, precision, batch: $0) }
      }
      var compares = try precisions.map { try CompareMeasurement(subject, $0) }
      for _ in 0..<rounds {
        for index in steps.indices { try steps[index].measure() }
        for index in compares.indices { try compares[index].measure() }
      }
      return BenchReport(
        model: ModelLibrary.name(of: source.url), threads: subject.engine.threads,
        oneDNN: ComputeEngine.version,
        rounds: rounds, steps: steps.map(\.result), compares: compares.map(\.result), start: start,
        implementations: subject.engine.implementations.mapValues { $0.sorted() })
    }
  }
}

/// One batch size in one precision, with its layers beside it.
private struct StepMeasurement {
  private let precision: Precision
  private let batch: Int
  private let step: () throws -> Void
  private let layers: [any NetworkLayer]
  private let operations: Int?
  /// One layer of each kind and size.
  private let shapes: [any NetworkLayer]
  /// Calls that take about 30 ms.
  private let calls: Int
  private var stepTimes: [Double] = []
  private var layerTimes: [Double] = []
  private var bestRates: [Double] = []

  init(_ subject: BenchSubject, _ precision: Precision, batch: Int) throws {
    (self.precision, self.batch) = (precision, batch)
    step = try subject.step(precision, batch: batch)
    layers = try subject.layers(precision, batch: batch)
    operations = try subject.operations(precision, batch: batch)
    shapes = Dictionary(grouping: layers) { "\(type(of: $0)) \($0.operations)" }.compactMap(\.value.first)
    try step()
    calls = max(2, Int(30 / (try milliseconds(2, step))))
  }

  mutating func measure() throws {
    // In turns, so that a disturbance of a few milliseconds does not meet one of the two alone.
    var (stepSamples, layerSamples): ([Double], [Double]) = ([], [])
    for _ in 0..<calls {
      stepSamples.append(try milliseconds { try step() })
      layerSamples.append(milliseconds { for layer in layers { layer.forward() } })
    }
    stepTimes.append(median(stepSamples))
    guard !layers.isEmpty else { return }
    layerTimes.append(median(layerSamples))
    let rates = shapes.map { layer in
      let repeats = max(4, Int(2e8 / Double(layer.operations)))
      let samples = (0..<5).map { _ in milliseconds(repeats) { layer.forward() } }
      return Double(layer.operations) / median(samples) / 1e6
    }
    bestRates.append(rates.max() ?? .nan)
  }

  var result: BenchReport.Step {
    let product = Double(layers.reduce(0) { $0 + $1.operations })
    let shares = zip(layerTimes, bestRates).map { product / $0 / 1e6 / $1 }
    let hasLayers = !layers.isEmpty
    return BenchReport.Step(
      precision: precision, batch: batch, milliseconds: median(stepTimes),
      gigaflops: operations.map { Double($0) / median(stepTimes) / 1e6 },
      layerMilliseconds: hasLayers ? median(layerTimes) : nil,
      stepPerLayers: hasLayers ? median(zip(stepTimes, layerTimes).map { $0 / $1 }) : nil,
      bestGigaflops: hasLayers ? median(bestRates) : nil, layersPerBest: hasLayers ? median(shares) : nil)
  }
}

/// Three panels, 20 steps: right after each other, and as the explorer does after some idleness.
private struct CompareMeasurement {
  private let precision: Precision
  private let compare: () throws -> Void
  private let layers: [any NetworkLayer]
  private var warm: [Double] = []
  private var afterIdle: [Double] = []
  private var ratios: [Double] = []
  private var idleLoads: [Double] = []

  init(_ subject: BenchSubject, _ precision: Precision) throws {
    self.precision = precision
    compare = try subject.compare(precision)
    layers = try subject.layers(precision, batch: 3)
    try compare()
  }

  mutating func measure() throws {
    let chain = median((0..<5).map { _ in milliseconds { for layer in layers { layer.forward() } } })
    let time = try milliseconds { try compare() }
    warm.append(time)
    ratios.append(time / (20 * chain))
    // The kernel counts a thread's last milliseconds late: wait until all have gone to sleep.
    usleep(10_000)
    let before = processorMilliseconds()
    usleep(40_000)
    idleLoads.append(processorMilliseconds() - before)
    afterIdle.append(try milliseconds { try compare() })
  }

  var result: BenchReport.Compare {
    BenchReport.Compare(
      precision: precision, milliseconds: median(warm), afterIdleMilliseconds: median(afterIdle),
      perLayers: layers.isEmpty ? nil : median(ratios), idleProcessorMilliseconds: median(idleLoads))
  }
}
