import Foundation

/// Where in the noise the model stands: cos(t ωᵢ) for the first half of the width, sin(t ωᵢ) for the second,
/// ωᵢ = 10000^(-i / ⌊width/2⌋); a last zero where the width is odd.
package func timeEmbedding(_ timestep: Double, width: Int) -> [Float] {
  let half = width / 2
  var embedding = [Float](repeating: 0, count: width)
  for index in 0..<half {
    // In single precision as the reference: at t = 999 the difference would be seen.
    let frequency = exp(-Float(log(10000.0)) * Float(index) / Float(half))
    let angle = Float(timestep) * frequency
    embedding[index] = cos(angle)
    embedding[half + index] = sin(angle)
  }
  return embedding
}
