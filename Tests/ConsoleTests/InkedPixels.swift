import Console

/// Which pixels a block glyph inks, by its character name in the Unicode data that Swift brings, and by the list of
/// octants in the standard where that is too old to know them.
enum InkedPixels {
  /// From the upper left pixel, row by row; nil where the glyph has no pixels of this grid.
  static func of(_ glyph: Glyph, columns: Int, rows: Int) -> [Bool]? {
    guard let scalar = glyph.scalars.first else { return nil }
    if scalar == "▀", rows % 2 == 1 { return nil }
    let mask = quadrants[scalar].map { spread($0, columns: 2, rows: rows) } ?? numbered(scalar, rows: rows)
    return mask.map { mask in (0..<columns * rows).map { mask >> $0 & 1 == 1 } }
  }

  /// Of 2 x 2, read off the charts.
  private static let quadrants: [Unicode.Scalar: Int] = [
    "▘": 0b0001, "▝": 0b0010, "▀": 0b0011, "▖": 0b0100, "▌": 0b0101, "▞": 0b0110, "▛": 0b0111, "▗": 0b1000,
    "▚": 0b1001, "▐": 0b1010, "▜": 0b1011, "▄": 0b1100, "▙": 0b1101, "▟": 0b1110, "█": 0b1111, " ": 0,
  ]

  private static func spread(_ quadrants: Int, columns: Int, rows: Int) -> Int {
    (0..<columns * rows).reduce(0) { mask, place in
      let quadrant = place / columns * 2 / rows * 2 + place % columns
      return quadrants >> quadrant & 1 == 1 ? mask | 1 << place : mask
    }
  }

  /// "BLOCK SEXTANT-1256", "BLOCK OCTANT-13": the pixels' numbers from 1.
  private static func numbered(_ scalar: Unicode.Scalar, rows: Int) -> Int? {
    let kind = rows == 3 ? "BLOCK SEXTANT-" : "BLOCK OCTANT-"
    let names = [
      "\u{1FB82}": "BLOCK OCTANT-12", "\u{1FB85}": "BLOCK OCTANT-123456", "▂": "BLOCK OCTANT-78",
      "▆": "BLOCK OCTANT-345678",
    ]
    let known = names[String(scalar)] ?? scalar.properties.name ?? octantName(scalar)
    guard let name = known, name.hasPrefix(kind) else { return nil }
    return name.dropFirst(kind.count).compactMap(\.wholeNumberValue).reduce(0) { $0 | 1 << ($1 - 1) }
  }

  /// Unicode 16's names in order: each octant that has no glyph elsewhere, ascending by its mask.
  private static func octantName(_ scalar: Unicode.Scalar) -> String? {
    guard (0x1CD00...0x1CDE5).contains(scalar.value) else { return nil }
    let elsewhere: Set<Int> = [
      0, 1, 2, 3, 5, 10, 15, 20, 40, 63, 64, 80, 85, 90, 95, 128, 160, 165, 170, 175, 192, 240, 245, 250, 252,
      255,
    ]
    let mask = (0...255).filter { !elsewhere.contains($0) }[Int(scalar.value - 0x1CD00)]
    return "BLOCK OCTANT-" + (1...8).filter { mask >> ($0 - 1) & 1 == 1 }.map(String.init).joined()
  }
}
