import Tensors

/// The way of a trajectory: what it asks next, and what it makes of the answers.
protocol Course: Sendable {
  /// Nil when finished.
  var nextEvaluation: Evaluation? { get }
  /// The final x; nil until finished.
  var result: Tensor? { get }
  /// Of all steps, noisiest first.
  var timesteps: [Double] { get }
  /// How many evaluations the whole way takes.
  var evaluationCount: Int { get }
  /// How many tensors of x's size it holds at the most.
  var tensorCount: Int { get }
  /// - Returns: the step that the answer belongs to, nil for a step's second evaluation and those after it.
  /// - Precondition: not finished.
  mutating func advance(with output: Tensor) -> DenoisingStep?
}
