/// The shape and the two colours that come closest to the pixels of a cell: least squares in linear light.
///
/// Of n of k pixels with the mean a, where the mean of all is m, the squared error is less than that of one colour
/// for all by |n (a - m)|² · k / (n (k - n)). That is tried for every shape, four at a time: those that differ in
/// their first two pixels.
struct TwoColorFit: Sendable {
  /// k, 4 to 8.
  private let count: Int
  /// k / (n (k - n)) for each mask, four in a row; 0 for none and all.
  private let gains: [SIMD4<Float>]

  init(count: Int) {
    precondition((4...8).contains(count), "a cell of \(count) pixels")
    self.count = count
    gains = stride(from: 0, to: 1 << count, by: 4).map { first in
      var gain = SIMD4<Float>()
      for lane in 0..<4 {
        let inked = (first + lane).nonzeroBitCount
        if inked > 0, inked < count { gain[lane] = Float(count) / Float(inked * (count - inked)) }
      }
      return gain
    }
  }

  /// The set of pixels to be drawn in the first colour; each shape or what it leaves, which is the same picture.
  /// - Parameter pixels: red, green and blue, 0…1 in linear light.
  func mask(for pixels: UnsafeBufferPointer<SIMD4<Float>>) -> Int {
    var mean = SIMD4<Float>()
    for pixel in pixels { mean += pixel }
    mean /= Float(count)
    // With the last pixel there would be the same shapes again, with the colours exchanged.
    let uppers = max(1, 1 << (count - 5))
    return withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: 3 * uppers) { sums in
      fillSums(of: pixels, mean, into: sums)
      let (first, second) = (pixels[0] - mean, pixels[1] - mean)
      let (third, fourth) = (pixels[2] - mean, pixels[3] - mean)
      let (one, two) = (SIMD4<Float>(0, 1, 0, 1), SIMD4<Float>(0, 0, 1, 1))
      var (most, best) = (SIMD4<Float>(repeating: -1), SIMD4<Int32>())
      for middle in 0..<4 {
        let more = (middle & 1 == 1 ? third : SIMD4()) + (middle & 2 == 2 ? fourth : SIMD4())
        let red = one * first.x + two * second.x + more.x
        let green = one * first.y + two * second.y + more.y
        let blue = one * first.z + two * second.z + more.z
        for upper in 0..<uppers {
          let (r, g, b) = (red + sums[3 * upper], green + sums[3 * upper + 1], blue + sums[3 * upper + 2])
          let gain = (r * r + g * g + b * b) * gains[upper << 2 | middle]
          let isBetter = gain .> most
          most.replace(with: gain, where: isBetter)
          best.replace(with: Int32(upper << 4 | middle << 2), where: isBetter)
        }
      }
      let lane = (0..<4).reduce(0) { most[$1] > most[$0] ? $1 : $0 }
      return Int(best[lane]) | lane
    }
  }

  /// The sums of each set of the pixels from the fifth on but the last: red, green and blue, each in four lanes.
  private func fillSums(
    of pixels: UnsafeBufferPointer<SIMD4<Float>>, _ mean: SIMD4<Float>,
    into sums: UnsafeMutableBufferPointer<SIMD4<Float>>
  ) {
    sums.initialize(repeating: SIMD4())
    var known = 1
    for place in 4..<max(4, count - 1) {
      let pixel = pixels[place] - mean
      for set in 0..<known {
        for channel in 0..<3 { sums[3 * (known + set) + channel] = sums[3 * set + channel] + pixel[channel] }
      }
      known *= 2
    }
  }
}
