/// The shape and the two colours that come closest to the pixels of a cell: least squares in linear light.
///
/// Of n of k pixels with the mean a, where the mean of all is m, the squared error is less than that of one colour
/// for all by |n (a - m)|² · k / (n (k - n)). That is tried for every shape: 16 at a time, since what the first four
/// pixels add to the sum is the same for all others.
struct TwoColorFit: Sendable {
  /// k, 4 to 8.
  private let count: Int
  /// k / (n (k - n)) for each mask, 16 in a row; 0 for none and all.
  private let gains: [SIMD16<Float>]

  init(count: Int) {
    precondition((4...8).contains(count), "a cell of \(count) pixels")
    self.count = count
    gains = stride(from: 0, to: 1 << count, by: 16).map { first in
      var gain = SIMD16<Float>()
      for lane in 0..<16 {
        let inked = (first + lane).nonzeroBitCount
        if inked > 0, inked < count { gain[lane] = Float(count) / Float(inked * (count - inked)) }
      }
      return gain
    }
  }

  /// Bit i of lane i's number, for four i.
  private static let bits: [SIMD16<Float>] = (0..<4).map { bit in
    var lanes = SIMD16<Float>()
    for lane in 0..<16 where lane >> bit & 1 == 1 { lanes[lane] = 1 }
    return lanes
  }

  /// The set of pixels to be drawn in the first colour; each shape or what it leaves, which is the same picture.
  /// - Parameter pixels: red, green and blue, 0…1 in linear light.
  func mask(for pixels: UnsafeBufferPointer<SIMD4<Float>>) -> Int {
    var mean = SIMD4<Float>()
    for pixel in pixels { mean += pixel }
    mean /= Float(count)
    var (red, green, blue) = (SIMD16<Float>(), SIMD16<Float>(), SIMD16<Float>())
    for place in 0..<4 {
      let (bits, pixel) = (Self.bits[place], pixels[place] - mean)
      red += bits * pixel.x
      green += bits * pixel.y
      blue += bits * pixel.z
    }
    var (best, bestGain) = (0, Float(-1))
    // With the last pixel there would be the same shapes again, with the colours exchanged.
    for upper in 0..<max(1, 1 << (count - 5)) {
      var sum = SIMD4<Float>()
      for place in 4..<count where upper >> (place - 4) & 1 == 1 { sum += pixels[place] - mean }
      let (r, g, b) = (red + sum.x, green + sum.y, blue + sum.z)
      let gain = (r * r + g * g + b * b) * gains[upper]
      let most = gain.max()
      if most > bestGain {
        bestGain = most
        for lane in 0..<16 where gain[lane] == most { best = upper << 4 | lane }
      }
    }
    return best
  }
}
