import Pictures

extension CellBuffer {
  /// The screen as a terminal with these colours shows it; its pictures are drawn already.
  func reduced(to mode: ColorMode) -> CellBuffer {
    guard mode != .truecolor else { return self }
    let quantizer = CellQuantizer(mode: mode, isUnicode: true)
    return mapped { quantizer.shown($0, column: $1.column, row: $1.row) }
  }
}

extension ColorMode {
  /// What fills a screen whose ground is of this colour.
  func ground(_ color: RGB) -> RGB {
    switch self {
    case .truecolor: color
    case .mono: color.luma > 127 ? .white : .black
    default:
      CellQuantizer(mode: self, isUnicode: true)
        .shown(Cell(glyph: .space, style: CellStyle(foreground: color, background: color)), column: 0, row: 0)
        .background
    }
  }
}

extension CellQuantizer {
  /// What a cell looks like, in xterm's colours; in black and white the paper is black.
  /// - Parameters:
  ///   - column, row: the cell's place.
  fileprivate func shown(_ cell: Cell, column: Int, row: Int) -> Cell {
    let output = output(for: cell, column: column, row: row)
    let ink = output.colors.map { Palette256.color($0.foreground) } ?? .white
    let paper = output.colors.map { Palette256.color($0.background) } ?? .black
    let style = CellStyle(foreground: ink, background: paper, attributes: output.attributes)
    guard cell.attributes.contains(.image) else { return Cell(glyph: output.glyph, style: style) }
    return switch output.glyph {
    case .upperHalfBlock: Cell(upper: ink, lower: paper)
    case .lowerHalfBlock: Cell(upper: paper, lower: ink)
    case .space: Cell(upper: paper, lower: paper)
    case .fullBlock: Cell(upper: ink, lower: ink)
    default: Cell(glyph: output.glyph, style: style.with(.image))
    }
  }
}
