import Pictures

/// Pictures as DEC's sixels: bands of six rows, in each of them a line for each colour, whose characters are six bits
/// one above the other (VT330/VT340 Programmer Reference, chapter 14).
package enum SixelEncoder {
  /// - Parameters:
  ///   - picture: of a height that six divides: some terminals else draw into the row below.
  ///   - colors: registers that there are, 2 to 256.
  package static func encoded(_ picture: Picture, colors: Int) -> [UInt8] {
    precondition(picture.height % 6 == 0, "a sixel picture of \(picture.height) rows")
    let palette = SixelPalette(picture, most: colors)
    // 1: what is not drawn stays as it was; then the size, without which some draw pixels twice as high.
    var bytes = Array("\u{1B}P0;1;0q\"1;1;\(picture.width);\(picture.height)".utf8)
    bytes.reserveCapacity(picture.pixels.count / 2)
    for (place, color) in palette.colors.enumerated() {
      let parts = [color.red, color.green, color.blue].map { (Int($0) * 100 + 127) / 255 }
      bytes += "#\(place);2;\(parts[0]);\(parts[1]);\(parts[2])".utf8
    }
    var band = Band(width: picture.width, colors: palette.colors.count)
    for top in stride(from: 0, to: picture.height, by: 6) {
      if top > 0 { bytes.append(UInt8(ascii: "-")) }
      band.fill(from: picture, top: top, palette)
      band.append(to: &bytes)
    }
    bytes += "\u{1B}\\".utf8
    return bytes
  }

  /// Six rows, colour by colour.
  private struct Band {
    private let width: Int
    /// [colour, column]: six bits.
    private var bits: [UInt8]
    /// For each colour the columns from the first to the last that has it; empty: none has.
    private var first: [Int]
    private var end: [Int]

    init(width: Int, colors: Int) {
      self.width = width
      bits = [UInt8](repeating: 0, count: width * colors)
      first = [Int](repeating: width, count: colors)
      end = [Int](repeating: 0, count: colors)
    }

    mutating func fill(from picture: Picture, top: Int, _ palette: SixelPalette) {
      picture.pixels.withUnsafeBufferPointer { pixels in
        for y in 0..<6 {
          var at = 3 * (top + y) * width
          for x in 0..<width {
            let place = Int(palette.place(pixels[at], pixels[at + 1], pixels[at + 2]))
            bits[place * width + x] |= 1 << UInt8(y)
            if x < first[place] { first[place] = x }
            if x >= end[place] { end[place] = x + 1 }
            at += 3
          }
        }
      }
    }

    /// Writes the band, and clears it.
    mutating func append(to bytes: inout [UInt8]) {
      var isFirst = true
      for color in first.indices where first[color] < end[color] {
        if !isFirst { bytes.append(UInt8(ascii: "$")) }
        isFirst = false
        bytes.append(UInt8(ascii: "#"))
        Self.append(color, to: &bytes)
        Self.append(63, first[color], to: &bytes)
        var x = first[color]
        while x < end[color] {
          let value = bits[color * width + x]
          var next = x
          while next < end[color], bits[color * width + next] == value {
            bits[color * width + next] = 0
            next += 1
          }
          Self.append(63 + value, next - x, to: &bytes)
          x = next
        }
        (first[color], end[color]) = (width, 0)
      }
    }

    /// A character so many times.
    private static func append(_ character: UInt8, _ count: Int, to bytes: inout [UInt8]) {
      guard count > 3 else {
        for _ in 0..<count { bytes.append(character) }
        return
      }
      bytes.append(UInt8(ascii: "!"))
      append(count, to: &bytes)
      bytes.append(character)
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
      if number >= 10 { append(number / 10, to: &bytes) }
      bytes.append(UInt8(0x30 + number % 10))
    }
  }
}
