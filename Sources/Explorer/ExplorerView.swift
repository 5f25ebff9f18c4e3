import Console
import Widgets

/// The screen that a state looks like. Reads, never writes.
package struct ExplorerView {
  package let state: ExplorerState
  package let theme: Theme
  private let layout: ExplorerLayout

  package init(_ state: ExplorerState, theme: Theme) {
    (self.state, self.theme) = (state, theme)
    layout = ExplorerLayout(state)
  }

  package func draw() -> CellBuffer {
    var buffer = CellBuffer(size: state.size, filledWith: Cell(glyph: .space, style: theme[.background]))
    drawHeader(into: &buffer)
    for place in layout.panels { PanelPainter(state, theme, place).draw(into: &buffer) }
    drawTimeline(into: &buffer)
    for section in layout.sections { draw(section, into: &buffer) }
    drawHint(into: &buffer)
    HelpBar(items: layout.helpBarItems).draw(into: &buffer, in: layout.helpBar, theme: theme)
    if case .help(let page) = state.overlay { drawHelp(page: page, into: &buffer) }
    if case .presets(let menu) = state.overlay { drawPresets(menu, into: &buffer) }
    return buffer
  }

  private func drawHeader(into buffer: inout CellBuffer) {
    let run = state.settings.run
    buffer.write("mezzotint", in: layout.header, style: theme[.accent].with(.bold))
    var parts = [state.model, state.precision.rawValue]
    if let label = run.label {
      parts.append(label < state.traits.labels.count ? state.traits.labels[label] : "no label")
    }
    switch run.noise {
    case .seed(let seed): parts.append("seed \(seed)")
    case .file: parts.append("noise from a file")
    }
    parts.append("\(run.sampler.sampler.rawValue) \(run.sampler.steps) steps")
    if run.guidance != 1 { parts.append("guidance \(number(run.guidance, decimals: 1))") }
    let view =
      switch state.view {
      case .prediction: "predicted x₀"
      case .noisy: "noisy x_t"
      case .difference: "difference ±\(number(state.differenceScale, decimals: 0))/255"
      }
    let rest = layout.header.split(left: 11).rest
    let (left, right) = rest.split(right: view.count)
    buffer.write(view, in: right, style: theme[state.view == .prediction ? .muted : .accent])
    buffer.write(
      parts.joined(separator: " · "), in: left.split(right: 2).rest, style: theme[.muted])
  }

  private func drawTimeline(into buffer: inout CellBuffer) {
    let step = state.commonStep
    let sign =
      switch state.playback {
      case .live: state.isRunning ? "●" : "■"
      case .paused: "‖"
      case .playing: "▶"
      }
    let digits = String(state.stepCount).count
    let text = String(repeating: " ", count: max(0, digits - String(step + 1).count)) + "\(step + 1)"
    buffer.write(
      "\(sign) \(text)/\(state.stepCount)", in: layout.timeline,
      style: theme[state.playback == .live ? .muted : .accent])
    let played = state.settings.panels.map { state.tracks[$0.id]?.steps.count ?? 0 }.min() ?? 0
    Timeline(count: state.stepCount, current: step, played: played, isFocused: state.playback != .live)
      .draw(into: &buffer, in: layout.timelineTrack, theme: theme)
  }

  private func draw(_ place: ExplorerLayout.SectionPlace, into buffer: inout CellBuffer) {
    let title =
      switch place.section {
      case .freeU: "FreeU · \(state.isLinked ? "all panels" : state.selectedPanel.name)"
      case .mask: "Mask · all panels"
      case .run: "Run"
      }
    buffer.write(title, in: place.heading, style: theme[.title])
    if place.rows.count < place.total, !place.rows.isEmpty {
      let seen = "\(place.first + 1)–\(place.first + place.rows.count) of \(place.total)"
      buffer.write(seen, in: place.heading, style: theme[.muted], alignment: .right)
    }
    if place.total == 0 {
      let area = CellRect(
        column: place.heading.column, row: place.heading.row + 1, columns: place.heading.columns, rows: 1)
      buffer.write("this model has none", in: area, style: theme[.muted])
    }
    for row in place.rows { row.draw(state, into: &buffer, theme: theme) }
  }

  private func drawHint(into buffer: inout CellBuffer) {
    if case .value(let text) = state.overlay {
      let prompt = "\(state.control(state.focus)?.name ?? "") = "
      buffer.write(prompt, in: layout.hint, style: theme[.accent].with(.bold))
      let field = layout.hint.split(left: prompt.count).rest
      buffer.write(text + "▏", in: field, style: theme[.text].with(.bold))
      buffer.write("enter sets · esc leaves", in: field, style: theme[.muted], alignment: .right)
    } else if case .presetName(let field) = state.overlay {
      field.draw(into: &buffer, in: layout.hint, theme: theme)
      buffer.write("enter saves · esc leaves", in: layout.hint, style: theme[.muted], alignment: .right)
    } else if let message = state.message {
      buffer.write(message.text, in: layout.hint, style: theme[message.isError ? .error : .text])
    } else {
      buffer.write(state.control(state.focus)?.hint ?? "", in: layout.hint, style: theme[.muted])
    }
  }

  private func drawHelp(page: Int, into buffer: inout CellBuffer) {
    let sections = Action.Group.allCases.map { group in
      HelpTable.Section(
        title: group.rawValue,
        items: KeyMap.bindings.filter { $0.group == group }.map { HelpItem(keys: $0.keys, label: $0.title) })
    }
    let table = HelpTable(sections: sections)
    let rect = buffer.bounds.centered(
      CellSize(columns: min(118, state.size.columns - 2), rows: min(26, state.size.rows - 2)))
    let inside = rect.inset(columns: 2, rows: 1)
    let pages = table.pageCount(in: inside.size)
    let shown = min(page, pages - 1)
    let note = pages > 1 ? "page \(shown + 1) of \(pages) · space turns · esc closes" : "any key closes"
    let area = Frame(title: "Keys", note: note, isSelected: false)
      .drawPopup(into: &buffer, in: rect, theme: theme)
    table.draw(into: &buffer, in: area, theme: theme.inPopup, page: shown)
  }
}
