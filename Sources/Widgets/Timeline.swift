import Console

/// The steps of a trajectory on a line: played ones thick, the one that is shown as a knob.
package struct Timeline: Sendable {
  /// The number of steps.
  package var count: Int
  /// The step shown, 0 ..< count.
  package var current: Int
  /// How many steps have been computed, 0 … count.
  package var played: Int
  /// Steps where something changed: the knobs were moved, a branch begins.
  package var marks: Set<Int>
  package var isFocused: Bool

  package init(count: Int, current: Int, played: Int, marks: Set<Int> = [], isFocused: Bool = false) {
    self.count = count
    self.current = current
    self.played = played
    self.marks = marks
    self.isFocused = isFocused
  }

  /// The column of a step; the first and the last step stand at the ends.
  package func column(of step: Int, in rect: CellRect) -> Int {
    guard count > 1, rect.columns > 1 else { return rect.column }
    let place = min(count - 1, max(0, step))
    return rect.column + (place * (rect.columns - 1) * 2 + (count - 1)) / (2 * (count - 1))
  }

  /// The step at a column, the nearest one.
  package func step(atColumn column: Int, in rect: CellRect) -> Int {
    guard count > 1, rect.columns > 1 else { return 0 }
    let place = min(rect.columns - 1, max(0, column - rect.column))
    return (place * (count - 1) * 2 + (rect.columns - 1)) / (2 * (rect.columns - 1))
  }

  /// Takes one row.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    guard !rect.isEmpty, count > 0 else { return }
    let reached = played > 0 ? column(of: played - 1, in: rect) : rect.column - 1
    // The steps get ticks while there is air between them.
    let hasTicks = count > 1 && rect.columns >= 3 * count - 2
    let ticks = hasTicks ? Set((0..<count).map { column(of: $0, in: rect) }) : []
    for column in rect.column..<rect.endColumn {
      let isPlayed = column <= reached
      let isTick = ticks.contains(column)
      let glyph: Unicode.Scalar = isPlayed ? (isTick ? "┷" : "━") : (isTick ? "┴" : "─")
      buffer[column, rect.row] = Cell(
        glyph: Glyph(glyph), style: theme[isPlayed ? .sliderFill : .sliderTrack])
    }
    for mark in marks where (0..<count).contains(mark) {
      buffer[column(of: mark, in: rect), rect.row] = Cell(glyph: Glyph("◆"), style: theme[.key])
    }
    let knob = theme[isFocused ? .accent : .sliderKnob]
    buffer[column(of: current, in: rect), rect.row] = Cell(
      glyph: Glyph("●"), style: isFocused ? knob.with(.bold) : knob)
  }
}
