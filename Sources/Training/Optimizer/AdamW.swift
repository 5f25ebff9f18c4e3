import Foundation
import Tensors

/// Adam with decoupled weight decay, the moving average of the weights and their rounding, in one pass.
///
/// m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², w ← w (1 - η λ) - η m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ⁿ) and
/// v̂ = v / (1 - β₂ⁿ); a ← a + (1 - μ)(w - a). Loshchilov & Hutter 2017, arXiv:1711.05101. One pass because it is
/// memory that it waits for: nine numbers are moved for each weight.
package struct AdamW: Sendable, Hashable, Codable {
  package var beta1: Float = 0.9
  package var beta2: Float = 0.99
  package var epsilon: Float = 1e-8
  package var weightDecay: Float = 0.03
  /// The gradient's norm that is left alone; longer ones are shortened to it.
  package var largestNorm: Float = 1
  /// μ, how much of the average stays in each step.
  package var averageDecay: Float = 0.9995

  package init() {}

  /// √(Σ g²) over all gradients; not finite when one of them is not.
  package static func gradientNorm(_ engine: ComputeEngine, _ parameters: Parameters) -> Float {
    // Pieces of one length whatever the number of threads, so that it does not change the sum.
    let piece = 1 << 15
    let count = parameters.count
    let gradients = Lanes(parameters.gradients)
    var sums = [Double](repeating: 0, count: (count + piece - 1) / piece)
    sums.withUnsafeMutableBufferPointer { sums in
      let sums = sums
      engine.inParallel(sums.count * 16) { range in
        for index in (range.lowerBound / 16)..<(range.upperBound / 16) {
          var lanes = SIMD8<Float>()
          for place in stride(from: index * piece, to: min((index + 1) * piece, count), by: 8) {
            let gradient = gradients[place]
            lanes += gradient * gradient
          }
          sums[index] = (0..<8).reduce(0) { $0 + Double(lanes[$1]) }
        }
      }
    }
    return Float(sums.reduce(0, +).squareRoot())
  }

  /// One step from the gradients as they are.
  ///
  /// - Parameters:
  ///   - step: counted from 1.
  ///   - gradientNorm: of all gradients.
  package func update(
    _ engine: ComputeEngine, _ parameters: Parameters, step: Int, learningRate: Float, gradientNorm: Float
  ) {
    let pass = Pass(self, parameters, step: step, learningRate: learningRate, gradientNorm: gradientNorm)
    let decayEnd = parameters.decayEnd
    engine.inParallel(parameters.count) { range in
      let border = min(max(decayEnd, range.lowerBound), range.upperBound)
      pass.run(range.lowerBound..<border, shrink: 1 - learningRate * weightDecay)
      pass.run(border..<range.upperBound, shrink: 1)
    }
  }

  /// The average begins as a plain mean of the first weights, whose start would stay in it for thousands of steps.
  package func averageDecay(at step: Int) -> Float {
    min(averageDecay, Float(1 + step) / Float(10 + step))
  }
}

/// The factors of one step, and the rows that it moves.
private struct Pass {
  let beta1, beta2, epsilon, scale, rate, correction2, average: Float
  let gradients, values, first, second, averages: Lanes
  let rounded: RoundedLanes?

  init(_ optimizer: AdamW, _ parameters: Parameters, step: Int, learningRate: Float, gradientNorm: Float) {
    (beta1, beta2, epsilon) = (optimizer.beta1, optimizer.beta2, optimizer.epsilon)
    scale = min(1, optimizer.largestNorm / (gradientNorm + 1e-6))
    rate = learningRate / Float(1 - pow(Double(optimizer.beta1), Double(step)))
    correction2 = Float(1 / (1 - pow(Double(optimizer.beta2), Double(step))).squareRoot())
    average = 1 - optimizer.averageDecay(at: step)
    (gradients, values) = (Lanes(parameters.gradients), Lanes(parameters.values))
    (first, second) = (Lanes(parameters.firstMoments), Lanes(parameters.secondMoments))
    averages = Lanes(parameters.averages)
    rounded = parameters.rounded.map { RoundedLanes($0) }
  }

  /// - Parameter range: a multiple of 8 numbers.
  func run(_ range: Range<Int>, shrink: Float) {
    var index = range.lowerBound
    while index < range.upperBound {
      let gradient = gradients[index] * scale
      let m = beta1 * first[index] + (1 - beta1) * gradient
      let v = beta2 * second[index] + (1 - beta2) * (gradient * gradient)
      let step = rate * m / (v.squareRoot() * correction2 + epsilon)
      let value = values[index] * shrink - step
      let mean = averages[index]
      first[index] = m
      second[index] = v
      values[index] = value
      averages[index] = mean + average * (value - mean)
      rounded?.store(value, at: index)
      index += 8
    }
  }
}
