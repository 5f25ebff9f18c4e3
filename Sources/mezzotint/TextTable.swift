import Foundation

/// Rows under a heading, in columns: words to the left, numbers to the right.
struct TextTable {
  /// nil for none; every column is then of words.
  let heading: [String]?
  let rows: [[String]]
  /// The first columns, which are of words.
  var wordColumns = 1

  /// Columns two spaces apart.
  var plain: [String] {
    all.map { row in
      var line = padded(row).joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// A Markdown table that can be read as it is.
  var markdown: [String] {
    let rule = widths.enumerated().map { column, width in
      isWords(column) ? String(repeating: "-", count: width) : String(repeating: "-", count: width - 1) + ":"
    }
    var lines = all.map(padded).map(Self.markdownLine)
    lines.insert(Self.markdownLine(rule), at: heading == nil ? 0 : 1)
    return lines
  }

  private var all: [[String]] { (heading.map { [$0] } ?? []) + rows }

  private var widths: [Int] {
    (all.first ?? []).indices.map { column in all.map { $0[column].count }.max() ?? 0 }
  }

  private func isWords(_ column: Int) -> Bool { heading == nil || column < wordColumns }

  private func padded(_ row: [String]) -> [String] {
    zip(row, widths).enumerated().map { column, cell in
      let padding = String(repeating: " ", count: cell.1 - cell.0.count)
      return isWords(column) ? cell.0 + padding : padding + cell.0
    }
  }

  private static func markdownLine(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }
}

func decimal(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }
