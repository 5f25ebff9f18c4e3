internal import CNcurses
import Foundation

/// A terminal that is written to as text that scrolls by: its screen and its keys are left alone, and it is asked
/// nothing. What it can show is what terminfo and the environment say.
package struct StreamTerminal {
  package let colorMode: ColorMode
  private let descriptor: Int32
  private let isUnicode: Bool
  private let encoder: LineEncoder

  /// nil where the descriptor is no terminal, or one that cannot write over its line.
  /// - Parameter flag: nil finds out.
  package init?(descriptor: Int32, colorMode flag: ColorMode? = nil, pictures: PictureMode = .half) {
    guard isatty(descriptor) == 1, let term = Environment["TERM"], term != "dumb" else { return nil }
    self.descriptor = descriptor
    let detection = ColorModeDetection(
      flag: flag, environment: Environment.values(of: ColorModeDetection.variables),
      terminfo: CursesScreen.terminfoColors(term: term, descriptor: descriptor))
    colorMode = detection.mode()
    isUnicode = CursesScreen.useLocale()
    encoder = LineEncoder(mode: colorMode, isUnicode: isUnicode, pictures: pictures)
  }

  /// 80 x 24 where the terminal does not know it.
  package var size: CellSize {
    var window = winsize()
    let isKnown =
      ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0 && window.ws_row > 0
    return isKnown
      ? CellSize(columns: Int(window.ws_col), rows: Int(window.ws_row)) : CellSize(columns: 80, rows: 24)
  }

  /// Goes back to the line's beginning, and takes away what stands there.
  package static let erasingLine = "\r\u{1B}[K"

  /// A line that can be erased again: as much of it as does not reach the right edge.
  package func line(_ text: String) -> String {
    let cut = CellText.truncated(text, to: size.columns - 1)
    if isUnicode { return cut }
    let glyphs = cut.compactMap { Glyph.of($0)?.glyph }
    return String(String.UnicodeScalarView(glyphs.map(ASCIIRepertoire.scalar(for:))))
  }

  /// A line for each row of cells, in the colours that the terminal shows.
  package func lines(of buffer: CellBuffer) -> String { encoder.text(of: buffer) }
}
