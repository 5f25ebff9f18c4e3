import Console

/// A key with what is held beside it.
package struct KeyChord: Hashable, Sendable {
  package let key: Key
  package let modifiers: KeyModifiers

  package init(_ key: Key, _ modifiers: KeyModifiers = []) { (self.key, self.modifiers) = (key, modifiers) }

  /// A character typed.
  package init(_ character: Character) { self.init(.character(character)) }
}

/// An action's name and its keys: one value, so that help, help bar and keys cannot drift apart.
package struct Binding: Sendable {
  package let action: Action
  package let group: Action.Group
  /// Two or three words, for the help and the list of actions.
  package let title: String
  /// How the keys are shown.
  package let keys: String
  package let chords: [KeyChord]
  /// The title where there is little room.
  package let short: String

  init(
    _ action: Action, _ group: Action.Group, _ title: String, _ keys: String, _ chords: [KeyChord],
    short: String? = nil
  ) {
    (self.action, self.group, self.title, self.keys, self.chords) = (action, group, title, keys, chords)
    self.short = short ?? title
  }

  /// One character that is its own name.
  init(_ action: Action, _ group: Action.Group, _ title: String, _ key: Character, short: String? = nil) {
    self.init(action, group, title, String(key), [KeyChord(key)], short: short)
  }
}

