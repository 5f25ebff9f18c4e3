import Foundation
import Tensors

/// Layers in plain loops and double precision, row-major: what the engine's are compared with.
package enum NaiveKernels {
  /// x Wᵀ + bias.
  /// - Parameters:
  ///   - x: [rows, inputs].
  ///   - weights: [outputs, inputs].
  package static func linear(_ x: [Float], _ weights: [Float], bias: [Float]?, inputs: Int) -> [Float] {
    let (rows, outputs) = (x.count / inputs, weights.count / inputs)
    return (0..<rows * outputs).map { place in
      let (row, output) = (place / outputs, place % outputs)
      var sum = Double(bias?[output] ?? 0)
      for input in 0..<inputs {
        sum += Double(x[row * inputs + input]) * Double(weights[output * inputs + input])
      }
      return Float(sum)
    }
  }

  /// ½ x (1 + erf(x / √2)).
  package static func gelu(_ x: Float) -> Float {
    Float(0.5 * Double(x) * (1 + erf(Double(x) / 2.0.squareRoot())))
  }

  package static func layerNorm(_ x: [Float], scale: [Float], shift: [Float]) -> [Float] {
    let width = scale.count
    return stride(from: 0, to: x.count, by: width).flatMap { start -> [Float] in
      let row = x[start..<start + width].map(Double.init)
      let mean = row.reduce(0, +) / Double(width)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      return row.enumerated().map { column, value in
        Float((value - mean) / (variance + 1e-5).squareRoot()) * scale[column] + shift[column]
      }
    }
  }

  /// softmax((Q Kᵀ) ∘ M) V head by head.
  /// - Parameters:
  ///   - queries: [batch, token, width], the heads side by side; so are keys and values.
  ///   - mask: [batch, head, token, token], with the scale in it.
  package static func attention(
    _ queries: [Float], _ keys: [Float], _ values: [Float], mask: [Float], batch: Int, heads: Int,
    tokens: Int,
    width: Int
  ) -> [Float] {
    let size = width / heads
    var output = [Float](repeating: 0, count: queries.count)
    for place in 0..<batch * heads * tokens {
      let (image, head, query) = (place / (heads * tokens), place / tokens % heads, place % tokens)
      func first(_ token: Int) -> Int { (image * tokens + token) * width + head * size }
      var scores = (0..<tokens).map { key in
        (0..<size).reduce(0.0) { $0 + Double(queries[first(query) + $1]) * Double(keys[first(key) + $1]) }
          * Double(mask[place * tokens + key])
      }
      let top = scores.max() ?? 0
      scores = scores.map { exp($0 - top) }
      let total = scores.reduce(0, +)
      for channel in 0..<size {
        let sum = (0..<tokens).reduce(0.0) { $0 + scores[$1] * Double(values[first($1) + channel]) }
        output[first(query) + channel] = Float(sum / total)
      }
    }
    return output
  }

  /// A 3x3 convolution with one pixel of zeroes around.
  /// - Parameters:
  ///   - image: [channel, row, column].
  ///   - weights: [output channel, channel, 3, 3].
  package static func convolution(
    _ image: [Float], _ weights: [Float], bias: [Float], channels: Int, size: Int
  ) -> [Float] {
    (0..<bias.count * size * size).map { place in
      let (output, row, column) = (place / (size * size), place / size % size, place % size)
      var sum = Double(bias[output])
      for tap in 0..<channels * 9 {
        let (y, x) = (row + tap / 3 % 3 - 1, column + tap % 3 - 1)
        guard (0..<size).contains(y), (0..<size).contains(x) else { continue }
        sum += Double(weights[output * channels * 9 + tap]) * Double(image[(tap / 9 * size + y) * size + x])
      }
      return Float(sum)
    }
  }
}
