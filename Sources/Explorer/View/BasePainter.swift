import Console
import Widgets

/// The panels with their controls.
struct BasePainter {
  private let state: ExplorerState
  private let theme: Theme
  private let layout: ExplorerLayout

  init(_ state: ExplorerState, _ theme: Theme) {
    (self.state, self.theme) = (state, theme)
    layout = ExplorerLayout(state)
  }

  func draw(into buffer: inout CellBuffer) {
    drawHeader(into: &buffer)
    layout.tabBar.draw(into: &buffer, in: layout.tabs, theme: theme)
    drawFilmNote(into: &buffer)
    for place in layout.panels { PanelPainter(state, theme, place).draw(into: &buffer) }
    let film = "\(state.selectedPanel.name), step by step" + (filmImages > 1 ? ", image 1" : "")
    buffer.write(film, in: layout.filmTitle, style: theme[.title])
    for frame in layout.filmStrip { draw(frame, into: &buffer) }
    if let mask = layout.mask { MaskPainter(state, theme, mask).draw(into: &buffer) }
    if let spectra = layout.spectra { SpectraPainter(state, theme, spectra).draw(into: &buffer) }
    drawTimeline(into: &buffer)
    let showsMeans = state.maskView.standsForSeveral(in: state.traits)
    for section in layout.sections { draw(section, showsMeans: showsMeans, into: &buffer) }
    layout.bar.draw(into: &buffer, in: layout.helpBar, theme: theme)
    if !state.layers.takesHints { drawHint(into: &buffer) }
  }

  private func drawHeader(into buffer: inout CellBuffer) {
    let run = state.settings.run
    buffer.write("mezzotint", in: layout.header, style: theme[.accent].with(.bold))
    var parts = [state.model, state.precision.rawValue] + (state.engine.map { [$0.place] } ?? [])
    if let prompt = run.prompts.first, !prompt.isEmpty { parts.append("“\(prompt)”") }
    if !run.labels.isEmpty {
      let labels = state.models.common.description.labels
      parts += run.labels.prefix(3).map { $0 < labels.count ? labels[$0] : "no label" }
    } else if !state.models.common.description.labels.isEmpty {
      parts.append("each label in turn")
    }
    switch run.noise {
    case .seed(let seed): parts.append("seed \(seed)" + (state.pinnedSeeds.contains(seed) ? " pinned" : ""))
    case .file: parts.append("noise from a file")
    }
    parts.append("\(run.sampler.sampler.rawValue) \(run.steps) steps")
    if run.guidance != 1 { parts.append("guidance \(number(run.guidance, decimals: 1))") }
    parts += [state.engine?.times].compactMap(\.self)
    let rest = layout.header.split(left: 11).rest
    let left = drawView(in: rest, into: &buffer)
    // Whole parts, as many as fit.
    var text = ""
    for part in parts {
      let longer = text.isEmpty ? part : "\(text) · \(part)"
      if !text.isEmpty, CellText.columns(of: longer) > left.columns - 2 { break }
      text = longer
    }
    buffer.write(text, in: left.split(right: 2).rest, style: theme[.muted])
  }

  /// What the panels show, with the meaning of its colours.
  /// - Returns: what is left of the row.
  private func drawView(in row: CellRect, into buffer: inout CellBuffer) -> CellRect {
    func end(_ value: Double, _ decimals: Int, _ unit: String = "") -> ColorLegend {
      let text = number(value, decimals: decimals)
      return ColorLegend(low: "-\(text)", high: "+\(text)\(unit)", scale: .difference)
    }
    let view = state.panelsView
    let (name, legend): (String, ColorLegend?) =
      switch view.content {
      case .prediction: ("predicted x₀", nil)
      case .noisy: ("noisy x_t", nil)
      case .difference: ("difference", end(view.differenceScale, 0, "/255"))
      case .change: ("change of x₀", end(view.differenceScale, 0, "/255"))
      case .output: ("network output", end(view.outputScale, 2))
      }
    let columns = legend.map { $0.textColumns + 8 } ?? 0
    let (left, right) = row.split(right: CellText.columns(of: name) + columns)
    buffer.write(name, in: right, style: theme[view.content == .prediction ? .muted : .accent])
    legend?.draw(into: &buffer, in: right.split(right: max(0, columns - 1)).right, theme: theme)
    return left
  }

