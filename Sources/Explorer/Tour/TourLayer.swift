import Console
import Widgets

/// The tour: a box over the controls that says what is shown. All keys but its own three go to what is below, so that
/// knobs are turned at every stop.
package struct TourLayer: Layer {
  /// From 0.
  package private(set) var place = 0
  /// What a person had before, who gets it back.
  private let before: Settings
  private let view: PanelsView
  private let selected: Int

  /// As many stops as there are.
  package static var count: Int { TourStop.all.count }

  init(_ state: ExplorerState) {
    (before, view, selected) = (state.settings, state.panelsView, state.selected)
  }

  private var stop: TourStop { TourStop.all[place] }

  package mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome {
    switch event {
    case .key(.enter, _): return go(to: place + 1, &state)
    case .key(.backspace, _): return go(to: max(0, place - 1), &state)
    case .key(.escape, _): return leave(&state)
    case .mouse(let mouse): return area(state).contains(mouse.point) ? .consumed() : .passedOn
    case .key, .paste: return .passedOn
    }
  }

  private mutating func go(to place: Int, _ state: inout ExplorerState) -> Outcome {
    guard TourStop.all.indices.contains(place) else { return leave(&state) }
    self.place = place
    return .consumed(state.arrive(at: stop))
  }

  private func leave(_ state: inout ExplorerState) -> Outcome {
    state.panelsView = view
    state.playback.goLive()
    state.selected = 0
    let effects = state.change(nil) { $0 = before }
    state.selected = min(selected, state.settings.panels.count - 1)
    state.message = .init(text: "that was the tour; : finds it again, ? says more of any view")
    return .popped(effects)
  }

  // MARK: - The box

  private func texts(columns: Int) -> [String] { TextWrapping.lines(of: stop.text, width: columns) }

  /// At the bottom, over controls and hints.
  private func area(_ state: ExplorerState) -> CellRect {
    let lines = texts(columns: max(1, state.size.columns - 4)).count
    // The frame, and the knob in hand.
    return CellRect(state.size).split(bottom: lines + 3).bottom
  }

  package func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {
    let keys = ["enter next · ⌫ back · esc leaves", "enter · ⌫ · esc"]
    let title = "\(place + 1) of \(Self.count): \(stop.title)"
    let note = keys.first(fitting: state.size.columns - CellText.columns(of: title) - 9)
    let inside = Frame(title: title, note: note, isSelected: true)
      .drawPopup(into: &buffer, in: area(state), theme: theme)
    let theme = theme.inPopup
    let (text, knob) = inside.split(bottom: 1)
    buffer.write(paragraph: stop.text, in: text, style: theme[.text])
    if let message = state.message {
      return buffer.write(message.text, in: knob, style: theme[message.isError ? .error : .muted])
    }
    guard let control = state.control(state.focus) else { return }
    let (row, hint) = knob.split(left: min(36, knob.columns))
    ControlPlace(control: control, rect: row).draw(state, showsMeans: true, into: &buffer, theme: theme)
    let wordings = ["← → turn it, ↑ ↓ choose another", "← → turn, ↑ ↓ choose"]
    buffer.write(
      wordings.first(fitting: hint.columns - 2), in: hint, style: theme[.muted], alignment: .right)
  }
}

extension ExplorerState {
  /// Begins it, where this model has all that it shows.
  mutating func startTour() -> Outcome {
    guard canTour else {
      message = Message(text: "the tour needs a model with a mask and skips: mezzotint tour", isError: true)
      return .consumed()
    }
    if let under = layers[TourLayer.self] {
      message = Message(text: "this is stop \(under.place + 1) of the tour; enter goes on")
      return .consumed()
    }
    let layer = TourLayer(self)
    return .pushed(layer, arrive(at: TourStop.all[0]))
  }
}
