import Console
import Denoising
import Pictures
import Recipes
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
  private var blinks: Bool {
    isSelected && !isReference && state.panelsView.showsReference && !state.showsDraft(panel)
  }

  func draw(into buffer: inout CellBuffer) {
    drawTitle(into: &buffer)
    guard let step = state.shownStep(of: panel) else {
      let texts = state.progressTexts(of: panel) + ["waiting for the first step"]
      let waiting = texts.first(fitting: place.picture.columns)
      buffer.write(
        waiting, in: place.picture, row: place.picture.rows / 2, style: theme[.muted], alignment: .center)
      return
    }
    let reference = state.runs.step(step.index, of: state.reference, like: panel)
    let picture = StepView(state, theme, panel)
      .picture(blinks ? reference ?? step : step, reference: blinks ? nil : reference)
    draw(picture, into: &buffer)
    drawFooter(step, into: &buffer)
    drawDivergence(into: &buffer)
  }

  /// Several images have air between them, and a number each.
  private func draw(_ picture: Picture, into buffer: inout CellBuffer) {
    // Until the first step of a run of more images the last one's picture stays whole.
    let count = state.runs.tracks[panel.id]?.plan.run.images
    guard !place.tiles.isEmpty, count == place.tiles.count else {
      place(framed(picture), in: place.picture, into: &buffer)
      return
    }
    for (index, tile) in place.tiles.enumerated() {
      let image = picture.image(index, of: place.tiles.count)
      // The network is looked into while it draws the first.
      place(index == 0 ? framed(image) : image, in: tile, into: &buffer)
      let number = CellRect(column: tile.column, row: tile.endRow, columns: tile.columns, rows: 1)
      buffer.write("\(index + 1)", in: number, style: theme[.muted])
    }
  }

  /// The whole of it, or what the lens shows.
  private func place(_ picture: Picture, in area: CellRect, into buffer: inout CellBuffer) {
    let ground = theme.color(.background)
    guard let lens = state.panelsView.lens else {
      buffer.place(picture, in: area, ground: ground)
      return
    }
    let part = lens.part(of: picture, of: state.pictureSize, in: state.room(of: area))
    buffer.place(part, filling: area, ground: ground)
  }

  /// The patch whose attention is looked at.
  private func framed(_ picture: Picture) -> Picture {
    let view = state.maskView
    guard state.panelsView.arrangement == .mask, view.content == .mask || view.content == .heads
    else { return picture }
    return picture.framing(view.place.patch, of: state.attentionGrid)
  }

  private func drawTitle(into buffer: inout CellBuffer) {
    let name = isSelected ? "› \(panel.name)" : "  \(panel.name)"
    buffer.write(name, in: place.title, style: theme[isSelected ? .selected : .title])
    let room = place.title.split(left: name.count + 1).rest
    let values = PanelSummary(panel, against: state.reference, state).text(columns: room.columns)
    buffer.write(values, in: room, style: theme[isSelected ? .accent : .muted], alignment: .right)
  }

  private func drawFooter(_ step: StepPictures, into buffer: inout CellBuffer) {
    let area = place.footer.split(left: ExplorerLayout.margin).rest
    let (note, style) = footerNote(step)
    let room = area.split(right: note.isEmpty ? 0 : CellText.columns(of: note) + 1).rest
    let count = state.runs.tracks[panel.id]?.stepCount ?? state.stepCount
    let short = "\(step.index + 1)/\(count)"
    let time = "  \(number(step.milliseconds, decimals: 1)) ms"
    let text = (area.columns >= 28 ? "step " : "") + short
    let (progress, drafts) = (state.progressTexts(of: panel), state.draftTexts(of: panel))
    let texts =
      drafts.isEmpty
      ? progress + [text + time, text, short]
      : [drafts[0], "draft"].flatMap { draft in progress.map { "\(draft) · \($0)" } } + drafts
    buffer.write(texts.first(fitting: room.columns), in: room, style: theme[.muted])
    buffer.write(note, in: area, style: style, alignment: .right)
  }

  private func footerNote(_ step: StepPictures) -> (text: String, style: CellStyle) {
    if blinks { return (state.reference.name, theme[.warning].with(.bold)) }
    if state.panelsView.content(of: panel) == .output, let output = step.output {
      // What the step's number leaves.
      return (output.text(columns: place.footer.columns - 9), theme[.text])
    }
    if state.panelsView.content(of: panel) == .change {
      let steps = state.runs.tracks[panel.id]?.steps ?? []
      guard step.index > 0, steps.indices.contains(step.index) else { return ("", theme[.text]) }
      let moved = meanDifference(step.prediction, steps[step.index - 1].prediction)
      return ("changed by \(number(moved, decimals: 1))", theme[.text])
    }
    if isReference { return ("reference", theme[.muted]) }
    guard let difference = state.difference(of: panel) else { return ("", theme[.text]) }
    return ("Δ \(number(difference, decimals: 1))", theme[isSelected ? .accent : .text])
  }

  /// How far the panel is from the reference at each step, and from which step on it can be seen.
  private func drawDivergence(into buffer: inout CellBuffer) {
    let curve = state.runs.divergence.curve(of: panel.id)
    let area = place.divergence.split(left: ExplorerLayout.margin).rest
    guard area.columns >= 12 else { return }
    if state.panelsView.content(of: panel) == .change { return drawWay(in: area, into: &buffer) }
    if state.panelsView.content(of: panel) == .output, drawGuidance(in: area, into: &buffer) { return }
    if isReference, state.settings.panels.count > 1 { return drawLegend(in: area, into: &buffer) }
    guard !curve.isEmpty else { return }
    let first = state.runs.divergence.firstVisibleStep(of: panel.id)
    let long = first.map { "visible from step \($0 + 1)" } ?? "nowhere visible"
    let short = first.map { "seen: step \($0 + 1)+" } ?? "not visible"
    let seen = area.columns >= 30 ? long : short
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

/// Words for the signs beside it.
extension PanelPainter {
  /// How far x₀ is from what it is at the end, step by step.
  private func drawWay(in area: CellRect, into buffer: inout CellBuffer) {
    let way = state.runs.divergence.way(of: panel.id)
    let step = state.shownStep(of: panel)?.index ?? 0
    guard way.indices.contains(step) else { return }
    let left = number(way[step], decimals: 1)
    draw(way, at: step, notes: ["\(left) from the end", "\(left) left"], in: area, into: &buffer)
  }

  /// A number of each step as a line, and what it is in the one that is shown beside it where there is room.
  private func draw(
    _ values: [Double], at step: Int, notes: [String], in area: CellRect, into buffer: inout CellBuffer
  ) {
    let note = notes.first(fitting: max(0, area.columns - 8))
    let (line, text) = area.split(right: note.isEmpty ? 0 : note.count + 1)
    Sparkline(values: values, range: 0...max(1, values.filter(\.isFinite).max() ?? 0), highlighted: step)
      .draw(into: &buffer, in: line, theme: theme)
    buffer.write(note, in: text, style: theme[.muted], alignment: .right)
  }

  /// How much of what the network said is guidance's, step by step.
  /// - Returns: false where there is none.
  private func drawGuidance(in area: CellRect, into buffer: inout CellBuffer) -> Bool {
    let shares = (state.runs.tracks[panel.id]?.steps ?? []).map { $0.output?.guidanceShare ?? .nan }
    guard let step = state.shownStep(of: panel)?.index, shares.indices.contains(step),
      shares[step].isFinite
    else { return false }
    let percent = "\(number(shares[step] * 100, decimals: 0))%"
    let missing = max(0, (state.runs.tracks[panel.id]?.stepCount ?? 0) - shares.count)
    draw(
      shares + [Double](repeating: .nan, count: missing), at: step,
      notes: ["guidance \(percent)", percent], in: area, into: &buffer)
    return true
  }

  /// What stands below the other panels, where the reference has nothing to show.
  private func drawLegend(in area: CellRect, into buffer: inout CellBuffer) {
    let texts = [
      "Δ: mean difference from it, of 255; bars: at each step", "Δ: mean difference from it, of 255",
      "Δ: difference from it, of 255", "Δ: difference, of 255",
    ]
    buffer.write(texts.first(fitting: area.columns), in: area, style: theme[.muted])
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
    let isSameModel = panel.own.model == reference.own.model
    for control in panel.id == reference.id ? [] : state.controls(of: panel) {
      switch control.id {
      // They are said below, or above.
      case .kernel, .end, .knob(.b, _), .knob(.s, _), .maskBlock, .maskHead: continue
      default: break
      }
      let value = state.value(of: control, panel: panel)
      let other =
        isSameModel
        ? state.value(of: control, panel: reference) : state.value(of: control.id, panel: reference)
      guard
        value != other || control.means(panel, otherThanIn: reference, state)
      else { continue }
      switch control.kind {
      case .choice(let choices): parts.append(state.title(of: control.id, among: choices, panel))
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
