import Console
import Denoising
import Widgets

/// The network as boxes and skips: a place for b and s, or for α and σ, is reached by pointing at it.
package struct NetworkMapLayer: Layer {
  private let map: NetworkMap
  /// Place of the box in hand.
  package private(set) var cursor: Int

  init(_ state: ExplorerState) {
    map = NetworkMap(state.traits)
    let stage = state.spectraView.place.stage
    cursor = map.boxes.firstIndex { $0.stage == stage } ?? 0
  }

  package mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome {
    switch event {
    case .key(.escape, _): return .popped()
    case .key(.down, _), .key(.character("j"), _): move(levels: 1)
    case .key(.up, _), .key(.character("k"), _): move(levels: -1)
    case .key(.left, _), .key(.right, _), .key(.character("h"), _), .key(.character("l"), _):
      cursor = map.partner(of: cursor) ?? cursor
    case .key(.enter, _): return turn(&state)
    case .key(.character("m"), _): return lookAt(.mask, &state)
    case .key(.character("s"), _): return lookInto(&state)
    case .key, .paste: break
    case .mouse(let mouse):
      guard mouse.action == .press else { return .consumed() }
      let drawing = NetworkDrawing(map, in: Self.inside(CellRect(state.size)))
      guard let box = map.boxes.indices.first(where: { drawing.rect(of: $0).contains(mouse.point) }) else {
        return .popped()
      }
      if box == cursor { return turn(&state) }
      cursor = box
    }
    return .consumed()
  }

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

  private static func inside(_ screen: CellRect) -> CellRect {
    Frame.inside(screen.inset(columns: 1, rows: 1)).inset(columns: 1, rows: 0)
  }

  package func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {
    let keys = ["arrows · enter turns · m mask · s spectra · esc", "enter · m · s · esc"]
    let note = keys.first(fitting: state.size.columns - 30)
    _ = Frame(title: "The network", note: note)
      .drawPopup(into: &buffer, in: buffer.bounds.inset(columns: 1, rows: 1), theme: theme)
    let theme = theme.inPopup
    let drawing = NetworkDrawing(map, in: Self.inside(buffer.bounds))
    let partner = map.partner(of: cursor)
    for index in map.boxes.indices {
      let isLit = index == cursor || index == partner
      drawing.draw(index, words(index, state), isInHand: index == cursor, isLit: isLit, into: &buffer, theme)
    }
    buffer.write(
      said(state).first(fitting: drawing.foot.columns), in: drawing.foot, style: theme[.muted])
    if let message = state.message {
      buffer.fill(drawing.foot, style: theme[.popup])
      buffer.write(message.text, in: drawing.foot, style: theme[message.isError ? .error : .text])
    }
  }

  /// What stands in a box, from long to short.
  private func words(_ index: Int, _ state: ExplorerState) -> [String] {
    let box = map.boxes[index]
    guard let stage = box.stage else { return [box.name] }
    func value(_ knob: Knob) -> String {
      number(state.traits.factor(knob, onStage: stage, state.selectedPanel.knobs), decimals: 2)
    }
    return ["\(box.name)  b \(value(.b))  s \(value(.s))", "\(box.name) \(value(.b)) \(value(.s))", box.name]
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

/// Where the boxes are.
private struct NetworkDrawing {
  let foot: CellRect
  private let map: NetworkMap
  private let area: CellRect
  /// Rows of a level: with a frame around each box where there is room.
  private let pitch: Int
  private let width: Int

  init(_ map: NetworkMap, in rect: CellRect) {
    self.map = map
    (area, foot) = rect.split(bottom: 1)
    pitch = min(3, max(1, area.rows / max(1, map.levels)))
    width = max(8, min(28, (rect.columns - 8) / 2))
  }

  func rect(of index: Int) -> CellRect {
    let box = map.boxes[index]
    let column =
      switch box.side {
      case .encoder: area.column
      case .middle: area.column + (area.columns - width) / 2
      case .decoder: area.endColumn - width
      }
    return CellRect(
      column: column, row: area.row + box.level * pitch, columns: width, rows: pitch == 3 ? 3 : 1
    ).intersection(area)
  }

  func draw(
    _ index: Int, _ words: [String], isInHand: Bool, isLit: Bool, into buffer: inout CellBuffer,
    _ theme: Theme
  ) {
    let (box, rect) = (map.boxes[index], rect(of: index))
    guard !rect.isEmpty else { return }
    let middle = rect.row + rect.rows / 2
    if box.side == .encoder {
      let end = area.endColumn - width
      let style = theme[isLit ? .accent : .border]
      for column in rect.endColumn..<max(rect.endColumn, end) {
        buffer[column, middle] = Cell(glyph: Glyph(column == end - 1 ? "▶" : "─"), style: style)
      }
      let label = CellRect(column: rect.endColumn, row: middle, columns: end - rect.endColumn, rows: 1)
      if isLit { buffer.write(" skip ", in: label, style: style, alignment: .center) }
    }
    if rect.rows == 3 { Frame(isSelected: isInHand).draw(into: &buffer, in: rect, theme: theme) }
    let inside = rect.rows == 3 ? rect.inset(columns: 1, rows: 1) : rect
    let mark = isInHand ? "›" : " "
    let text = words.first(fitting: inside.columns - 2)
    buffer.write("\(mark)\(text)", in: inside, style: theme[isInHand ? .selected : isLit ? .accent : .text])
  }
}
