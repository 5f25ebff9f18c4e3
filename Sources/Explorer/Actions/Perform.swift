import Widgets

/// What each action does.
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
    case .toggle:
      if case .switches = control(focus)?.kind { return toggleBlock(blockCursor) }
      overlay = .value(TextField())
    case .resetControl: return reset(focus)
    case .makeOwn: return toggleOwn()
    case .sweep: askForSweep()
    case .undo: return undo()
    case .redo: return redo()
    case .nextTheme: theme = (theme + 1) % max(1, themes.count)
    case .palette: overlay = .palette(palette)
    case .help: overlay = .help(page: 0)
    case .redraw: return [.redraw]
    case .quit: return [.quit(status: 0)]
    default:
      switch KeyMap.binding(of: action)?.group {
      case .panels: return performOnPanels(action)
      case .time: return performInTime(action)
      case .run: return performOnRun(action)
      case .keep: return keep(action)
      default: performOnView(action)
      }
    }
    return []
  }

  private mutating func performOnPanels(_ action: Action) -> [ExplorerEffect] {
    switch action {
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
    default: break
    }
    return []
  }

  private mutating func performInTime(_ action: Action) -> [ExplorerEffect] {
    switch action {
    case .playPause: playPause()
    case .stepBack: scrub(to: commonStep - 1)
    case .stepForward: scrub(to: commonStep + 1)
    case .firstStep: scrub(to: 0)
    case .lastStep: playback = .live
    case .branch: return branchPanel()
    case .faster, .slower:
      playRate = min(20, max(1, action == .faster ? playRate * 2 : playRate / 2))
      message = Message(text: "plays \(playRate) \(playRate == 1 ? "step" : "steps") a second")
    case .loop:
      isLooping.toggle()
      message = Message(text: isLooping ? "plays in a loop" : "plays once")
    default: break
    }
    return []
  }

  private mutating func performOnRun(_ action: Action) -> [ExplorerEffect] {
    switch action {
    case .nextSeed: return nudge(.run(.seed), by: 1)
    case .previousSeed: return nudge(.run(.seed), by: -1)
    case .pinSeed: pinSeed()
    case .nextPinnedSeed: return nextPinnedSeed()
    case .nextImages: return nudge(.run(.images), by: 1)
    case .nextLabel: return nudge(.run(.label), by: 1)
    case .nextSampler: return nudge(.run(.sampler), by: 1)
    case .moreSteps: return nudge(.run(.steps), by: 1)
    case .fewerSteps: return nudge(.run(.steps), by: -1)
    default: break
    }
    return []
  }

  private mutating func performOnView(_ action: Action) {
    switch action {
    case .zoom: arrangement = arrangement == .zoom ? .panels : .zoom
    case .showMask:
      guard settings.panels.contains(where: { traits(of: $0).hasMask }) else {
        message = Message(text: "this model was trained without a mask", isError: true)
        return
      }
      arrangement = arrangement == .mask ? .panels : .mask
    case .showNoisy: view = view == .noisy ? .prediction : .noisy
    case .showDifference: view = view == .difference ? .prediction : .difference
    case .showOutput:
      view = view == .output ? .prediction : .output
      if view == .output { message = Message(text: outputFormula) }
    case .showAlone:
      let next: PanelView? =
        switch ownViews[selectedPanel.id] {
        case nil: .noisy
        case .noisy: .difference
        case .difference: .output
        case .output: .prediction
        case .prediction: nil
        }
      ownViews[selectedPanel.id] = next
    case .makeReference: _ = makeReference()
    // A held key repeats after half a second at most, then every few hundredths.
    case .blink: blinkTicks = blinkTicks > 0 ? 4 : 12
    case .scaleDown: differenceScale = max(2, differenceScale / 2)
    case .scaleUp: differenceScale = min(256, differenceScale * 2)
    case .patchLeft: movePatch(columns: -1, rows: 0)
    case .patchRight: movePatch(columns: 1, rows: 0)
    case .patchUp: movePatch(columns: 0, rows: -1)
    case .patchDown: movePatch(columns: 0, rows: 1)
    default: break
    }
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
