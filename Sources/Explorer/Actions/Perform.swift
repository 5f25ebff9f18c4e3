import Widgets

/// What each action does. Without `default`: an action that is added is missed by the compiler, and the key map's
/// groups are for the help alone.
extension ExplorerState {
  package mutating func perform(_ action: Action) -> [ExplorerEffect] {
    switch action {
    case .nextControl: moveFocus(by: 1)
    case .previousControl: moveFocus(by: -1)
    case .increase: return nudge(focus, by: 1)
    case .decrease: return nudge(focus, by: -1)
    case .increaseMore: return nudge(focus, by: 1, coarse: true)
    case .decreaseMore: return nudge(focus, by: -1, coarse: true)
    case .typeValue: overlay = .value(TextField())
    case .toggle: return toggleFocused()
    case .resetControl: return reset(focus)
    case .makeOwn: return toggleOwn()

    case .nextPanel: select((selected + 1) % settings.panels.count)
    case .previousPanel: select((selected + settings.panels.count - 1) % settings.panels.count)
    case .addPanel: return addPanel()
    case .removePanel: return removePanel()
    case .movePanelLeft: return movePanel(by: -1)
    case .movePanelRight: return movePanel(by: 1)
    case .renamePanel: overlay = .rename(TextField(text: selectedPanel.name))
    case .resetPanel: return resetPanel()
    case .panelModel: return [.keep(.modelList)]
    case .link:
      isLinked.toggle()
      message = Message(text: isLinked ? "FreeU moves in all panels" : "FreeU moves in one panel")
    case .linkMask:
      isMaskAlone.toggle()
      message = Message(text: isMaskAlone ? "the mask moves in one panel" : "the mask moves in all panels")

    case .playPause: playPause()
    case .stepBack: scrub(to: commonStep - 1)
    case .stepForward: scrub(to: commonStep + 1)
    case .firstStep: scrub(to: 0)
    case .lastStep: playback = .live
    case .faster: play(atRate: playRate * 2)
    case .slower: play(atRate: playRate / 2)
    case .loop:
      isLooping.toggle()
      message = Message(text: isLooping ? "plays in a loop" : "plays once")
    case .branch: return branchPanel()

    case .nextSeed: return nudge(.seed, by: 1)
    case .previousSeed: return nudge(.seed, by: -1)
    case .pinSeed: pinSeed()
    case .nextPinnedSeed: return nextPinnedSeed()
    case .nextLabel: return nudge(.label, by: 1)
    case .nextSampler: return nudge(.sampler, by: 1)
    case .moreSteps: return nudge(.steps, by: 1)
    case .fewerSteps: return nudge(.steps, by: -1)
    case .nextImages: return nudge(.images, by: 1)
    case .sweep: askForSweep()

    case .showNoisy: show(.noisy)
    case .showDifference: show(.difference)
    case .showOutput:
      show(.output)
      if view == .output { message = Message(text: outputFormula) }
    case .showAlone: showNextViewAlone()
    case .makeReference: makeReference()
    // A held key repeats after half a second at most, then every few hundredths.
    case .blink: blinkTicks = blinkTicks > 0 ? 4 : 12
    case .scaleDown: differenceScale = max(2, differenceScale / 2)
    case .scaleUp: differenceScale = min(256, differenceScale * 2)
    case .zoom: arrangement = arrangement == .zoom ? .panels : .zoom
    case .showMask: showMask()
    case .patchLeft: movePatch(columns: -1, rows: 0)
    case .patchRight: movePatch(columns: 1, rows: 0)
    case .patchUp: movePatch(columns: 0, rows: -1)
    case .patchDown: movePatch(columns: 0, rows: 1)

    case .save: return [.keep(.panels)]
    case .savePanel: return [.keep(.panel(place: selected))]
    case .saveScreen: return [.keep(.screen)]
    case .copyCommand: return copy(recipe(panel: selected), of: selectedPanel)
    case .copyComparison: return copy(recipe, of: settings.panels.count == 1 ? selectedPanel : nil)
    case .copyDiffusers: return copy(selectedPanel.knobs.diffusersLine)
    case .presets: return [.keep(.presetList)]
    case .savePreset:
      overlay = .presetName(TextField(prompt: "name of the preset", placeholder: "as in soft and warm"))

    case .undo: return undo()
    case .redo: return redo()
    case .nextTheme: theme = (theme + 1) % max(1, themes.count)
    case .palette: overlay = .palette(palette)
    case .help: overlay = .help(page: 0)
    case .redraw: return [.redraw]
    case .quit: return [.quit(status: 0)]
    }
    return []
  }

  /// Switches in focus are switched; what else is in focus is typed.
  private mutating func toggleFocused() -> [ExplorerEffect] {
    if case .switches = control(focus)?.kind { return toggleBlock(blockCursor) }
    overlay = .value(TextField())
    return []
  }

  private mutating func play(atRate rate: Int) {
    playRate = min(20, max(1, rate))
    message = Message(text: "plays \(playRate) \(playRate == 1 ? "step" : "steps") a second")
  }

  /// Has all panels show this, or what is usual where they do already.
  private mutating func show(_ wanted: PanelView) { view = view == wanted ? .prediction : wanted }

  private mutating func showNextViewAlone() {
    let next: PanelView? =
      switch ownViews[selectedPanel.id] {
      case nil: .noisy
      case .noisy: .difference
      case .difference: .output
      case .output: .prediction
      case .prediction: nil
      }
    ownViews[selectedPanel.id] = next
  }

  private mutating func showMask() {
    guard settings.panels.contains(where: { traits(of: $0).hasMask }) else {
      message = Message(text: "this model was trained without a mask", isError: true)
      return
    }
    arrangement = arrangement == .mask ? .panels : .mask
  }

  /// Moves the patch whose attention is shown, as far as the grid goes.
  private mutating func movePatch(columns: Int, rows: Int) {
    let grid = attentionGrid
    guard grid.count > 0 else { return }
    let column = min(max(0, attentionPlace.patch % grid.columns + columns), grid.columns - 1)
    let row = min(max(0, attentionPlace.patch / grid.columns + rows), grid.rows - 1)
    attentionPlace.patch = row * grid.columns + column
  }
}
