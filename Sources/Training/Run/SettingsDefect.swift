import Denoising
import Tensors

extension TrainingSettings {
  /// About how many bytes a training takes, beside its images: of each weight its value, gradient, moments and average,
  /// of each thread a gradient more, and what the layers of one pass keep for the way back.
  package func memoryBytes(threads: Int) -> Int {
    let c = configuration
    let members = max(1, min(threads, batch))
    let images = min(batch, members * MicroBatches.imagesAtOnce)
    let kept = c.tokens * (c.depth + 1) * (12 * c.width + 3 * c.mlpWidth) * MemoryLayout<Float>.size
    let scores = (c.depth + 1) * c.heads * c.tokens * c.tokens * 2 * MemoryLayout<Float>.size
    return (5 + members) * c.parameterCount * MemoryLayout<Float>.size + images * (kept + scores)
  }

  /// What makes a training by these settings impossible, or nil: a checkpoint may not say what no option may.
  package var defect: String? {
    configuration.defect ?? wholes ?? shares ?? budgetDefect
  }

  private var wholes: String? {
    Self.outside([
      ("batch", batch, 1...4096), ("learningRate.warmUp", learningRate.warmUp, 0...1_000_000),
    ])
  }

  private var shares: String? {
    // Below 1 by what a float can tell.
    let nearlyOne = 1 - 1e-7
    let positive = 1e-30
    return Self.outside([
      ("labelDropout", Double(labelDropout), 0...1), ("validation", validation, 0...0.9),
      ("optimizer.beta1", Double(optimizer.beta1), 0...nearlyOne),
      ("optimizer.beta2", Double(optimizer.beta2), 0...nearlyOne),
      ("optimizer.epsilon", Double(optimizer.epsilon), positive...1),
      ("optimizer.weightDecay", Double(optimizer.weightDecay), 0...1),
      ("optimizer.largestNorm", Double(optimizer.largestNorm), positive...1e6),
      ("optimizer.averageDecay", Double(optimizer.averageDecay), 0...0.999_999_9),
      ("learningRate.peak", Double(learningRate.peak), 1e-9...1),
      ("learningRate.fall", learningRate.fall, 1e-9...1),
    ]) ?? (precision == .auto ? "`precision` is auto, expected fp32 or bf16" : nil)
  }

  private var budgetDefect: String? {
    switch budget {
    case .images(let count): Self.outside([("budget.images", count, 1...1 << 40)])
    case .minutes(let minutes): Self.outside([("budget.minutes", minutes, 0.001...1e6)])
    }
  }

  static func outside<Number>(_ bounded: [(String, Number, ClosedRange<Number>)]) -> String? {
    bounded.first { !$0.2.contains($0.1) }.map { name, value, range in
      "`\(name)` is \(value), expected \(range.lowerBound) to \(range.upperBound)"
    }
  }
}
