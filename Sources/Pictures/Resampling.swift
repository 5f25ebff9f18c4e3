import Foundation

/// How a picture of another size gets its pixels.
package enum Resampling: Sendable, Hashable {
  /// Each new pixel is the mean of the area that it covers; parts of pixels count as such.
  case area
  /// Lanczos-3, sin(πx)/(πx) · sin(πx/3)/(πx/3) for |x| < 3, widened when the picture shrinks; Duchon 1979.
  case lanczos

  /// The old pixels that one new pixel is made of.
  fileprivate struct Taps {
    let start: Int
    /// Their sum is 1.
    let weights: [Float]
  }

  fileprivate func taps(from old: Int, to new: Int) -> [Taps] {
    let ratio = Double(old) / Double(new)
    return (0..<new).map { index in
      let weights: [(index: Int, weight: Double)]
      switch self {
      case .area:
        let (begin, end) = (Double(index) * ratio, Double(index + 1) * ratio)
        weights = (Int(begin)..<min(Int(end.rounded(.up)), old)).map {
          ($0, max(min(Double($0 + 1), end) - max(Double($0), begin), 0))
        }
      case .lanczos:
        let scale = max(ratio, 1)
        let center = (Double(index) + 0.5) * ratio
        let first = max(Int((center - 3 * scale).rounded(.down)), 0)
        let last = min(Int((center + 3 * scale).rounded(.up)), old)
        weights = (first..<last).map { ($0, Self.lanczos((Double($0) + 0.5 - center) / scale)) }
      }
      let sum = weights.reduce(0) { $0 + $1.weight }
      return Taps(start: weights[0].index, weights: weights.map { Float($0.weight / sum) })
    }
  }

  private static func lanczos(_ x: Double) -> Double {
    guard abs(x) < 3 else { return 0 }
    guard abs(x) > 1e-9 else { return 1 }
    let angle = Double.pi * x
    return sin(angle) / angle * sin(angle / 3) / (angle / 3)
  }
}

extension Picture {
  /// The picture at another size, in its own (not linear) colour values, as image libraries do it.
  package func resized(width newWidth: Int, height newHeight: Int, _ method: Resampling = .area) -> Picture {
    precondition(newWidth > 0 && newHeight > 0, "a picture of \(newWidth) x \(newHeight)")
    let columns = method.taps(from: width, to: newWidth)
    let rows = method.taps(from: height, to: newHeight)
    var narrow = [Float](repeating: 0, count: height * newWidth * 3)
    for y in 0..<height {
      for (x, taps) in columns.enumerated() {
        for (offset, weight) in taps.weights.enumerated() {
          let from = (y * width + taps.start + offset) * 3
          for channel in 0..<3 {
            narrow[(y * newWidth + x) * 3 + channel] += weight * Float(pixels[from + channel])
          }
        }
      }
    }
    var result = Picture(width: newWidth, height: newHeight)
    var row = [Float](repeating: 0, count: newWidth * 3)
    for (y, taps) in rows.enumerated() {
      for index in row.indices { row[index] = 0 }
      for (offset, weight) in taps.weights.enumerated() {
        let from = (taps.start + offset) * newWidth * 3
        for index in row.indices { row[index] += weight * narrow[from + index] }
      }
      for index in row.indices {
        // Sums of weights miss a whole number by a rounding error; Lanczos overshoots at edges.
        result.pixels[y * newWidth * 3 + index] = UInt8(min(max((row[index] + 1e-4).rounded(), 0), 255))
      }
    }
    return result
  }

  /// Each pixel as a square of `factor` x `factor` pixels.
  package func enlarged(by factor: Int) -> Picture {
    precondition(factor > 0, "a picture enlarged by \(factor)")
    var result = Picture(width: width * factor, height: height * factor)
    for y in 0..<height {
      let row = (0..<width).flatMap { x in
        let pixel = pixels[(y * width + x) * 3..<(y * width + x + 1) * 3]
        return repeatElement(pixel, count: factor).joined()
      }
      let start = y * factor * result.width * 3
      for copy in 0..<factor {
        let begin = start + copy * row.count
        result.pixels.replaceSubrange(begin..<begin + row.count, with: row)
      }
    }
    return result
  }
}
