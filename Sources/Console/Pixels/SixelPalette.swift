import Pictures

/// A picture's own colours: as many as a terminal has registers, by median cut.
///
/// Colours are counted in 32 steps a channel. The box of colours that spreads most, weighted by its pixels, is cut at
/// its median along its longest side until there are enough (Heckbert 1982); each gets the mean of its pixels.
struct SixelPalette {
  private(set) var colors: [RGB] = []
  /// For each of the 32,768 steps its colour's place.
  private var places = [UInt8](repeating: 0, count: 1 << 15)

  private struct Box {
    var range: Range<Int>
    var pixels: Int
    /// The channel to cut along, 0 to 2, and how far it spreads.
    var channel = 0
    var spread = 0

    /// Nothing else gains as much by being cut.
    var weight: Int { spread == 0 ? 0 : pixels * spread * spread }
  }

  /// - Parameter most: 2 to 256.
  init(_ picture: Picture, most: Int) {
    var counts = [Int32](repeating: 0, count: 1 << 15)
    var sums = [SIMD4<Int32>](repeating: SIMD4(), count: 1 << 15)
    picture.pixels.withUnsafeBufferPointer { pixels in
      for at in stride(from: 0, to: pixels.count, by: 3) {
        let bin = Self.bin(pixels[at], pixels[at + 1], pixels[at + 2])
        counts[bin] += 1
        sums[bin] &+= SIMD4(Int32(pixels[at]), Int32(pixels[at + 1]), Int32(pixels[at + 2]), 0)
      }
    }
    var bins = (0..<1 << 15).filter { counts[$0] > 0 }.map(Int32.init)
    var boxes = [Self.box(0..<bins.count, bins, counts)]
    while boxes.count < most, let widest = boxes.indices.max(by: { boxes[$0].weight < boxes[$1].weight }),
      boxes[widest].weight > 0
    {
      let box = boxes[widest]
      let middle = Self.cut(box, &bins, counts)
      boxes[widest] = Self.box(box.range.lowerBound..<middle, bins, counts)
      boxes.append(Self.box(middle..<box.range.upperBound, bins, counts))
    }
    for (place, box) in boxes.enumerated() {
      var sum = SIMD4<Int64>()
      for bin in bins[box.range] {
        sum &+= SIMD4(truncatingIfNeeded: sums[Int(bin)])
        places[Int(bin)] = UInt8(place)
      }
      let half = Int64(box.pixels / 2)
      func mean(_ value: Int64) -> UInt8 { UInt8((value + half) / Int64(max(1, box.pixels))) }
      colors.append(RGB(mean(sum.x), mean(sum.y), mean(sum.z)))
    }
  }

  /// The place of a pixel's colour.
  @inline(__always)
  func place(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 { places[Self.bin(red, green, blue)] }

  @inline(__always)
  private static func bin(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int {
    Int(red >> 3) << 10 | Int(green >> 3) << 5 | Int(blue >> 3)
  }

  private static func box(_ range: Range<Int>, _ bins: [Int32], _ counts: [Int32]) -> Box {
    var (least, most) = (SIMD4<Int32>(repeating: 31), SIMD4<Int32>())
    var pixels = 0
    for bin in bins[range] {
      let color = SIMD4(bin >> 10, bin >> 5 & 31, bin & 31, 0)
      least = pointwiseMin(least, color)
      most = pointwiseMax(most, color)
      pixels += Int(counts[Int(bin)])
    }
    let spread = most &- least
    let channel = (0..<3).max { spread[$0] < spread[$1] } ?? 0
    return Box(range: range, pixels: pixels, channel: channel, spread: max(0, Int(spread[channel])))
  }

  /// Orders a box's colours by the side of its median.
  /// - Returns: where the second half begins; neither is empty.
  private static func cut(_ box: Box, _ bins: inout [Int32], _ counts: [Int32]) -> Int {
    let shift = Int32(10 - 5 * box.channel)
    var pixels = [Int](repeating: 0, count: 32)
    for bin in bins[box.range] { pixels[Int(bin >> shift & 31)] += Int(counts[Int(bin)]) }
    let present = pixels.indices.filter { pixels[$0] > 0 }
    var (first, sum) = (present[0], 0)
    // The last value of the first half: at least the least one, and not the greatest.
    for value in present.dropLast() {
      first = value
      sum += pixels[value]
      if 2 * sum >= box.pixels { break }
    }
    return bins[box.range].partition { $0 >> shift & 31 > Int32(first) }
  }
}
