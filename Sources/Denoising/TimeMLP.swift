import Foundation
import Tensors

/// Two layers with SiLU between them, which make an embedding of what a network is told: of the time, of sizes.
struct TimeMLP {
  private let input, hidden, output: Buffer
  private let first, second: Linear

  init(_ engine: ComputeEngine, _ first: DenseWeights, _ second: DenseWeights) throws {
    input = try Buffer(engine, [1, first.weights.inputs])
    hidden = try Buffer(engine, [1, first.weights.outputs])
    output = try Buffer(engine, [1, second.weights.outputs])
    self.first = try Linear(
      engine, input: input, weights: first.weights, bias: first.bias, output: hidden)
    self.second = try Linear(
      engine, input: hidden, weights: second.weights, bias: second.bias, output: output)
  }

  func callAsFunction(_ embedding: [Float]) -> [Float] {
    input.store(embedding)
    first.forward()
    hidden.store(silu(hidden.load(hidden.count)))
    second.forward()
    return output.load(output.count)
  }
}

/// x / (1 + e⁻ˣ).
func silu(_ numbers: [Float]) -> [Float] { numbers.map { $0 / (1 + exp(-$0)) } }
