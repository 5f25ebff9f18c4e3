import Console
import Denoising
import Recipes
import Widgets

/// Asking for a sweep, watching it, and going on from one of its cells.
extension ExplorerState {
  /// One line for both axes, with what suits the knob in focus.
  mutating func askForSweep() {
    overlay = .sweepAxes(TextField(text: defaultSweep))
  }

  /// Takes one or two axes, as `mezzotint sweep` takes them after --x and --y.
  private mutating func startSweep(_ field: TextField) -> [ExplorerEffect] {
    do {
      let axes = try field.text.split(separator: " ").map { try SweepAxis(String($0)) }
      guard (1...2).contains(axes.count) else { throw SweepError.form(axis: field.text) }
      return try startSweep(x: axes[0], y: axes.count > 1 ? axes[1] : nil)
    } catch {
      var field = field
      field.problem = "\(error)"
      overlay = .sweepAxes(field)
      return []
    }
  }

  /// The sweep of a grid that was opened.
  mutating func startSweep(_ text: Recipe.SweepText) -> [ExplorerEffect] {
    do {
      return try startSweep(x: text.x.map { try SweepAxis($0) }, y: text.y.map { try SweepAxis($0) })
    } catch {
      message = Message(text: "\(error)", isError: true)
      return []
    }
  }

  private mutating func startSweep(x: SweepAxis?, y: SweepAxis?) throws -> [ExplorerEffect] {
    var base = recipe(panel: selected)
    // A swept seed is each cell's own noise.
    if [x?.name, y?.name].contains("seed") { base.noiseFromFile = false }
    let sweep = try Sweep(base, x: x, y: y, description: traits)
    sweepNumber += 1
    let request = SweepRequest(number: sweepNumber, model: selectedPanel.own.model, sweep: sweep)
    self.sweep = SweepScreen(request)
    overlay = .sweep
    message = nil
    return [.sweep(request)]
  }

  mutating func receive(_ cell: SweepCell) {
    guard sweep?.request.number == cell.number else { return }
    sweep?.insert(cell.picture, at: cell.cell)
  }

  private mutating func closeSweep() -> [ExplorerEffect] {
    (overlay, sweep) = (nil, nil)
    return [.sweep(nil)]
  }

  /// The selected panel, or the run, takes what the picked cell has: one step of undo.
  private mutating func takeCell() -> [ExplorerEffect] {
    guard let screen = sweep else { return [] }
    let cell = screen.sweep.cells[screen.cursor]
    let names = screen.sweep.assignments(ofCell: screen.cursor).map(\.name)
    let (text, place) = (screen.cursorText, selected)
    var run = settings.run(of: selectedPanel)
    (run.label, run.guidance, run.sampler) = (cell.label, cell.guidance, cell.sampler)
    if names.contains("seed") { run.noise = .seed(cell.seed) }
    let effects = change(nil) { settings in
      settings.panels[place].knobs = cell.panels[0].knobs
      for id in names.compactMap(ControlID.init(settingOfRun:)) {
        if settings.panels[place].own.has(id) {
          settings.panels[place].own.take(id, from: run)
        } else {
          settings.run.take(id, from: run)
        }
      }
    }
    let closing = closeSweep()
    message = Message(text: "\(selectedPanel.name) goes on with \(text)")
    return closing + effects
  }
}

// MARK: - Keys and mouse

extension ExplorerState {
  /// - Returns: nil where no sweep is asked for or shown.
  mutating func handleSweep(_ key: Key, _ modifiers: KeyModifiers) -> [ExplorerEffect]? {
    switch overlay {
    case .sweepAxes(var field):
      overlay = nil
      if key == .escape { return [] }
      if key == .enter { return startSweep(field) }
      field.problem = nil
      _ = field.handle(key, modifiers)
      overlay = .sweepAxes(field)
      return []
    case .sweep:
      if key == .escape { return closeSweep() }
      return KeyMap.action(for: KeyChord(key, modifiers)).map { performOnSweep($0) } ?? []
    default: return nil
    }
  }

  private mutating func performOnSweep(_ action: Action) -> [ExplorerEffect] {
    message = nil
    switch action {
    case .increase: sweep?.move(columns: 1, rows: 0)
    case .decrease: sweep?.move(columns: -1, rows: 0)
    case .increaseMore: sweep?.move(columns: .max / 2, rows: 0)
    case .decreaseMore: sweep?.move(columns: .min / 2, rows: 0)
    case .nextControl: sweep?.move(columns: 0, rows: 1)
    case .previousControl: sweep?.move(columns: 0, rows: -1)
    case .firstStep: sweep?.cursor = 0
    case .lastStep: sweep?.move(columns: .max / 2, rows: .max / 2)
    case .toggle: return takeCell()
    case .sweep: return closeSweep()
    case .save, .savePanel: return [.keep(.sweep)]
    case .copyCommand, .copyComparison: return sweep.map { copy($0.sweep.base, of: selectedPanel) } ?? []
    case .saveScreen, .nextTheme, .redraw, .quit: return perform(action)
    // What would change the panels, which are not in sight.
    case .typeValue, .resetControl, .makeOwn, .link, .linkMask, .nextPanel, .previousPanel, .addPanel,
      .removePanel, .movePanelLeft, .movePanelRight, .renamePanel, .resetPanel, .panelModel, .playPause,
      .stepBack, .stepForward, .faster, .slower, .loop, .branch, .nextSeed, .previousSeed, .pinSeed,
      .nextPinnedSeed, .nextLabel, .nextSampler, .moreSteps, .fewerSteps, .nextImages, .showNoisy,
      .showDifference, .showOutput, .showAlone, .makeReference, .blink, .scaleDown, .scaleUp, .zoom, .showMask,
      .patchLeft, .patchRight, .patchUp, .patchDown, .copyDiffusers, .presets, .savePreset, .undo, .redo,
      .palette, .help:
      break
    }
    return []
  }

  /// - Returns: nil where no sweep is asked for or shown.
  mutating func handleSweep(_ mouse: MouseEvent) -> [ExplorerEffect]? {
    switch overlay {
    case .sweepAxes:
      if mouse.action == .press { overlay = nil }
      return []
    case .sweep:
      guard let sweep, mouse.action == .press, mouse.button == .left else { return [] }
      let layout = SweepLayout(sweep, size: size)
      if let action = layout.helpBarAction(at: mouse.point) { return performOnSweep(action) }
      if let cell = layout.cell(at: mouse.point) {
        self.sweep?.cursor = cell
        message = nil
      }
      return []
    default: return nil
    }
  }
}

extension ControlID {
  /// The control of a setting that all panels can share, by the setting's name.
  fileprivate init?(settingOfRun name: String) {
    switch name {
    case "label": self = .label
    case "seed": self = .seed
    case "guidance": self = .guidance
    case "sampler": self = .sampler
    case "steps": self = .steps
    case "spacing": self = .spacing
    case "eta": self = .eta
    default: return nil
    }
  }
}
