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
    Binding(.makeOwn, .knobs, "of this panel or common", "o"),
  ]

  private static let panels = [
    Binding(.nextPanel, .panels, "next panel (or 1 to 9)", "tab", [KeyChord(.tab)], short: "panel"),
    Binding(.previousPanel, .panels, "previous panel", "⇧tab", [KeyChord(.backTab)]),
    Binding(.addPanel, .panels, "add a copy", "A", short: "add"),
    Binding(.removePanel, .panels, "leave it out", "D"),
    Binding(.movePanelLeft, .panels, "move it left", "("),
    Binding(.movePanelRight, .panels, "move it right", ")"),
    Binding(.renamePanel, .panels, "rename it", "r"),
    Binding(.resetPanel, .panels, "reset all its knobs", "R"),
    Binding(.panelModel, .panels, "give it another model", "C", short: "model"),
    Binding(.link, .panels, "FreeU in all panels or one", "a"),
    Binding(.linkMask, .panels, "mask in all panels or one", "M"),
  ]

  private static let time = [
    Binding(.playPause, .time, "play or pause", "space", [KeyChord(" ")], short: "play"),
    Binding(.stepBack, .time, "step back", ",", [KeyChord(","), KeyChord("<")]),
    Binding(.stepForward, .time, "step on", ".", [KeyChord("."), KeyChord(">")]),
    Binding(.firstStep, .time, "first step", "home", [KeyChord(.home)]),
    Binding(.lastStep, .time, "last step", "end", [KeyChord(.end)]),
    Binding(.branch, .time, "branch off at this step", "B", short: "branch"),
    Binding(.slower, .time, "play slower", "{"),
    Binding(.faster, .time, "play faster", "}"),
    Binding(.loop, .time, "play in a loop", "O"),
  ]

  private static let run = [
    Binding(.typePrompt, .run, "type the prompt", "/", short: "prompt"),
    Binding(.typeNegative, .run, "type the negative prompt", "\\"),
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
    Binding(.showNoisy, .view, "x_t instead of x₀", "x"),
    Binding(.showDifference, .view, "difference", "d", short: "difference"),
    Binding(.showOutput, .view, "network output, (1/C) Σ out_c", "g", short: "output"),
    Binding(.showAlone, .view, "this panel's view alone", "v"),
    Binding(.makeReference, .view, "differences from this panel", "f"),
    Binding(.scaleDown, .view, "stronger differences", "]"),
    Binding(.scaleUp, .view, "weaker differences", "["),
    Binding(.blink, .view, "hold: the reference instead", "b", short: "blink"),
    Binding(.patchLeft, .view, "mask: patch left", "alt ←", [KeyChord(.left, .alt)]),
    Binding(.patchRight, .view, "mask: patch right", "alt →", [KeyChord(.right, .alt)]),
    Binding(.patchUp, .view, "mask: patch up", "alt ↑", [KeyChord(.up, .alt)]),
    Binding(.patchDown, .view, "mask: patch down", "alt ↓", [KeyChord(.down, .alt)]),
  ]

  private static let keep = [
    Binding(.save, .keep, "save the panels as PNG", "w", short: "save"),
    Binding(.savePanel, .keep, "save this panel as PNG", "W"),
    Binding(.saveScreen, .keep, "save the screen as SVG", "V"),
    Binding(.copyCommand, .keep, "copy this panel's command", "y", short: "copy"),
    Binding(.copyComparison, .keep, "copy all panels' command", "Y"),
    Binding(.copyDiffusers, .keep, "copy FreeU for diffusers", "F"),
    Binding(.presets, .keep, "take a preset", "e", short: "preset"),
    Binding(.savePreset, .keep, "save knobs as a preset", "E"),
  ]

  private static let program = [
    Binding(
      .palette, .program, "find an action or a knob", ": ^P",
      [KeyChord(":"), KeyChord(.character("p"), .control)],
      short: "find"),
    Binding(.undo, .program, "undo", "u", [KeyChord("u")], short: "undo"),
    Binding(.redo, .program, "redo", "U ^R", [KeyChord("U"), KeyChord(.character("r"), .control)]),
    Binding(.nextTheme, .program, "next theme", "t", short: "theme"),
    Binding(.nextPictures, .program, "finer pictures", "T", short: "pictures"),
    Binding(.redraw, .program, "redraw", "^L", [KeyChord(.character("l"), .control)]),
    Binding(.help, .program, "help", "?", [KeyChord("?"), KeyChord(.function(1))]),
    Binding(.quit, .program, "quit", "q"),
  ]

  private static let actions = Dictionary(
    bindings.flatMap { binding in binding.chords.map { ($0, binding.action) } },
    uniquingKeysWith: { first, _ in first })

  package static func action(for chord: KeyChord) -> Action? { actions[chord] }

  package static func binding(of action: Action) -> Binding? { bindings.first { $0.action == action } }

  /// What the help bar shows, most important first.
  package static let helpBar: [Action] = [
    .help, .quit, .nextPanel, .increase, .playPause, .typePrompt, .nextSeed, .nextLabel, .showDifference,
    .blink, .zoom,
    .showMask,
    .undo, .palette, .addPanel, .panelModel, .branch, .nextImages, .sweep, .resetControl, .save, .nextTheme,
  ]
}
