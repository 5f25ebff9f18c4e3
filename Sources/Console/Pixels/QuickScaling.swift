import Pictures

extension Picture {
  /// The means of the areas that new pixels cover, as `Resampling.area` has them but for rounding, in a quarter of
  /// its time: along rows, then along columns, in whole numbers.
  package func scaledQuickly(width newWidth: Int, height newHeight: Int) -> Picture {
    let (columns, rows) = (QuickSpans(of: newWidth, over: width), QuickSpans(of: newHeight, over: height))
    let count = newWidth * 3
    var sums = [UInt32](repeating: 0, count: count)
    var narrow = [UInt32](repeating: 0, count: count)
    let bytes = [UInt8](unsafeUninitializedCapacity: newHeight * count) { bytes, written in
      pixels.withUnsafeBufferPointer { pixels in
        sums.withUnsafeMutableBufferPointer { sums in
          narrow.withUnsafeMutableBufferPointer { narrow in
            var known = -1
            for row in 0..<newHeight {
              sums.update(repeating: 1 << (2 * QuickSpans.bits - 9))
              for tap in 0..<rows.counts[row] {
                let source = rows.first[row] + tap
                if source != known {
                  Self.shrink(pixels, from: 3 * source * width, columns, into: narrow)
                  known = source
                }
                let share = rows.shares[row * rows.most + tap]
                for place in 0..<count { sums[place] &+= (narrow[place] &* share) >> 8 }
              }
              for place in 0..<count {
                bytes[written + place] = UInt8(
                  truncatingIfNeeded: min(255, sums[place] >> (2 * QuickSpans.bits - 8)))
              }
              written += count
            }
          }
        }
      }
    }
    return Picture(width: newWidth, height: newHeight, pixels: bytes)
  }

  /// One row, each value times 2 ^ `QuickSpans.bits`.
  private static func shrink(
    _ pixels: UnsafeBufferPointer<UInt8>, from start: Int, _ columns: QuickSpans,
    into row: UnsafeMutableBufferPointer<UInt32>
  ) {
    columns.shares.withUnsafeBufferPointer { shares in
      var place = 0
      for column in 0..<columns.first.count {
        var (red, green, blue): (UInt32, UInt32, UInt32) = (0, 0, 0)
        var from = start + 3 * columns.first[column]
        for tap in 0..<columns.counts[column] {
          let share = shares[column * columns.most + tap]
          red &+= share &* UInt32(pixels[from])
          green &+= share &* UInt32(pixels[from + 1])
          blue &+= share &* UInt32(pixels[from + 2])
          from += 3
        }
        (row[place], row[place + 1], row[place + 2]) = (red, green, blue)
        place += 3
      }
    }
  }
}

/// The old pixels that new ones cover along one side, and their shares, which add up to 2 ^ `bits`.
private struct QuickSpans {
  /// A value of 8 bits times two shares, less 8 bits between them, stays below 2 ^ 32.
  static let bits: UInt32 = 12

  private(set) var first: [Int] = [], counts: [Int] = []
  /// [new pixel, old one from its first on], `most` for each.
  private(set) var shares: [UInt32]
  let most: Int

  init(of count: Int, over size: Int) {
    let step = Double(size) / Double(count)
    most = Int(step.rounded(.up)) + 1
    shares = [UInt32](repeating: 0, count: count * most)
    let whole = Double(1 << Self.bits)
    for index in 0..<count {
      let (begin, end) = (Double(index) * step, min(Double(size), Double(index + 1) * step))
      let start = min(size - 1, Int(begin))
      let stop = max(start + 1, min(size, Int(end.rounded(.up))))
      first.append(start)
      counts.append(stop - start)
      var left = UInt32(1 << Self.bits)
      for pixel in start..<stop {
        let part = max(0, min(end, Double(pixel + 1)) - max(begin, Double(pixel)))
        // The last takes what rounding has left.
        let share = pixel == stop - 1 ? left : min(left, UInt32((part / step * whole).rounded()))
        shares[index * most + pixel - start] = share
        left -= share
      }
    }
  }
}
