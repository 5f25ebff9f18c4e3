import Console
import Denoising
import Recipes
import Widgets

/// The network as boxes and skips: a place for b and s, or for α and σ, is reached by pointing at it; in each box how far
/// other panels are from the reference there, and what share of an evaluation's time it takes.
package struct NetworkMapLayer: Layer {
  private var map: NetworkMap
  /// Place of the box in hand.
  package private(set) var cursor: Int

  init(_ state: ExplorerState) {
    map = NetworkMap(state.traits)
    let stage = state.spectraView.place.stage
    cursor = map.boxes.firstIndex { $0.stage == stage } ?? 0
  }

  package mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome {
    follow(state)
    switch event {
    case .key(.escape, _): return .popped()
    case .key(.down, _), .key(.character("j"), _): move(levels: 1)
    case .key(.up, _), .key(.character("k"), _): move(levels: -1)
    case .key(.left, _), .key(.right, _), .key(.character("h"), _), .key(.character("l"), _):
      cursor = map.partner(of: cursor) ?? cursor
    case .key(.enter, _): return turn(&state)
    case .key(.character("m"), _): return lookAt(.mask, &state)
    case .key(.character("s"), _): return lookInto(&state)
    case .key(.character("1"..."9"), []): return .passedOn
    case .key(let key, let modifiers):
      guard let action = KeyMap.action(for: KeyChord(key, modifiers)) else { break }
      if action == .showNetwork { return .popped() }
      if action == .quit || Self.taken.contains(action) { return state.perform(action) }
    case .paste: break
    case .mouse(let mouse): if mouse.action == .press { return press(mouse.point, &state) }
    }
    return .consumed()
  }

  private mutating func press(_ point: CellPoint, _ state: inout ExplorerState) -> Outcome {
    if let key = NetworkMapBar(state.size).key(at: point) { return handle(.key(key, []), &state) }
    let screen = CellRect(state.size)
    guard Self.window(screen).contains(point) else { return .popped() }
    let drawing = NetworkDrawing(map, in: Self.inside(screen), cursor: cursor)
    guard let box = map.boxes.indices.first(where: { drawing.rect(of: $0).contains(point) }) else {
      return .consumed()
    }
    if box == cursor { return turn(&state) }
    cursor = box
    return .consumed()
  }

  /// The selected panel may have got another model meanwhile.
  private mutating func follow(_ state: ExplorerState) {
    map = NetworkMap(state.traits)
    cursor = min(cursor, map.boxes.count - 1)
  }

  /// Differences are of the step on the timeline; b and s of the selected panel.
  private static let taken: Set<Action> = [
    .stepBack, .stepForward, .firstStep, .lastStep, .playPause, .nextPanel, .previousPanel, .help,
  ]

  /// Down the encoder and up the decoder; round the middle from one to the other.
  private mutating func move(levels: Int) {
    let step = map.boxes[cursor].side == .decoder ? -levels : levels
    cursor = min(max(0, cursor + step), map.boxes.count - 1)
  }

  /// To the knob of the box: b of a stage, or the mask of its attention.
  private func turn(_ state: inout ExplorerState) -> Outcome {
    guard let stage = map.boxes[cursor].stage else { return lookAt(.mask, &state) }
    let own = ControlID.knob(.b, at: .stage(stage))
    state.spectraView.look(at: stage)
    state.putCursor(on: state.control(own) == nil ? .knob(.b) : own)
    if state.control(own) == nil {
      let example = "1.1+\(stage + 1):1.4"
      state.message = .init(text: "b of all blocks; enter and \(stage + 1) values, or \(example), for one")
    }
    return .popped()
  }

  /// To the mask on its attention.
  private func lookAt(_ content: MaskView.Content, _ state: inout ExplorerState) -> Outcome {
    guard let block = map.boxes[cursor].attention.first else {
      state.message = .init(text: "\(map.boxes[cursor].name) looks at no other places", isError: true)
      return .consumed()
    }
    state.maskView.select(block: block)
    state.maskView.show(content)
    if state.panelsView.arrangement != .mask { state.panelsView.toggle(.mask) }
    return .popped()
  }

  /// To the spectra of what meets in it.
  private func lookInto(_ state: inout ExplorerState) -> Outcome {
    guard let stage = map.boxes[cursor].stage else {
      state.message = .init(text: "no skip comes into \(map.boxes[cursor].name)", isError: true)
      return .consumed()
    }
    state.spectraView.look(at: stage)
    if state.panelsView.arrangement != .spectra { state.panelsView.toggle(.spectra) }
    return .popped()
  }

  // MARK: - Drawing

  /// From side to side: what lies beneath would be seen in slivers.
  private static func window(_ screen: CellRect) -> CellRect { screen.inset(columns: 0, rows: 1) }

  private static func inside(_ screen: CellRect) -> CellRect {
    Frame.inside(window(screen)).inset(columns: 1, rows: 0)
  }

  package func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {
    var current = self
    current.follow(state)
    current.paint(state, theme: theme, into: &buffer)
  }

  private func paint(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {
    let (name, title) = (state.selectedPanel.name, "The network")
    let note = ["b and s of \(name)", name].first(fitting: state.size.columns - title.count - 9)
    _ = Frame(title: title, note: note)
      .drawPopup(into: &buffer, in: Self.window(buffer.bounds), theme: theme)
    NetworkMapBar(state.size).draw(into: &buffer, theme: theme)
    let theme = theme.inPopup
    let drawing = NetworkDrawing(map, in: Self.inside(buffer.bounds), cursor: cursor)
    let partner = map.partner(of: cursor)
    let (comparison, times) = (NetworkComparison(state, map), NetworkTimes(state, map))
    for index in map.boxes.indices {
      drawing.draw(
        index, NetworkBox(index, of: map, comparison, times, state), isInHand: index == cursor,
        isLit: index == cursor || index == partner, into: &buffer, theme)
    }
    let foot = drawing.foot
    let said = said(state).first(fitting: foot.columns)
    buffer.write(said, in: foot, style: theme[.muted])
    if !comparison.panels.isEmpty, let step = state.shownStep(of: state.selectedPanel), step.index > 0 {
      let hint = ["home: the first step, where only knobs differ", "home: where only knobs differ"]
        .first(fitting: foot.columns - CellText.columns(of: said) - 3)
      buffer.write(hint, in: foot, style: theme[.muted], alignment: .right)
    }
    buffer.write(comparison.texts.first(fitting: foot.columns), in: foot, row: 1, style: theme[.text])
    buffer.write(times.texts.first(fitting: foot.columns), in: foot, row: 2, style: theme[.text])
    if let message = state.message {
      let row = foot.split(top: 1).top
      buffer.fill(row, style: theme[.popup])
      buffer.write(message.text, in: row, style: theme[message.isError ? .error : .text])
    }
  }

  /// What the box in hand is.
  private func said(_ state: ExplorerState) -> [String] {
    let box = map.boxes[cursor]
    let blocks = box.attention.map { state.traits.attention[$0] }
    let attention =
      blocks.isEmpty
      ? "no attention between places"
      : "\(blocks.count == 1 ? "attention" : "\(blocks.count) attentions") of \(blocks[0].heads) heads on "
        + "\(blocks[0].grid.columns)x\(blocks[0].grid.rows)"
    switch box.side {
    case .encoder: return ["\(box.name): its maps go on, and across to the decoder; \(attention)", attention]
    case .middle: return ["\(box.name): all that the decoder begins with; \(attention)", attention]
    case .decoder:
      let skips = state.traits.stages[box.stage ?? 0].concatenations.count
      return [
        "\(box.name): \(skips == 1 ? "a skip comes in" : "\(skips) skips come in"); \(attention)",
        attention,
      ]
    }
  }
}
