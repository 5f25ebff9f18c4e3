import Tensors

/// One solver: from x at one noise level to x at the next, given the network's estimate.
///
/// Each sampler is a value that carries its own history, so a copied trajectory goes on by itself.
protocol Sampler: Sendable {
  /// - Parameters:
  ///   - x: in the sampler's own scale, see `SamplerKind.worksInSigma`.
  ///   - estimate: the network's, for this x.
  ///   - step: where x is and where it shall go.
  ///   - noise: for samplers that add some; one draw of x's whole shape per step.
  mutating func next(_ x: Tensor, _ estimate: Estimate, _ step: SolverStep, noise: inout SeededNoise) -> Move
}

/// What a sampler made of an estimate.
enum Move: Sendable {
  /// x at the step's end.
  case arrived(Tensor)
  /// A provisional x at the step's end, for which the sampler needs an estimate before it takes the step.
  case probe(Tensor)
}
