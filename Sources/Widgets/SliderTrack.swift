import Console

/// A line of columns that stands for a range of values.
package struct SliderTrack: Hashable, Sendable {
  /// One row.
  package let rect: CellRect
  package let range: ClosedRange<Double>

  package init(rect: CellRect, range: ClosedRange<Double>) {
    self.rect = rect
    self.range = range
  }

  /// The column, on the screen, at which a value stands; values outside stand at the ends.
  package func column(of value: Double) -> Int {
    let length = range.upperBound - range.lowerBound
    guard rect.columns > 1, length > 0, length.isFinite, !value.isNaN else { return rect.column }
    let fraction = min(1, max(0, (value - range.lowerBound) / length))
    return rect.column + Int((fraction * Double(rect.columns - 1)).rounded())
  }

  /// The value at a column; left and right of the track, that of its ends.
  package func value(atColumn column: Int) -> Double {
    guard rect.columns > 1 else { return range.lowerBound }
    let fraction = min(1, max(0, Double(column - rect.column) / Double(rect.columns - 1)))
    return range.lowerBound + fraction * (range.upperBound - range.lowerBound)
  }

  /// Draws the line, thick between `filled`, with ticks at `marks`.
  func draw(
    into buffer: inout CellBuffer, filled: ClosedRange<Int>?, marks: [Double], theme: Theme, isEnabled: Bool
  ) {
    guard !rect.isEmpty else { return }
    let markColumns = marks.filter { range.contains($0) }.map(column(of:))
    let full = theme[isEnabled ? .sliderFill : .sliderTrack]
    let empty = theme[.sliderTrack]
    for column in rect.column..<rect.endColumn {
      let isFull = filled?.contains(column) ?? false
      let isMark = markColumns.contains(column)
      // A tick has the weight of the line it stands on, so the line runs through it.
      let glyph: Unicode.Scalar = isMark ? (isFull ? "┷" : "┴") : (isFull ? "━" : "─")
      let style = isFull ? full : isMark ? theme[.muted] : empty
      buffer[column, rect.row] = Cell(glyph: Glyph(glyph), style: style)
    }
  }

  /// Draws what the mouse takes hold of.
  func drawKnob(
    into buffer: inout CellBuffer, at column: Int, theme: Theme, isFocused: Bool, isEnabled: Bool
  ) {
    guard !rect.isEmpty else { return }
    let style = isEnabled ? theme[isFocused ? .accent : .sliderKnob] : theme[.muted]
    let glyph = Glyph(isEnabled ? "●" : "○")
    buffer[column, rect.row] = Cell(glyph: glyph, style: isFocused ? style.with(.bold) : style)
  }
}

/// The parts of a control's row: mark of the focus, label, track, value.
struct ControlRow {
  let mark: CellRect
  let label: CellRect
  let track: CellRect
  let value: CellRect

  /// Where there is little room the track goes first, then the label; the value stays.
  init(_ rect: CellRect, labelWidth: Int, valueWidth: Int) {
    let row = rect.split(top: 1).top
    let (beforeValue, value) = row.split(right: valueWidth)
    let (mark, rest) = beforeValue.split(left: min(2, max(0, beforeValue.columns - 1)))
    let (label, afterLabel) = rest.split(left: min(labelWidth, max(0, rest.columns - 1)))
    self.mark = mark
    self.label = label
    self.value = value
    let track = afterLabel.inset(columns: 2, rows: 0)
    self.track = track.columns >= 4 ? track : afterLabel.split(left: 0).left
  }

  func drawText(
    into buffer: inout CellBuffer, label text: String, value valueText: String, theme: Theme,
    isFocused: Bool, isEnabled: Bool
  ) {
    if isFocused { buffer.write("›", in: mark, style: theme[.accent].with(.bold)) }
    let plain = theme[isEnabled ? .text : .muted]
    buffer.write(text, in: label, style: isFocused ? theme[.accent].with(.bold) : plain)
    buffer.write(valueText, in: value, style: isFocused ? plain.with(.bold) : plain, alignment: .right)
  }
}
