/// What to show where the locale has no UTF-8.
package enum ASCIIRepertoire {
  /// A cell that says the same in ASCII: a picture cell becomes a blank in the mean of its two pixels.
  static func cell(for cell: Cell) -> Cell {
    var plain = cell
    if cell.attributes.contains(.image) {
      plain.glyph = .space
      plain.background = cell.foreground.mix(with: cell.background, by: 0.5)
    } else {
      plain.glyph = Glyph(scalar(for: cell.glyph))
    }
    return plain
  }

  package static func scalar(for glyph: Glyph) -> Unicode.Scalar {
    guard let scalar = glyph.singleScalar else {
      return glyph.scalars.first.flatMap { $0.isASCII ? $0 : nil } ?? (glyph == .continuation ? " " : "?")
    }
    if scalar.isASCII { return scalar }
    switch scalar.value {
    case 0x2500, 0x2504, 0x2508, 0x254C, 0x2574, 0x2576, 0x2013, 0x2212: return "-"
    case 0x2501, 0x2505, 0x2509, 0x254D, 0x2578, 0x257A, 0x2550, 0x2014: return "="
    case 0x2502, 0x2503, 0x2506, 0x250A, 0x254E, 0x2551, 0x258E, 0x258F, 0x2595: return "|"
    case 0x2503...0x2573: return "+"
    case 0x2580: return "^"
    case 0x2581...0x2584: return "_"
    case 0x2585...0x258D, 0x2590, 0x25A0: return "#"
    case 0x2591...0x2593: return ":"
    case 0x25CF, 0x25C9, 0x25C6, 0x2022: return "o"
    case 0x25CB, 0x25A1, 0x25C7, 0xB7, 0x2219: return "."
    case 0x2026: return "~"
    case 0x2190, 0x25C0, 0x25C2, 0x2039: return "<"
    case 0x2192, 0x25B6, 0x25B8, 0x203A: return ">"
    case 0x2191, 0x25B2, 0x25B4: return "^"
    case 0x2193, 0x25BC, 0x25BE: return "v"
    case 0xD7: return "x"
    case 0x2260: return "!"
    case 0xA0: return " "
    case 0x2018, 0x2019: return "'"
    case 0x201C, 0x201D: return "\""
    default: return "?"
    }
  }

  /// From dark to light.
  static let ramp: [Unicode.Scalar] = [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]
}
