import Tensors

/// Prompts' keys and values for every layer that looks at them, made when the prompts change: not in every step.
final class PromptKeys {
  /// Of each prompt.
  let tokens: Int
  private let engine: ComputeEngine
  private let batch: Int
  private let type: ElementType
  /// [batch · token, width].
  private let context: Buffer
  private let pool: MapPool
  private var makers: [() -> Void] = []
  private var current: [ConditionTensor] = []

  /// - Parameter width: of a token.
  init(_ engine: ComputeEngine, batch: Int, tokens: Int, width: Int, _ type: ElementType) throws {
    (self.engine, self.batch, self.tokens, self.type) = (engine, batch, tokens, type)
    context = try Buffer(engine, [batch * tokens, width], type)
    pool = MapPool(engine, type)
  }

  /// Those of one layer, and what makes the first prompt's anew as they were before they were packed, [token, width].
  func keys(
    _ weights: UNetTransformerWeights.Attention, heads: Int
  ) throws -> (keys: AttentionKeys, plain: () -> [Float]) {
    let width = weights.keys.weights.outputs
    let packed = AttentionKeys(
      engine, batch: batch, tokens: tokens, heads: heads, size: width / heads, type: type)
    let (keys, values) = (
      try pool.take([batch * tokens, width]), try pool.take([batch * tokens, width])
    )
    let layers = try [(weights.keys, keys), (weights.values, values)].map { weights, output in
      try Linear(
        engine, input: context, weights: weights.weights, bias: weights.bias, output: output, images: batch)
    }
    let shape = [batch, tokens, width]
    let (allKeys, allValues) = (try keys.view(shape), try values.view(shape))
    makers.append {
      for layer in layers { layer.forward() }
      packed.pack(keys: allKeys, values: allValues)
    }
    // Packed, they are done with.
    pool.give(keys)
    pool.give(values)
    let count = tokens * width
    return (
      packed,
      {
        layers[0].forward()
        return allKeys.load(count)
      }
    )
  }

  /// - Parameter prompts: of each row, [token, width].
  func update(_ prompts: [ConditionTensor]) {
    guard prompts != current else { return }
    for (row, prompt) in prompts.enumerated() {
      let numbers = prompt.tensor.values
      context.store(numbers, at: row * numbers.count)
    }
    for make in makers { make() }
    current = prompts
  }
}