/// Which key does what.
package enum KeyMap {
  package static let bindings: [Binding] = knobs + panels + time + run + view + keep + program

  private static let knobs = [
    Binding(.nextControl, .knobs, "next knob", "↓ j", [KeyChord(.down), KeyChord("j")]),
    Binding(.previousControl, .knobs, "previous knob", "↑ k", [KeyChord(.up), KeyChord("k")]),
    Binding(.increase, .knobs, "more", "→ l", [KeyChord(.right), KeyChord("l")], short: "turn"),
    Binding(.decrease, .knobs, "less", "← h", [KeyChord(.left), KeyChord("h")]),
    Binding(.increaseMore, .knobs, "much more", "⇧→ L", [KeyChord(.right, .shift), KeyChord("L")]),
    Binding(.decreaseMore, .knobs, "much less", "⇧← H", [KeyChord(.left, .shift), KeyChord("H")]),
    Binding(.typeValue, .knobs, "type a value", "="),
    Binding(.toggle, .knobs, "switch or type", "enter", [KeyChord(.enter)]),
    Binding(
      .resetControl, .knobs, "reset the knob", "0 ⌫", [KeyChord("0"), KeyChord(.backspace)], short: "reset"),
    Binding(.makeOwn, .knobs, "panel's own, or common", "o"),
  ]

  private static let panels = [
    Binding(.nextPanel, .panels, "next panel, or 1 to 9", "tab", [KeyChord(.tab)], short: "panel"),
    Binding(.previousPanel, .panels, "previous panel", "⇧tab", [KeyChord(.backTab)]),
    Binding(.addPanel, .panels, "add a copy", "A", short: "add"),
    Binding(.removePanel, .panels, "leave it out", "D"),
    Binding(.movePanelLeft, .panels, "move it left", "("),
    Binding(.movePanelRight, .panels, "move it right", ")"),
    Binding(.renamePanel, .panels, "rename it", "r"),
    Binding(.resetPanel, .panels, "reset all its knobs", "R"),
    Binding(.panelModel, .panels, "give it another model", "C", short: "model"),
    Binding(.link, .panels, "FreeU: all panels, one", "a"),
    Binding(.linkMask, .panels, "mask: all panels, one", "M"),
  ]

  private static let time = [
    Binding(.playPause, .time, "play or pause", "space", [KeyChord(" ")], short: "play"),
    Binding(.stepBack, .time, "step back", ",", [KeyChord(","), KeyChord("<")]),
    Binding(.stepForward, .time, "step on", ".", [KeyChord("."), KeyChord(">")]),
    Binding(.firstStep, .time, "first step", "home", [KeyChord(.home)]),
    Binding(.lastStep, .time, "last step", "end", [KeyChord(.end)]),
    Binding(.branch, .time, "branch off here", "B", short: "branch"),
    Binding(.slower, .time, "play slower", "{"),
    Binding(.faster, .time, "play faster", "}"),
    Binding(.loop, .time, "play in a loop", "O"),
  ]

  private static let run = [
    Binding(.typePrompt, .run, "type the prompt", "/", short: "prompt"),
    Binding(.typeNegative, .run, "type what to avoid", "\\"),
    Binding(.nextSeed, .run, "next seed", "n", short: "seed"),
    Binding(.previousSeed, .run, "previous seed", "N"),
    Binding(.pinSeed, .run, "pin the seed, or not", "p"),
    Binding(.nextPinnedSeed, .run, "next pinned seed", "P"),
    Binding(.nextImages, .run, "1, 4 or 9 images", "i", short: "images"),
    Binding(.nextLabel, .run, "next label", "c", short: "label"),
    Binding(.nextSampler, .run, "next sampler", "S"),
    Binding(.moreSteps, .run, "more steps", "+"),
    Binding(.fewerSteps, .run, "fewer steps", "-"),
    Binding(.sweep, .run, "sweep two settings", "X", short: "sweep"),
  ]

  private static let view = [
    Binding(.zoom, .view, "one panel, large", "z", short: "zoom"),
    Binding(.showMask, .view, "mask and attention", "m", short: "mask"),
    Binding(.showHeads, .view, "all heads, all layers", "G", short: "heads"),
    Binding(.showSpectra, .view, "spectra of features", "s", short: "spectra"),
    Binding(.showNetwork, .view, "map of the network", "Z", short: "network"),
    Binding(.showNoisy, .view, "x_t instead of x₀", "x"),
    Binding(.showDifference, .view, "difference", "d", short: "difference"),
    Binding(.showOutput, .view, "output of the network", "g", short: "output"),
    Binding(.showChange, .view, "what x₀ changes by", "J", short: "change"),
    Binding(.showAlone, .view, "view of this panel", "v"),
    Binding(.makeReference, .view, "make it the reference", "f"),
    Binding(.scaleDown, .view, "stronger differences", "]"),
    Binding(.scaleUp, .view, "weaker differences", "["),
    Binding(.blink, .view, "hold: see reference", "b", short: "blink"),
    Binding(.patchLeft, .view, "patch left", "alt ←", [KeyChord(.left, .alt)], short: "patch"),
    Binding(.patchRight, .view, "patch right", "alt →", [KeyChord(.right, .alt)]),
    Binding(.patchUp, .view, "patch up", "alt ↑", [KeyChord(.up, .alt)]),
    Binding(.patchDown, .view, "patch down", "alt ↓", [KeyChord(.down, .alt)]),
  ]

  private static let keep = [
    Binding(.save, .keep, "save panels as a sheet", "w", short: "save"),
    Binding(.savePanel, .keep, "save its bare pixels", "W"),
    Binding(.saveScreen, .keep, "save the screen as SVG", "V"),
    Binding(.copyCommand, .keep, "copy its command", "y", short: "copy"),
    Binding(.copyComparison, .keep, "copy command of all", "Y"),
    Binding(.copyDiffusers, .keep, "copy for diffusers", "F"),
    Binding(.copyComfyUI, .keep, "copy for ComfyUI", "K"),
    Binding(.presets, .keep, "take a preset", "e", short: "preset"),
    Binding(.savePreset, .keep, "save knobs as a preset", "E"),
  ]

  private static let program = [
    Binding(
      .palette, .program, "find action or knob", ": ^P",
      [KeyChord(":"), KeyChord(.character("p"), .control)],
      short: "find"),
    Binding(.undo, .program, "undo", "u", [KeyChord("u")], short: "undo"),
    Binding(.redo, .program, "redo", "U ^R", [KeyChord("U"), KeyChord(.character("r"), .control)]),
    Binding(.nextTheme, .program, "next theme", "t", short: "theme"),
    Binding(.nextPictures, .program, "finer pictures", "T", short: "pictures"),
    Binding(.redraw, .program, "redraw", "^L", [KeyChord(.character("l"), .control)]),
    Binding(.reconnect, .program, "ask the engine again", "^E", [KeyChord(.character("e"), .control)]),
    Binding(.help, .program, "help", "?", [KeyChord("?"), KeyChord(.function(1))]),
    Binding(.tour, .program, "guided tour", "I", short: "tour"),
    Binding(.quit, .program, "quit", "q"),
  ]

  private static let actions = Dictionary(
    bindings.flatMap { binding in binding.chords.map { ($0, binding.action) } },
    uniquingKeysWith: { first, _ in first })

  package static func action(for chord: KeyChord) -> Action? { actions[chord] }

  package static func binding(of action: Action) -> Binding? { bindings.first { $0.action == action } }

  /// What the help bar shows, most important first.
  private static let helpBar: [Action] = [
    .help, .quit, .nextPanel, .increase, .playPause, .typePrompt, .nextSeed, .nextLabel, .showDifference,
    .blink, .zoom, .showMask, .showSpectra, .sweep, .undo, .palette, .addPanel, .panelModel, .branch,
    .nextImages, .resetControl, .save, .nextTheme,
  ]

  /// The same for a narrow screen: the ways to other views, and what goes with the controls in hand.
  private static func narrowHelpBar(_ section: ControlID.Section) -> [Action] {
    let always: [Action] = [.help, .quit, .nextPanel, .zoom, .showMask, .sweep]
    let inTurn: [Action] =
      switch section {
      case .freeU: [.increase, .playPause, .palette]
      case .mask: [.showDifference, .blink, .undo]
      case .run: [.nextSeed, .nextLabel, .typePrompt, .nextImages, .save]
      }
    return always + inTurn
  }

  /// - Parameters:
  ///   - arrangement: the view that is open; the keys that are about it alone come right behind the first.
  ///   - section: of the controls in hand.
  package static func helpBar(
    _ arrangement: PanelsView.Arrangement, _ section: ControlID.Section, isNarrow: Bool
  ) -> [Action] {
    let actions = isNarrow ? narrowHelpBar(section) : helpBar
    guard arrangement == .mask || arrangement == .spectra else { return actions }
    let own: [Action] = arrangement == .mask ? [.showHeads] : isNarrow ? [.showSpectra] : []
    return actions.filter { $0 != .sweep || !isNarrow }.flatMap {
      $0 == .quit ? [$0] + own + [.patchLeft] : [$0]
    }
  }
}
