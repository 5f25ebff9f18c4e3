/// The course of the loss in about a hundred means, however long the training is.
package struct LossHistory: Sendable, Hashable, Codable {
  /// Means over `stride` steps each, the oldest first.
  package private(set) var means: [Float] = []
  private var stride = 1
  private var sum: Float = 0
  private var count = 0
  /// The mean of the last losses, each step's weight 2 % less than that of the one after it.
  package private(set) var recent: Float?

  package init() {}

  /// What no course of a loss is, or nil.
  package var defect: String? {
    TrainingSettings.outside([
      ("history.means", means.count, 0...127), ("history.stride", stride, 1...1 << 40),
      ("history.count", count, 0...max(0, stride - 1)),
    ])
  }

  package mutating func append(_ loss: Float, step: Int) {
    // The first steps are averaged plainly: the loss falls too fast to remember them long.
    let weight = max(0.02, 1 / Float(step))
    recent = recent.map { $0 + weight * (loss - $0) } ?? loss
    (sum, count) = (sum + loss, count + 1)
    guard count == stride else { return }
    means.append(sum / Float(count))
    (sum, count) = (0, 0)
    guard means.count == 128 else { return }
    means = (0..<64).map { (means[2 * $0] + means[2 * $0 + 1]) / 2 }
    stride *= 2
  }
}
