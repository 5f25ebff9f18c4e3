import Console

/// One part of a rectangle that is cut into rows or columns.
package enum LayoutPart: Hashable, Sendable {
  /// So many cells, or what is left of them.
  case fixed(Int)
  /// A share of what the fixed parts leave.
  case flexible(weight: Int = 1)
}

/// Cuts rectangles into rows and columns. Where room runs out, the parts at the end get nothing.
package enum Layout {
  package static func rows(_ rect: CellRect, _ parts: [LayoutPart], spacing: Int = 0) -> [CellRect] {
    spans(rect.rows, parts, spacing: spacing).map {
      CellRect(column: rect.column, row: rect.row + $0.start, columns: rect.columns, rows: $0.length)
    }
  }

  package static func columns(_ rect: CellRect, _ parts: [LayoutPart], spacing: Int = 0) -> [CellRect] {
    spans(rect.columns, parts, spacing: spacing).map {
      CellRect(column: rect.column + $0.start, row: rect.row, columns: $0.length, rows: rect.rows)
    }
  }

  private static func spans(
    _ length: Int, _ parts: [LayoutPart], spacing: Int
  ) -> [(start: Int, length: Int)] {
    var fixed = spacing * max(0, parts.count - 1)
    var weight = 0
    for part in parts {
      switch part {
      case .fixed(let cells): fixed += max(0, cells)
      case .flexible(let share): weight += max(0, share)
      }
    }
    // Flexible parts end where the running share says, so that rounding never loses a cell.
    let room = max(0, length - fixed)
    var spans: [(start: Int, length: Int)] = []
    var start = 0
    var weightBefore = 0
    for part in parts {
      let wanted: Int
      switch part {
      case .fixed(let cells): wanted = max(0, cells)
      case .flexible(let share):
        let weightAfter = weightBefore + max(0, share)
        wanted = weight == 0 ? 0 : room * weightAfter / weight - room * weightBefore / weight
        weightBefore = weightAfter
      }
      let begin = min(start, length)
      let given = min(wanted, length - begin)
      spans.append((begin, given))
      start = begin + given + spacing
    }
    return spans
  }
}
