import Console

/// The steps of a trajectory on a line: those that have been computed thick, the one that is shown as a knob.
/// Where something acts in a span of them only, that has two ends that can be moved: `┴──┣━━┷━━●━━┫──┴`.
package struct Timeline: Sendable {
  package enum End: Hashable, Sendable { case lower, upper }

  /// The number of steps.
  package var count: Int
  /// The step shown, 0 ..< count.
  package var current: Int
  /// How many steps have been computed, 0 … count.
  package var played: Int
  /// How far the next one is, 0 to 1.
  package var progress = 0.0
  /// Steps where something changed: the knobs were moved, a branch begins.
  package var marks: Set<Int>
  package var isFocused: Bool
  /// The steps between the two ends; nil: there are no ends.
  package var span: Range<Int>?
  /// The end that keys move.
  package var focusedEnd: End?

  package init(
    count: Int, current: Int, played: Int, marks: Set<Int> = [], isFocused: Bool = false,
    span: Range<Int>? = nil, focusedEnd: End? = nil
  ) {
    (self.count, self.current, self.played, self.marks) = (count, current, played, marks)
    (self.isFocused, self.span, self.focusedEnd) = (isFocused, span, focusedEnd)
  }

  /// Ends stand between steps, so there is a column for them before the first and behind the last.
  private func steps(in rect: CellRect) -> CellRect { span == nil ? rect : rect.inset(columns: 1, rows: 0) }

  /// The column of a step; the first and the last step stand at the ends of the line.
  package func column(of step: Int, in rect: CellRect) -> Int {
    let line = steps(in: rect)
    guard count > 1, line.columns > 1 else { return line.column }
    let place = min(count - 1, max(0, step))
    return line.column + (place * (line.columns - 1) * 2 + (count - 1)) / (2 * (count - 1))
  }

  /// The step at a column, the nearest one.
  package func step(atColumn column: Int, in rect: CellRect) -> Int {
    let line = steps(in: rect)
    guard count > 1, line.columns > 1 else { return 0 }
    let place = min(line.columns - 1, max(0, column - line.column))
    return (place * (count - 1) * 2 + (line.columns - 1)) / (2 * (line.columns - 1))
  }

  /// The column of an end: before the first step of the span, or behind its last.
  package func column(of end: End, in rect: CellRect) -> Int {
    guard let span else { return rect.column }
    return column(before: end == .lower ? span.lowerBound : span.upperBound, in: rect)
  }

  private func column(before step: Int, in rect: CellRect) -> Int {
    if step <= 0 { return rect.column }
    if step >= count { return max(rect.column, rect.endColumn - 1) }
    return (column(of: step - 1, in: rect) + column(of: step, in: rect) + 1) / 2
  }

  /// The step, 0 … count, before which an end stands that is moved to a column.
  package func end(movedToColumn column: Int, in rect: CellRect) -> Int {
    (0...max(0, count)).min {
      abs(self.column(before: $0, in: rect) - column) < abs(self.column(before: $1, in: rect) - column)
    } ?? 0
  }

  /// The end that a press takes hold of: one that is nearer than any step. nil: the press is on a step.
  package func end(atColumn column: Int, in rect: CellRect) -> End? {
    guard span != nil, rect.columns > 2 else { return nil }
    func distance(_ end: End) -> Int { abs(self.column(of: end, in: rect) - column) }
    let end = distance(.upper) <= distance(.lower) ? End.upper : .lower
    // Among steps that stand shoulder to shoulder an end has no column of its own.
    if distance(end) == 0 { return column == self.column(of: current, in: rect) ? nil : end }
    let step = step(atColumn: column, in: rect)
    return distance(end) < abs(self.column(of: step, in: rect) - column) ? end : nil
  }

  /// Takes one row.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    guard !rect.isEmpty, count > 0 else { return }
    let whole =
      played >= count
      ? rect.endColumn - 1 : played > 0 ? column(of: played - 1, in: rect) : rect.column - 1
    let next = played >= count ? whole : column(of: played, in: rect)
    let reached = whole + Int(Double(next - whole) * min(1, max(0, progress)))
    // The steps get ticks while there is air between them.
    let hasTicks = count > 1 && 2 * rect.columns >= 5 * count
    let ticks = hasTicks ? Set((0..<count).map { column(of: $0, in: rect) }) : []
    let (lower, upper) = (column(of: .lower, in: rect), column(of: .upper, in: rect))
    for column in rect.column..<rect.endColumn {
      let isPlayed = column <= reached
      let isTick = ticks.contains(column)
      let acts = span == nil || lower < column && column < upper
      let glyph: Unicode.Scalar = isPlayed ? (isTick ? "┷" : "━") : (isTick ? "┴" : "─")
      buffer[column, rect.row] = Cell(
        glyph: Glyph(glyph), style: theme[isPlayed && acts ? .sliderFill : .sliderTrack])
    }
    for mark in marks where (0..<count).contains(mark) {
      buffer[column(of: mark, in: rect), rect.row] = Cell(glyph: Glyph("◆"), style: theme[.key])
    }
    if span != nil { drawEnds(lower, upper, into: &buffer, row: rect.row, theme: theme) }
    let knob = theme[isFocused ? .accent : .sliderKnob]
    buffer[column(of: current, in: rect), rect.row] = Cell(
      glyph: Glyph("●"), style: isFocused ? knob.with(.bold) : knob)
  }

  private func drawEnds(_ lower: Int, _ upper: Int, into buffer: inout CellBuffer, row: Int, theme: Theme) {
    for (end, column) in [(End.lower, lower), (.upper, upper)] {
      let glyph: Unicode.Scalar = lower == upper ? "╋" : end == .lower ? "┣" : "┫"
      let isFocused = focusedEnd == end || lower == upper && focusedEnd != nil
      let style = theme[isFocused ? .accent : .sliderKnob]
      buffer[column, row] = Cell(glyph: Glyph(glyph), style: isFocused ? style.with(.bold) : style)
    }
  }
}
