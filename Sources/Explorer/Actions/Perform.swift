import Widgets

/// What each action does. Without `default`: an action that is added is missed by the compiler, and the key map's
/// groups are for the help alone.
extension ExplorerState {
  mutating func perform(_ action: Action) -> Outcome {
    switch action {
    case .nextControl: moveFocus(by: 1)
    case .previousControl: moveFocus(by: -1)
    case .increase: return .consumed(nudge(focus, by: 1))
    case .decrease: return .consumed(nudge(focus, by: -1))
    case .increaseMore: return .consumed(nudge(focus, by: 1, coarse: true))
    case .decreaseMore: return .consumed(nudge(focus, by: -1, coarse: true))
    case .typeValue: return typeFocused()
    case .toggle: return toggleFocused()
    case .resetControl: return .consumed(resetFocused())
    case .makeOwn: return .consumed(toggleOwn())

    case .nextPanel: select((selected + 1) % settings.panels.count)
    case .previousPanel: select((selected + settings.panels.count - 1) % settings.panels.count)
    case .addPanel: return .consumed(addPanel())
    case .removePanel: return .consumed(removePanel())
    case .movePanelLeft: return .consumed(movePanel(by: -1))
    case .movePanelRight: return .consumed(movePanel(by: 1))
    case .renamePanel: return .pushed(RenameField(selectedPanel))
    case .resetPanel: return .consumed(resetPanel())
    case .panelModel: return .pushed(AwaitedList(), [.list(.models)])
    case .link:
      isLinked.toggle()
      message = Message(text: isLinked ? "FreeU moves in all panels" : "FreeU moves in one panel")
    case .linkMask:
      isMaskAlone.toggle()
      message = Message(text: isMaskAlone ? "the mask moves in one panel" : "the mask moves in all panels")

    case .playPause: playback.playOrPause(shown: commonStep, of: stepCount, isRunning: isRunning)
    case .stepBack: goBackOneStep()
    case .stepForward: scrub(to: commonStep + 1)
    case .firstStep: scrub(to: 0)
    case .lastStep: playback.goLive()
    case .faster: play(atRate: playback.rate * 2)
    case .slower: play(atRate: playback.rate / 2)
    case .loop:
      playback.toggleLoop()
      message = Message(text: playback.isLooping ? "plays in a loop" : "plays once")
    case .branch: return .consumed(branchPanel())

    case .typePrompt: return type(.prompt)
    case .typeNegative: return type(.negative)
    case .nextSeed: return .consumed(nudge(.run(.seed), by: 1))
    case .previousSeed: return .consumed(goToPreviousSeed())
    case .pinSeed: pinSeed()
    case .nextPinnedSeed: return .consumed(nextPinnedSeed())
    case .nextLabel: return .consumed(nudge(.run(.label), by: 1))
    case .nextSampler: return .consumed(nudge(.run(.sampler), by: 1))
    case .moreSteps: return .consumed(nudge(.run(.steps), by: 1))
    case .fewerSteps: return .consumed(nudge(.run(.steps), by: -1))
    case .nextImages: return .consumed(nudge(.run(.images), by: 1))
    case .sweep: return .pushed(SweepAxesField(self))

    case .showNoisy: panelsView.toggle(.noisy)
    case .showDifference: panelsView.toggle(.difference)
    case .showOutput:
      panelsView.toggle(.output)
      if panelsView.content == .output { message = Message(text: outputFormula) }
    case .showChange:
      panelsView.toggle(.change)
      if panelsView.content == .change {
        message = Message(text: "x₀ less x₀ of the step before; below, how far x₀ is from the end, of 255")
      }
    case .showAlone: panelsView.showNext(in: selectedPanel)
    case .makeReference: makeReference()
    case .blink: panelsView.blink()
    case .scaleDown: scaleDifferences(by: 0.5)
    case .scaleUp: scaleDifferences(by: 2)
    case .zoom: zoomIn()
    case .showMask: showMask()
    case .showHeads: showHeads()
    case .showSpectra: showSpectra()
    case .showNetwork:
      guard !traits.stages.isEmpty else {
        message = Message(text: "no skips come into this model's network", isError: true)
        break
      }
      networkTimes.measureAgain()
      return .pushed(NetworkMapLayer(self))
    case .patchLeft: look(columns: -1, rows: 0)
    case .patchRight: look(columns: 1, rows: 0)
    case .patchUp: look(columns: 0, rows: -1)
    case .patchDown: look(columns: 0, rows: 1)

    case .save: return .consumed([.save(.panels)])
    case .savePanel: return .consumed([.save(.panel(place: selected))])
    case .saveScreen: return .consumed([.save(.screen)])
    case .copyCommand: return .consumed(copy(recipe(panel: selected), of: selectedPanel))
    case .copyComparison:
      return .consumed(copy(recipe, of: settings.panels.count == 1 ? selectedPanel : nil, isSheet: true))
    case .copyComfyUI: return .consumed(copy(selectedPanel.knobs.comfyUILine(for: traits)))
    case .copyDiffusers: return .consumed(copy(selectedPanel.knobs.diffusersLine(for: traits)))
    case .presets: return .pushed(AwaitedList(), [.list(.presets)])
    case .savePreset: return .pushed(PresetNameField())

    case .undo: return .consumed(undo())
    case .redo: return .consumed(redo())
    case .nextTheme:
      theme = (theme + 1) % max(1, themes.count)
      if themes.indices.contains(theme) { message = Message(text: "theme \(themes[theme])") }
    case .nextPictures: showNextPictures()
    case .palette: return .pushed(PaletteMenu(self))
    case .help: return .pushed(HelpLayer())
    case .tour: return startTour()
    case .redraw: return .consumed([.redraw])
    case .reconnect: return .consumed(reconnect())
    case .quit: return .consumed([.quit(status: 0)])
    }
    return .consumed()
  }

