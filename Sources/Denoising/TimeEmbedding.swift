import Foundation

/// Where in the noise the model stands: cos(t ωᵢ) for the first half of the width, sin(t ωᵢ) for the second,
/// ωᵢ = 10000^(-i / (⌊width/2⌋ - shift)); a last zero where the width is odd.
///
/// - Parameter cosinesFirst: false: the halves the other way round.
package func timeEmbedding(
  _ timestep: Double, width: Int, shift: Double = 0, cosinesFirst: Bool = true
) -> [Float] {
  let half = width / 2
  var embedding = [Float](repeating: 0, count: width)
  let (cosines, sines) = cosinesFirst ? (0, half) : (half, 0)
  for index in 0..<half {
    // In single precision as the reference: at t = 999 the difference would be seen.
    let frequency = exp(-Float(log(10000.0)) * Float(index) / (Float(half) - Float(shift)))
    let angle = Float(timestep) * frequency
    embedding[cosines + index] = cos(angle)
    embedding[sines + index] = sin(angle)
  }
  return embedding
}
