import Console

/// One value on a track: `› b      ━━━━┷━━●──────   1.30`.
package struct Slider: Sendable {
  package var label: String
  package var value: Double
  package var range: ClosedRange<Double>
  /// As it is to be read, with its unit.
  package var valueText: String
  /// Values worth finding again: the default, the learned one.
  package var marks: [Double]
  package var isFocused: Bool
  /// False: it has no effect at the moment, and is drawn muted.
  package var isEnabled: Bool
  /// Columns; the same for all sliders of a group, so that their tracks are aligned.
  package var labelWidth: Int
  package var valueWidth: Int

  package init(
    label: String, value: Double, range: ClosedRange<Double>, valueText: String, marks: [Double] = [],
    isFocused: Bool = false, isEnabled: Bool = true, labelWidth: Int = 12, valueWidth: Int = 8
  ) {
    self.label = label
    self.value = value
    self.range = range
    self.valueText = valueText
    self.marks = marks
    self.isFocused = isFocused
    self.isEnabled = isEnabled
    self.labelWidth = labelWidth
    self.valueWidth = valueWidth
  }

  /// The track within the slider's rectangle, for the mouse; it has no columns where there is no room.
  package func track(in rect: CellRect) -> SliderTrack {
    SliderTrack(
      rect: ControlRow(rect, labelWidth: labelWidth, valueWidth: valueWidth).track, range: range)
  }

  /// Takes one row.
  package func draw(into buffer: inout CellBuffer, in rect: CellRect, theme: Theme) {
    guard !rect.isEmpty else { return }
    let row = ControlRow(rect, labelWidth: labelWidth, valueWidth: valueWidth)
    row.drawText(
      into: &buffer, label: label, value: valueText, theme: theme, isFocused: isFocused, isEnabled: isEnabled)
    let track = SliderTrack(rect: row.track, range: range)
    let knob = track.column(of: value)
    track.draw(
      into: &buffer, filled: track.rect.column...knob, marks: marks, theme: theme, isEnabled: isEnabled)
    track.drawKnob(into: &buffer, at: knob, theme: theme, isFocused: isFocused, isEnabled: isEnabled)
  }
}
