import Foundation

/// How a picture of another size gets its pixels: in its own colour values, as image libraries do it, where it does
/// not say otherwise.
package enum Resampling: Sendable, Hashable {
  /// The old pixel at the same place: enlarged by a whole factor, pixels become squares.
  case nearest
  /// Each new pixel is the mean of the area that it covers; parts of pixels count as such.
  case area
  /// The same in linear light: what the eye sees of the area from afar.
  case areaOfLight
  /// Lanczos-3, sin(πx)/(πx) · sin(πx/3)/(πx/3) for |x| < 3, widened when the picture shrinks; Duchon 1979.
  case lanczos
}

extension Picture {
  package func resized(width newWidth: Int, height newHeight: Int, _ method: Resampling = .area) -> Picture {
    precondition(newWidth > 0 && newHeight > 0, "a picture of \(newWidth) x \(newHeight)")
    if newWidth == width, newHeight == height { return self }
    return switch method {
    case .nearest: repeated(newWidth, newHeight)
    case .area:
      averaged(newWidth, newHeight, Self.storedValues) {
        UInt8(min(255, $0.rounded(.toNearestOrAwayFromZero)))
      }
    case .areaOfLight: averaged(newWidth, newHeight, Self.light) { LinearLight.byte(Float($0)) }
    case .lanczos: filtered(newWidth, newHeight)
    }
  }

  /// Each pixel as a square of `factor` x `factor` pixels.
  package func enlarged(by factor: Int) -> Picture {
    precondition(factor > 0, "a picture enlarged by \(factor)")
    return resized(width: width * factor, height: height * factor, .nearest)
  }

  private func repeated(_ newWidth: Int, _ newHeight: Int) -> Picture {
    let columns = (0..<newWidth).map { 3 * ($0 * width / newWidth) }
    let bytes = [UInt8](unsafeUninitializedCapacity: newWidth * newHeight * 3) { bytes, count in
      for row in 0..<newHeight {
        let source = row * height / newHeight * width * 3
        for column in 0..<newWidth {
          for channel in 0..<3 { bytes[count + channel] = pixels[source + columns[column] + channel] }
          count += 3
        }
      }
    }
    return Picture(width: newWidth, height: newHeight, pixels: bytes)
  }

  private static let storedValues = (0...255).map(Double.init)
  private static let light = LinearLight.values.map(Double.init)

  /// - Parameters:
  ///   - values: what is averaged, for each stored value.
  ///   - stored: the value to store for a mean.
  @inline(__always)
  private func averaged(
    _ newWidth: Int, _ newHeight: Int, _ values: [Double], stored: (Double) -> UInt8
  ) -> Picture {
    let (columns, rows) = (Spans(of: newWidth, over: width), Spans(of: newHeight, over: height))
    let bytes = [UInt8](unsafeUninitializedCapacity: newWidth * newHeight * 3) { bytes, count in
      pixels.withUnsafeBufferPointer { pixels in
        for row in 0..<newHeight {
          for column in 0..<newWidth {
            var (red, green, blue) = (0.0, 0.0, 0.0)
            for y in 0..<rows.counts[row] {
              let rowShare = rows.shares[row * rows.most + y]
              var from = ((rows.first[row] + y) * width + columns.first[column]) * 3
              for x in 0..<columns.counts[column] {
                let share = rowShare * columns.shares[column * columns.most + x]
                red += share * values[Int(pixels[from])]
                green += share * values[Int(pixels[from + 1])]
                blue += share * values[Int(pixels[from + 2])]
                from += 3
              }
            }
            let area = columns.lengths[column] * rows.lengths[row]
            bytes[count] = stored(red / area)
            bytes[count + 1] = stored(green / area)
            bytes[count + 2] = stored(blue / area)
            count += 3
          }
        }
      }
    }
    return Picture(width: newWidth, height: newHeight, pixels: bytes)
  }

  /// The old pixels that new ones cover along one side.
  private struct Spans {
    /// For each new pixel from which on, how many, and how much of them.
    private(set) var first: [Int] = [], counts: [Int] = [], lengths: [Double] = []
    /// [new pixel, old one from its first on], `most` for each.
    let shares: [Double]
    let most: Int

    init(of count: Int, over size: Int) {
      let step = Double(size) / Double(count)
      let most = Int(step.rounded(.up)) + 1
      var shares = [Double](repeating: 0, count: count * most)
      for index in 0..<count {
        let (begin, end) = (Double(index) * step, Double(index + 1) * step)
        let pixels = Int(begin)..<min(size, Int(end.rounded(.up)))
        first.append(pixels.lowerBound)
        counts.append(pixels.count)
        lengths.append(end - begin)
        for (place, pixel) in pixels.enumerated() {
          shares[index * most + place] = min(end, Double(pixel + 1)) - max(begin, Double(pixel))
        }
      }
      (self.shares, self.most) = (shares, most)
    }
  }

  private func filtered(_ newWidth: Int, _ newHeight: Int) -> Picture {
    let columns = Self.lanczosTaps(from: width, to: newWidth)
    let rows = Self.lanczosTaps(from: height, to: newHeight)
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
        // It overshoots at edges.
        result.pixels[y * newWidth * 3 + index] = UInt8(min(max((row[index] + 1e-4).rounded(), 0), 255))
      }
    }
    return result
  }

  /// The old pixels that one new pixel is made of; the sum of the weights is 1.
  private static func lanczosTaps(from old: Int, to new: Int) -> [(start: Int, weights: [Float])] {
    let ratio = Double(old) / Double(new)
    let scale = max(ratio, 1)
    func weight(_ x: Double) -> Double {
      guard abs(x) < 3 else { return 0 }
      guard abs(x) > 1e-9 else { return 1 }
      let angle = Double.pi * x
      return sin(angle) / angle * sin(angle / 3) / (angle / 3)
    }
    return (0..<new).map { index in
      let center = (Double(index) + 0.5) * ratio
      let first = max(Int((center - 3 * scale).rounded(.down)), 0)
      let last = min(Int((center + 3 * scale).rounded(.up)), old)
      let weights = (first..<last).map { weight((Double($0) + 0.5 - center) / scale) }
      let sum = weights.reduce(0, +)
      return (first, weights.map { Float($0 / sum) })
    }
  }
}
