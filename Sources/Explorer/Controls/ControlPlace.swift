import Console
import Widgets

/// One control's line on the screen.
package struct ControlPlace: Sendable {
  package let control: Control
  package let rect: CellRect

  private static let labelWidth = 9
  private static let valueWidth = 5

  /// The value under the mouse, on the grid of the control's fine steps; nil beside the track.
  package func value(at point: CellPoint) -> Double? {
    guard let track, track.rect.contains(point) else { return nil }
    return value(nearest: point.column)
  }

  package func value(nearest column: Int) -> Double? {
    guard let track, track.rect.columns > 1, case .slider(_, let fine, _, _) = control.kind else {
      return nil
    }
    let value = track.value(atColumn: column)
    return ((value / fine).rounded() * fine * 1e6).rounded() / 1e6
  }

  package func switchIndex(at point: CellPoint) -> Int? {
    guard case .switches(let count) = control.kind else { return nil }
    return switches(count, on: nil, focused: nil).item(at: point, in: switchArea)
  }

  private var track: SliderTrack? {
    guard case .slider(let range, _, _, _) = control.kind else { return nil }
    return slider("", value: range.lowerBound, range, text: "", reset: 0, isFocused: false).track(in: rect)
  }

  /// - Parameter showsMeans: the kernels' sliders stand for several masks.
  package func draw(
    _ state: ExplorerState, showsMeans: Bool, into buffer: inout CellBuffer, theme: Theme
  ) {
    let isFocused = state.focus == control.id
    let value = state.value(of: control, panel: state.selectedPanel)
    switch control.kind {
    case .slider(let range, _, _, let decimals):
      slider(
        title(showsMeans: showsMeans), value: value, range, text: number(value, decimals: decimals),
        reset: state.resetValue(of: control.id), isFocused: isFocused, isEnabled: !state.isIdle(control.id)
      ).draw(into: &buffer, in: rect, theme: theme)
    case .number:
      drawRow(number(value, decimals: 0), isFocused: isFocused, into: &buffer, theme: theme)
    case .choice(let choices):
      let name = state.title(of: control.id, among: choices, state.selectedPanel)
      // The arrows go where the name would be cut for them.
      let hasRoom = CellText.columns(of: control.name) + CellText.columns(of: name) + 7 <= rect.columns
      drawRow(isFocused && hasRoom ? "‹ \(name) ›" : name, isFocused: isFocused, into: &buffer, theme: theme)
    case .switches(let count):
      drawRow("", isFocused: isFocused, into: &buffer, theme: theme)
      switches(count, on: state.blocks(of: control.id), focused: isFocused ? state.blockCursor : nil)
        .draw(into: &buffer, in: switchArea, theme: theme)
    case .text:
      let said = state.text(of: control.id, panel: state.selectedPanel)
      drawRow(said.isEmpty ? "–" : said, isFocused: isFocused, into: &buffer, theme: theme)
    case .end: break
    }
  }

  /// Of a number that stands for several it says so.
  private func title(showsMeans: Bool) -> String {
    guard showsMeans, case .kernel = control.id else { return control.name }
    return "\(control.name) mean"
  }

  private func slider(
    _ label: String, value: Double, _ range: ClosedRange<Double>, text: String, reset: Double,
    isFocused: Bool, isEnabled: Bool = true
  ) -> Slider {
    Slider(
      label: label, value: value, range: range, valueText: text, marks: [reset], isFocused: isFocused,
      isEnabled: isEnabled, labelWidth: Self.labelWidth, valueWidth: Self.valueWidth)
  }

  /// - Parameter on: nil for all.
  private func switches(_ count: Int, on: Set<Int>?, focused: Int?) -> Switches {
    Switches(
      items: (0..<count).map { Switches.Item(label: "\($0)", isOn: on?.contains($0) ?? true) },
      focused: focused)
  }

  private var switchArea: CellRect { rect.split(left: Self.labelWidth + 4).rest }

  private func drawRow(_ text: String, isFocused: Bool, into buffer: inout CellBuffer, theme: Theme) {
    if isFocused { buffer.write("›", in: rect, style: theme[.accent].with(.bold)) }
    let label = rect.split(left: 2).rest.split(left: Self.labelWidth)
    buffer.write(control.name, in: label.left, style: isFocused ? theme[.accent].with(.bold) : theme[.text])
    let style = isFocused ? theme[.text].with(.bold) : theme[.text]
    buffer.write(text, in: label.rest.split(left: 2).rest, style: style, alignment: .right)
  }
}

/// A number with a fixed number of decimals.
///
/// By whole numbers: a frame shows forty of them, and Foundation's formatter takes longer than drawing them.
package func number(_ value: Double, decimals: Int) -> String {
  let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
  guard value.isFinite, abs(value) * scale < 1e15 else { return "\(value)" }
  let scaled = Int((abs(value) * scale).rounded())
  // Not "-0.00".
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard decimals > 0 else { return sign + String(scaled) }
  let digits = String(scaled)
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}
