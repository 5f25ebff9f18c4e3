import Console
import Denoising
import Pictures
import Widgets

/// One panel: its title, its picture, and what is to be said about the step.
struct PanelPainter {
  private let state: ExplorerState
  private let theme: Theme
  private let place: ExplorerLayout.PanelPlace
  private let panel: PanelSettings

  init(_ state: ExplorerState, _ theme: Theme, _ place: ExplorerLayout.PanelPlace) {
    (self.state, self.theme, self.place) = (state, theme, place)
    panel = state.settings.panels[place.index]
  }

  private var isSelected: Bool { place.index == state.selected }
  private var isReference: Bool { panel.id == state.reference.id }
  private var blinks: Bool { isSelected && !isReference && state.panelsView.showsReference }

  func draw(into buffer: inout CellBuffer) {
    drawTitle(into: &buffer)
    guard let step = state.shownStep(of: panel) else {
      buffer.write(
        "waiting for the first step", in: place.picture, row: place.picture.rows / 2, style: theme[.muted],
        alignment: .center)
      return
    }
    let reference = state.runs.tracks[state.reference.id]?.step(atMost: step.index)
    let picture = StepView(state, theme, panel)
      .picture(blinks ? reference ?? step : step, reference: blinks ? nil : reference)
    buffer.place(picture, in: place.picture, ground: theme.color(.background))
    drawFooter(step, into: &buffer)
    drawDivergence(into: &buffer)
  }

  private func drawTitle(into buffer: inout CellBuffer) {
    let name = isSelected ? "› \(panel.name)" : "  \(panel.name)"
    buffer.write(name, in: place.title, style: theme[isSelected ? .selected : .title])
    let room = place.title.split(left: name.count + 1).rest
    let values = PanelSummary(panel, against: state.reference, state).text(columns: room.columns)
    buffer.write(values, in: room, style: theme[isSelected ? .accent : .muted], alignment: .right)
  }

  private func drawFooter(_ step: StepPictures, into buffer: inout CellBuffer) {
    let (note, style) = footerNote(step)
    let room = place.footer.split(left: 2).rest.split(
      right: note.isEmpty ? 0 : CellText.columns(of: note) + 1
    ).rest
    let count = state.runs.tracks[panel.id]?.stepCount ?? state.stepCount
    let word = place.footer.columns >= 30 ? "step " : ""
    let text = "\(word)\(step.index + 1)/\(count)"
    let time = "  \(number(step.milliseconds, decimals: 1)) ms"
    let hasRoom = CellText.columns(of: text + time) <= room.columns
    buffer.write(hasRoom ? text + time : text, in: room, style: theme[.muted])
    buffer.write(note, in: place.footer, style: style, alignment: .right)
  }

  private func footerNote(_ step: StepPictures) -> (text: String, style: CellStyle) {
    if blinks { return (state.reference.name, theme[.warning].with(.bold)) }
    if state.panelsView.content(of: panel) == .output, let output = step.output {
      // What the step's number leaves.
      return (output.text(columns: place.footer.columns - 9), theme[.text])
    }
    if isReference { return ("reference", theme[.muted]) }
    guard let difference = state.difference(of: panel) else { return ("", theme[.text]) }
    return ("Δ \(number(difference, decimals: 1))", theme[isSelected ? .accent : .text])
  }

  /// How far the panel is from the reference at each step, and from which step on it can be seen.
  private func drawDivergence(into buffer: inout CellBuffer) {
    let curve = state.runs.divergence.curve(of: panel.id)
    let area = place.divergence.split(left: 2).rest
    guard !curve.isEmpty, area.columns >= 12 else { return }
    let seen =
      state.runs.divergence.firstVisibleStep(of: panel.id).map { "seen from \($0 + 1)" } ?? "not to be seen"
    let (line, note) = area.split(right: area.columns >= 24 ? seen.count + 1 : 0)
    let step = state.shownStep(of: panel)?.index
    // Steps that are not there yet leave their room, so that the line grows to the right.
    let count = state.runs.tracks[panel.id]?.stepCount ?? curve.count
    let values = curve + [Double](repeating: .nan, count: max(0, count - curve.count))
    Sparkline(
      values: values, range: 0...max(2 * Divergence.visible, curve.filter(\.isFinite).max() ?? 0),
      highlighted: step
    )
    .draw(into: &buffer, in: line, theme: theme)
    buffer.write(seen, in: note, style: theme[.muted], alignment: .right)
  }
}

/// What a panel's title says of its knobs: b and s always, and all else that differs from the reference.
private struct PanelSummary {
  private var parts: [String]

  init(_ panel: PanelSettings, against reference: PanelSettings, _ state: ExplorerState) {
    parts = panel.own.model.map { [$0.name] } ?? []
    parts += [Knob.b, .s].map { Self.factors($0, of: panel, state) }
    if panel.branch > 0 { parts.append("from step \(panel.branch + 1)") }
    let (steps, others) = (state.freeUText(of: panel), state.freeUText(of: reference))
    if steps != others { parts.append(steps) }
    // What is the same in both is not said, so of the reference itself there is nothing more.
    for control in panel.id == reference.id ? [] : state.controls(of: panel) {
      switch control.id {
      // They are said below, or above.
      case .kernel, .end, .knob(.b, _), .knob(.s, _), .maskBlock, .maskHead: continue
      default: break
      }
      let value = state.value(of: control, panel: panel)
      guard
        value != state.value(of: control.id, panel: reference)
          || control.means(panel, otherThanIn: reference, state)
      else { continue }
      switch control.kind {
      case .choice(let choices): parts.append(choices.title(at: value))
      case .text: parts.append(state.text(of: control.id, panel: panel))
      case .slider(_, _, _, let decimals):
        parts.append("\(control.name) \(number(value, decimals: decimals))")
      default: parts.append("\(control.name) \(number(value, decimals: 0))")
      }
    }
    if panel.knobs.blocks != reference.knobs.blocks {
      parts.append(
        "blocks " + (panel.knobs.blocks.map { $0.sorted().map(String.init).joined(separator: ",") } ?? "all"))
    }
    if panel.knobs.mixture != reference.knobs.mixture { parts.append("own mask") }
  }

  /// One value, or where stages differ each of them, as far as they are not 1.
  private static func factors(_ knob: Knob, of panel: PanelSettings, _ state: ExplorerState) -> String {
    let (model, knobs) = (state.traits(of: panel), panel.knobs)
    guard knobs.changes(of: knob).contains(where: { $0.place != .all }) else {
      return "\(knob.name) \(number(knobs.value(of: knob).flatMap { Double($0) } ?? 1, decimals: 2))"
    }
    let values = model.stages.indices.map { model.factor(knob, onStage: $0, knobs) }
    let last = values.lastIndex { $0 != 1 } ?? 0
    return "\(knob.name) " + values[...last].map { number($0, decimals: 2) }.joined(separator: "/")
  }

  /// As many parts as fit, from the first on.
  func text(columns: Int) -> String {
    var text = ""
    for part in parts {
      let longer = text.isEmpty ? part : text + "  " + part
      if longer.count > columns { break }
      text = longer
    }
    return text
  }
}

extension Control {
  /// A label's number is another label in a model with other labels; words have no number.
  fileprivate func means(
    _ panel: PanelSettings, otherThanIn reference: PanelSettings, _ state: ExplorerState
  ) -> Bool {
    if kind == .text { return state.text(of: id, panel: panel) != state.text(of: id, panel: reference) }
    guard id == .run(.label) else { return false }
    let other = state.controls(of: reference).first { $0.id == id }
    return other?.titles != titles
  }
}
