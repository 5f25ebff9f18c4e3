import Console
import Widgets

/// The view that is open in words: its formula as it stands in the paper, the symbols with their present values, what to
/// look for, the source.
struct ViewWords: Sendable {
  struct Symbol: Sendable {
    let sign: String
    let text: String
  }

  let title: String
  let formulas: [String]
  let symbols: [Symbol]
  /// A paragraph each.
  let lookFor: [String]
  let source: String

  /// One line of a page.
  struct Line: Sendable {
    var sign = ""
    let text: String
    let role: ThemeRole
    /// Columns before the text.
    var indent = 0
  }

  /// Broken to a width.
  func lines(width: Int) -> [Line] {
    func paragraph(_ text: String, _ role: ThemeRole, indent: Int = 0) -> [Line] {
      TextWrapping.lines(of: text, width: width - indent).map { Line(text: $0, role: role, indent: indent) }
    }
    let column = (symbols.map { CellText.columns(of: $0.sign) }.max() ?? 0) + 2
    var lines = [Line(text: title, role: .title)]
    for formula in formulas { lines += paragraph(formula, .accent, indent: 2) }
    lines.append(Line(text: "", role: .text))
    for symbol in symbols {
      var rows = paragraph(symbol.text, .text, indent: column)
      rows[0].sign = symbol.sign
      lines += rows
    }
    for text in lookFor { lines += [Line(text: "", role: .text)] + paragraph(text, .text) }
    return lines + [Line(text: "", role: .text)] + paragraph(source, .muted)
  }

  /// As many pages as it takes; none where there is no room for any.
  func pages(in size: CellSize) -> [[Line]] {
    guard size.rows > 0, size.columns > 20 else { return [] }
    let lines = lines(width: size.columns)
    return stride(from: 0, to: lines.count, by: size.rows).map {
      Array(lines[$0..<min(lines.count, $0 + size.rows)])
    }
  }

  static func draw(_ lines: [Line], into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    for (row, line) in lines.enumerated() {
      buffer.write(line.sign, in: rect, row: row, style: theme[.key].with(.bold))
      buffer.write(line.text, in: rect.split(left: line.indent).rest, row: row, style: theme[line.role])
    }
  }
}
