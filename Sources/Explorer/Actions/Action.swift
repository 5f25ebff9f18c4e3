/// Something a person can do: each has one binding, which says its name, its help and its keys.
package enum Action: String, Hashable, Sendable, CaseIterable {
  case nextControl, previousControl, increase, decrease, increaseMore, decreaseMore
  case typeValue, toggle, resetControl, makeOwn, linkMask
  case nextPanel, previousPanel, addPanel, removePanel, movePanelLeft, movePanelRight, renamePanel,
    resetPanel, panelModel, link
  case playPause, stepBack, stepForward, firstStep, lastStep, faster, slower, loop, branch
  case typePrompt, typeNegative
  case nextSeed, previousSeed, pinSeed, nextPinnedSeed, nextLabel, nextSampler, moreSteps, fewerSteps,
    nextImages, sweep
  case showNoisy, showDifference, showOutput, showChange, showAlone, makeReference, blink, scaleDown, scaleUp,
    zoom,
    showMask, showHeads, showSpectra, showNetwork
  case patchLeft, patchRight, patchUp, patchDown
  case save, savePanel, saveScreen, copyCommand, copyComparison, copyDiffusers, copyComfyUI, presets,
    savePreset
  case undo, redo, nextTheme, nextPictures, palette, help, tour, redraw, reconnect, quit

  package enum Group: String, CaseIterable, Sendable {
    case knobs = "Knobs"
    case panels = "Panels"
    case time = "Time"
    case run = "Run"
    case view = "View"
    case keep = "Keep"
    case program = "Program"
  }
}
