import Console
import Models
import Recipes
import Widgets

/// A sweep over the whole screen: watching it, and going on from one of its cells.
package struct SweepLayer: Layer {
  package private(set) var screen: SweepScreen

  init(_ request: SweepRequest) { screen = SweepScreen(request) }

  package var extent: LayerExtent { .screen }

  package var isAtRest: Bool { screen.isFinished }

  package mutating func receive(_ message: ExplorerMessage) {
    guard case .sweptCell(let cell) = message, cell.number == screen.request.number else { return }
    screen.insert(cell.picture, at: cell.cell)
  }

  package func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {
    SweepPainter(screen, state, theme).draw(into: &buffer)
  }

  package mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome {
    switch event {
    case .key(.escape, _): return close()
    case .key(let key, let modifiers):
      return KeyMap.action(for: KeyChord(key, modifiers)).map { perform($0, &state) } ?? .consumed()
    case .mouse(let mouse):
      guard mouse.action == .press, mouse.button == .left else { return .consumed() }
      let layout = SweepLayout(screen, size: state.size)
      if let action = layout.helpBarAction(at: mouse.point) { return perform(action, &state) }
      if let cell = layout.cell(at: mouse.point) { screen.pick(cell) }
      return .consumed()
    case .paste: return .consumed()
    }
  }

  private mutating func perform(_ action: Action, _ state: inout ExplorerState) -> Outcome {
    switch action {
    case .increase: screen.move(columns: 1, rows: 0)
    case .decrease: screen.move(columns: -1, rows: 0)
    case .increaseMore: screen.move(columns: .max / 2, rows: 0)
    case .decreaseMore: screen.move(columns: .min / 2, rows: 0)
    case .nextControl: screen.move(columns: 0, rows: 1)
    case .previousControl: screen.move(columns: 0, rows: -1)
    case .firstStep: screen.pick(0)
    case .lastStep: screen.move(columns: .max / 2, rows: .max / 2)
    case .toggle: return takeCell(&state)
    case .sweep: return close()
    case .save, .savePanel: return .consumed([.save(.sweep)])
    case .copyCommand, .copyComparison:
      return .consumed(state.copy(screen.sweep.base, of: state.selectedPanel))
    case .saveScreen, .nextTheme, .nextPictures, .redraw, .reconnect, .help, .quit:
      return state.perform(action)
    // What is about the panels, which are not in sight.
    case .typeValue, .resetControl, .makeOwn, .link, .linkMask, .nextPanel, .previousPanel, .addPanel,
      .removePanel, .movePanelLeft, .movePanelRight, .renamePanel, .resetPanel, .panelModel, .playPause,
      .stepBack, .stepForward, .faster, .slower, .loop, .branch, .typePrompt, .typeNegative, .nextSeed,
      .previousSeed, .pinSeed,
      .nextPinnedSeed, .nextLabel, .nextSampler, .moreSteps, .fewerSteps, .nextImages, .showNoisy,
      .showDifference, .showOutput, .showChange, .showAlone, .makeReference, .blink, .scaleDown, .scaleUp,
      .zoom,
      .showMask, .showHeads, .showSpectra, .showNetwork, .patchLeft, .patchRight, .patchUp, .patchDown,
      .copyDiffusers,
      .copyComfyUI,
      .presets,
      .savePreset, .undo,
      .redo, .palette, .tour:
      break
    }
    return .consumed()
  }

  private func close() -> Outcome { .popped([.sweep(nil)]) }

  /// The selected panel, or the run, takes what the picked cell has: one step of undo.
  private func takeCell(_ state: inout ExplorerState) -> Outcome {
    let cell = screen.sweep.cells[screen.cursor]
    let place = state.selected
    let swept = [screen.sweep.x, screen.sweep.y].compactMap { $0?.setting }
    let effects = state.change(nil) { settings in
      settings.panels[place].knobs = cell.panels[0].knobs
      for case .run(let setting) in swept {
        if let value = cell.run[setting] { settings.set(setting, to: value, in: place) }
      }
      // Of all panels, as its slider.
      if !cell.loras.isEmpty { settings.loras = cell.loras.compactMap { NamedLoRA($0) } }
    }
    state.message = .init(text: "\(state.selectedPanel.name) goes on with \(screen.cursorText)")
    return .popped([.sweep(nil)] + effects)
  }
}
