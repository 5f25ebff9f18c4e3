import Pictures

/// Writes cells as lines of text with colours, in whatever number of them: no place on the screen is assumed.
package struct LineEncoder {
  private let mode: ColorMode
  private let isUnicode: Bool
  private let quantizer: CellQuantizer
  private let painter: any PicturePainter

  package init(mode: ColorMode, isUnicode: Bool, pictures: PictureMode = .half) {
    (self.mode, self.isUnicode) = (mode, isUnicode)
    quantizer = CellQuantizer(mode: mode, isUnicode: isUnicode)
    painter = pictures.painter(in: mode, isUnicode: isUnicode)
  }

  /// Each row ends with a line feed and with the colours that the terminal had before.
  package func text(of buffer: CellBuffer) -> String {
    let painted = buffer.painted(by: painter)
    var text = ""
    for row in 0..<painted.height {
      var shown = ""
      for column in 0..<painted.width {
        let (glyph, pen) = glyphAndPen(painted[column, row], column: column, row: row)
        if pen != shown {
          text += "\u{1B}[0\(pen)m"
          shown = pen
        }
        text.unicodeScalars.append(contentsOf: glyph.scalars)
      }
      text += shown.isEmpty ? "\n" : "\u{1B}[0m\n"
    }
    return text
  }

  /// - Returns: the pen as parameters of SGR, each after a semicolon; empty where it needs none.
  private func glyphAndPen(_ cell: Cell, column: Int, row: Int) -> (Glyph, String) {
    if mode == .truecolor {
      let cell = isUnicode ? cell : ASCIIRepertoire.cell(for: cell)
      let colors = Self.ink(3, cell.foreground) + Self.ink(4, cell.background)
      return (cell.glyph, Self.pen(cell.attributes) + colors)
    }
    let output = quantizer.output(for: cell, column: column, row: row)
    let colors = output.colors.map { ink(3, $0.foreground) + ink(4, $0.background) } ?? ""
    return (output.glyph, Self.pen(output.attributes) + colors)
  }

  private static func pen(_ attributes: CellAttributes) -> String {
    [(CellAttributes.bold, ";1"), (.dim, ";2"), (.underline, ";4"), (.reverse, ";7")]
      .reduce("") { attributes.contains($1.0) ? $0 + $1.1 : $0 }
  }

  /// - Parameter layer: 3 for the foreground, 4 for the background.
  private static func ink(_ layer: Int, _ color: RGB) -> String {
    ";\(layer)8;2;\(color.red);\(color.green);\(color.blue)"
  }

  private func ink(_ layer: Int, _ number: Int) -> String {
    if mode == .colors256 { return ";\(layer)8;5;\(number)" }
    // The eight bright ones are 90 to 97 and 100 to 107.
    return ";\(number < 8 ? 10 * layer + number : 10 * (layer + 6) + number - 8)"
  }
}
