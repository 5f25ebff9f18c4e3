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

    case .playPause: playback.playOrPause(shown: commonStep, of: stepCount, isRunning: isRunning)
    case .stepBack: scrub(to: commonStep - 1)
    case .stepForward: scrub(to: commonStep + 1)
    case .firstStep: scrub(to: 0)
    case .lastStep: playback.goLive()
    case .faster: play(atRate: playback.rate * 2)
    case .slower: play(atRate: playback.rate / 2)
    case .loop:
      playback.toggleLoop()
      message = Message(text: playback.isLooping ? "plays in a loop" : "plays once")
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

    case .showNoisy: panelsView.toggle(.noisy)
    case .showDifference: panelsView.toggle(.difference)
    case .showOutput:
      panelsView.toggle(.output)
      if panelsView.content == .output { message = Message(text: outputFormula) }
    case .showAlone: panelsView.showNext(in: selectedPanel)
    case .makeReference: makeReference()
    case .blink: panelsView.blink()
    case .scaleDown: panelsView.scaleDifferences(by: 0.5)
    case .scaleUp: panelsView.scaleDifferences(by: 2)
    case .zoom: panelsView.toggle(.zoom)
    case .showMask: showMask()
    case .patchLeft: maskView.movePatch(columns: -1, rows: 0, in: traits)
    case .patchRight: maskView.movePatch(columns: 1, rows: 0, in: traits)
    case .patchUp: maskView.movePatch(columns: 0, rows: -1, in: traits)
    case .patchDown: maskView.movePatch(columns: 0, rows: 1, in: traits)

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
    playback.play(atRate: rate)
    message = Message(text: "plays \(playback.rate) \(playback.rate == 1 ? "step" : "steps") a second")
  }

  private mutating func showMask() {
    guard settings.panels.contains(where: { traits(of: $0).hasMask }) else {
      message = Message(text: "this model was trained without a mask", isError: true)
      return
    }
    panelsView.toggle(.mask)
  }
}