  /// Switches in focus are switched; what else is in focus is typed.
  private mutating func toggleFocused() -> Outcome {
    switch control(focus)?.kind {
    case .switches: return .consumed(toggleBlock(blockCursor))
    case .text: return typeFocused()
    default: return .pushed(ValueField())
    }
  }

  private mutating func typeFocused() -> Outcome {
    guard case .run(let setting) = focus, setting.entry.kind == .texts else { return .pushed(ValueField()) }
    return type(setting)
  }

  /// Stays at a step; the last one is where live runs end.
  mutating func scrub(to step: Int) { playback.scrub(to: step, of: stepCount, isRunning: isRunning) }

  private mutating func play(atRate rate: Int) {
    playback.play(atRate: rate)
    message = Message(text: "plays \(playback.rate) \(playback.rate == 1 ? "step" : "steps") a second")
  }

  /// The next finer way of drawing pictures; after the finest the coarsest.
  private mutating func showNextPictures() {
    let place = pictureModes.firstIndex(of: pictures) ?? -1
    guard pictureModes.count > 1 else {
      message = Message(text: "this terminal shows pictures in one way alone")
      return
    }
    pictures = pictureModes[(place + 1) % pictureModes.count]
    picturesSuitTerminal = false
    message = Message(text: "pictures in \(pictures.detail)")
  }

  /// At another patch; where spectra are open, at another concatenation or in another way.
  private mutating func look(columns: Int, rows: Int) {
    guard panelsView.arrangement == .spectra else {
      return movePatch(columns: columns, rows: rows)
    }
    if columns != 0 { spectraView.move(by: columns, in: traits) }
    if rows < 0 { spectraView.showNext() }
    if rows > 0 { spectraView.toggleAxis() }
  }

  private mutating func showSpectra() {
    guard settings.panels.contains(where: { !traits(of: $0).stages.isEmpty }) else {
      message = Message(text: "no skips come into this model's network", isError: true)
      return
    }
    panelsView.toggle(.spectra)
  }

  private mutating func showMask() {
    guard settings.panels.contains(where: { !traits(of: $0).masks.isEmpty }) else {
      message = Message(text: "this model has no attention for a mask", isError: true)
      return
    }
    // Where there is no M, what the heads look at fills its place.
    if panelsView.arrangement != .mask { maskView.show(isMasked ? .mask : .heads) }
    panelsView.toggle(.mask)
  }

  /// Beside the mask what comes next: all heads, all layers, one head again.
  private mutating func showHeads() {
    if panelsView.arrangement == .mask { return maskView.showNext(readsPrompts: traits.prompting != nil) }
    showMask()
    if panelsView.arrangement == .mask { maskView.show(.heads) }
  }
}