  private func drawTimeline(into buffer: inout CellBuffer) {
    let sign =
      switch state.playback.position {
      case .live: state.isRunning ? "●" : "■"
      case .paused: "‖"
      case .playing: "▶"
      }
    let step = CellText.rightAligned("\(layout.steps.current + 1)", to: String(state.stepCount).count)
    buffer.write(
      state.showsDraft(state.selectedPanel) ? "\(sign) draft" : "\(sign) \(step)/\(state.stepCount)",
      in: layout.timeline,
      style: theme[state.playback.position == .live ? .muted : .accent])
    layout.steps.draw(into: &buffer, in: layout.timelineTrack, theme: theme)
    let isFocused = layout.steps.focusedEnd != nil
    buffer.write(
      state.freeUText(of: state.selectedPanel), in: layout.timelineNote,
      style: isFocused ? theme[.accent].with(.bold) : theme[.muted], alignment: .right)
    if isFocused {
      buffer.write(
        "›", at: CellPoint(column: layout.timeline.column - 2, row: layout.timeline.row),
        style: theme[.accent].with(.bold))
    }
  }

  /// Beside the panels' names, where the strip has no title of its own.
  private func drawFilmNote(into buffer: inout CellBuffer) {
    guard state.panelsView.arrangement == .zoom, filmImages > 1, !layout.filmStrip.isEmpty else { return }
    let end = layout.tabBar.rects(in: layout.tabs).map(\.endColumn).max() ?? layout.tabs.column
    let room = layout.tabs.split(left: end - layout.tabs.column + 2).rest
    let note = ["the steps of image 1", "image 1"].first(fitting: room.columns)
    buffer.write(note, in: room, style: theme[.muted], alignment: .right)
  }

  /// In the pictures of the selected panel's run.
  private var filmImages: Int { state.runs.tracks[state.selectedPanel.id]?.plan.run.images ?? 1 }

  private func draw(_ frame: ExplorerLayout.FilmFrame, into buffer: inout CellBuffer) {
    // The frames are for the steps of the run.
    guard let track = state.runs.tracks[state.selectedPanel.id], !track.isDraft,
      track.steps.indices.contains(frame.step)
    else {
      buffer.fill(frame.picture, style: theme[.popup])
      return
    }
    let picture = StepView(state, theme, state.selectedPanel).picture(
      track.steps[frame.step],
      reference: state.runs.step(frame.step, of: state.reference, like: state.selectedPanel))
    // Of several images the first: all of them would be a few pixels each.
    let image = filmImages > 1 ? picture.image(0, of: filmImages) : picture
    buffer.place(image, in: frame.picture, ground: theme.color(.background), largestFactor: 1)
    let isShown = state.shownStep(of: state.selectedPanel)?.index == frame.step
    let corner = CellRect(
      column: frame.picture.column, row: frame.picture.endRow, columns: frame.picture.columns, rows: 1)
    buffer.write(
      "\(frame.step + 1)", in: corner.intersection(buffer.bounds), style: theme[isShown ? .accent : .muted])
  }

  private func draw(
    _ place: ExplorerLayout.SectionPlace, showsMeans: Bool, into buffer: inout CellBuffer
  ) {
    let title =
      switch place.section {
      case .freeU: "FreeU · \(state.isLinked ? "all panels" : state.selectedPanel.name)"
      case .mask: "Mask · \(state.isMaskAlone ? state.selectedPanel.name : "all panels")"
      case .run: "Run"
      }
    let isCut = place.rows.count < place.total && !place.rows.isEmpty
    let places = "\(place.first + 1)–\(place.first + place.rows.count)"
    let long = "\(places) of \(place.total)"
    let hasRoom = CellText.columns(of: title) + long.count + 1 <= place.heading.columns
    let seen = !isCut ? "" : hasRoom ? long : "\(places)/\(place.total)"
    let (heading, note) = place.heading.split(right: seen.isEmpty ? 0 : seen.count + 1)
    buffer.write(title, in: heading, style: theme[.title])
    buffer.write(seen, in: note, style: theme[.muted], alignment: .right)
    if place.total == 0, !place.heading.isEmpty {
      let area = CellRect(
        column: place.heading.column, row: place.heading.row + 1, columns: place.heading.columns, rows: 1)
      buffer.write("this model has none", in: area, style: theme[.muted])
    }
    for row in place.rows { row.draw(state, showsMeans: showsMeans, into: &buffer, theme: theme) }
  }

  private func drawHint(into buffer: inout CellBuffer) {
    if let message = state.message {
      message.draw(into: &buffer, hint: layout.hint, helpRows: layout.helpBar.rows, theme: theme)
    } else {
      buffer.write(state.hint, in: layout.hint, style: theme[.muted])
    }
  }
}

extension ExplorerState.Message {
  /// A message that is longer than its row is written whole, over the help bar first.
  func draw(into buffer: inout CellBuffer, hint: CellRect, helpRows: Int, theme: Theme) {
    let area = ExplorerLayout.messageArea(text, hint: hint, helpRows: helpRows)
    let isLong = area.rows > 1
    if isLong {
      let ground = CellRect(column: 0, row: area.row, columns: buffer.width, rows: area.rows)
      buffer.fill(ground, style: theme[.popup])
    }
    let style = (isLong ? theme.inPopup : theme)[isError ? .error : .text]
    buffer.write(paragraph: text, in: area, style: style)
  }
}
