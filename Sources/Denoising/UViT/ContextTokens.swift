import Tensors

/// What a U-ViT makes of a prompt: each of its tokens becomes one of the network's, W c + b.
///
/// Bao et al. 2022, arXiv:2209.12152. Computed once for each prompt: the same in every step.
final class ContextTokens {
  /// [token, width of the prompt's], and [token, width].
  private let input, output: Buffer
  private let layer: Linear
  private var known: [ConditionTensor: [Float]] = [:]

  init(_ engine: ComputeEngine, _ weights: DenseWeights, tokens: Int) throws {
    input = try Buffer(engine, [tokens, weights.weights.inputs])
    output = try Buffer(engine, [tokens, weights.weights.outputs])
    layer = try Linear(engine, input: input, weights: weights.weights, bias: weights.bias, output: output)
  }

  /// What is wrong with an encoded prompt, or nil.
  func defect(_ context: ConditionTensor?) -> String? {
    let found = context?.tensor.shape ?? []
    return found == input.shape ? nil : "an encoded prompt of \(found), expected \(input.shape)"
  }

  /// - Returns: [token, width].
  func callAsFunction(_ context: ConditionTensor) -> [Float] {
    if let tokens = known[context] { return tokens }
    if known.count >= 64 { known = [:] }
    input.store(context.tensor.values)
    layer.forward()
    let tokens = output.load(output.count)
    known[context] = tokens
    return tokens
  }
}
