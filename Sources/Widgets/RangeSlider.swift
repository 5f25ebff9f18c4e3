import Console

/// Two values on a track, a span between them: `steps  ──●━━━━━●───  0.2–0.7`.
package struct RangeSlider: Sendable {
  package enum End: Hashable, Sendable { case lower, upper }

  package var label: String
  /// Lower and upper value.
  package var span: ClosedRange<Double>
  package var range: ClosedRange<Double>
  package var valueText: String
  package var marks: [Double]
  /// The end that keys move; nil where the slider has not the focus.
  package var focusedEnd: End?
  package var isEnabled: Bool
  package var labelWidth: Int
  package var valueWidth: Int

  package init(
    label: String, span: ClosedRange<Double>, range: ClosedRange<Double>, valueText: String,
    marks: [Double] = [], focusedEnd: End? = nil, isEnabled: Bool = true, labelWidth: Int = 12,
    valueWidth: Int = 8
  ) {
    self.label = label
    self.span = span
    self.range = range
    self.valueText = valueText
    self.marks = marks
    self.focusedEnd = focusedEnd
    self.isEnabled = isEnabled
    self.labelWidth = labelWidth
    self.valueWidth = valueWidth
  }

  package func track(in rect: CellRect) -> SliderTrack {
    SliderTrack(
      rect: ControlRow(rect, labelWidth: labelWidth, valueWidth: valueWidth).track, range: range)
  }

  /// The end that a press at a column takes hold of: the nearer one; where both stand together, the one that
  /// can move towards the press.
  package func end(atColumn column: Int, in rect: CellRect) -> End {
    let track = track(in: rect)
    let lower = abs(column - track.column(of: span.lowerBound))
    let upper = abs(column - track.column(of: span.upperBound))
    if lower != upper { return lower < upper ? .lower : .upper }
    return column < track.column(of: span.lowerBound) ? .lower : .upper
  }

  /// Takes one row.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    guard !rect.isEmpty else { return }
    let row = ControlRow(rect, labelWidth: labelWidth, valueWidth: valueWidth)
    row.drawText(
      into: &buffer, label: label, value: valueText, theme: theme, isFocused: focusedEnd != nil,
      isEnabled: isEnabled)
    let track = SliderTrack(rect: row.track, range: range)
    let lower = track.column(of: span.lowerBound)
    let upper = track.column(of: span.upperBound)
    track.draw(into: &buffer, filled: lower...upper, marks: marks, theme: theme, isEnabled: isEnabled)
    // The end that has the focus is drawn last: it shows where both stand together.
    let ends: [(End, Int)] = [(.lower, lower), (.upper, upper)]
    for (end, column) in focusedEnd == .lower ? ends.reversed() : ends {
      track.drawKnob(
        into: &buffer, at: column, theme: theme, isFocused: end == focusedEnd, isEnabled: isEnabled)
    }
  }
}
