import Console

/// Where a line of text stands in its rectangle.
package enum TextAlignment: Hashable, Sendable { case left, center, right }

extension CellBuffer {
  /// Writes one line into a row of a rectangle, cut with an ellipsis where it is too long.
  /// - Parameter row: from the top of the rectangle; outside it nothing is drawn.
  package mutating func write(
    _ text: String, in rect: CellRect, row: Int = 0, style: CellStyle, alignment: TextAlignment = .left
  ) {
    guard row >= 0, row < rect.rows, rect.columns > 0 else { return }
    let cut = CellText.truncated(text, to: rect.columns)
    let spare = rect.columns - CellText.columns(of: cut)
    let offset =
      switch alignment {
      case .left: 0
      case .center: spare / 2
      case .right: spare
      }
    write(
      cut, at: CellPoint(column: rect.column + offset, row: rect.row + row), style: style,
      limit: rect.columns - offset)
  }

  /// Writes text of several lines, broken between words to the width of the rectangle.
  /// - Returns: the rows used.
  @discardableResult
  package mutating func write(paragraph text: String, in rect: CellRect, style: CellStyle) -> Int {
    let lines = TextWrapping.lines(of: text, width: rect.columns).prefix(rect.rows)
    for (row, line) in lines.enumerated() { write(line, in: rect, row: row, style: style) }
    return lines.count
  }
}

/// Breaks text into lines.
package enum TextWrapping {
  /// Lines of at most `width` columns, broken between words; only a word that is longer is broken itself.
  package static func lines(of text: String, width: Int) -> [String] {
    guard width > 0 else { return [] }
    return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
      var lines: [String] = []
      var line: String?
      // Blanks in a row are words without letters: what is quoted stays as it is.
      for word in paragraph.split(separator: " ", omittingEmptySubsequences: false) {
        let longer = line.map { $0 + " " + word } ?? String(word)
        if CellText.columns(of: longer) <= width {
          line = longer
        } else {
          if let line { lines.append(line) }
          var pieces = pieces(of: word, width: width)
          line = pieces.popLast()
          lines += pieces
        }
      }
      return lines + [line ?? ""]
    }
  }

  private static func pieces(of word: Substring, width: Int) -> [String] {
    var pieces = [""]
    for character in word {
      let longer = pieces[pieces.count - 1] + String(character)
      if CellText.columns(of: longer) > width, !pieces[pieces.count - 1].isEmpty {
        pieces.append(String(character))
      } else {
        pieces[pieces.count - 1] = longer
      }
    }
    return pieces
  }
}
