import Console

/// Something a person can do with a key: its name, its help and its keys are one value, so that help, help bar
/// and keys cannot drift apart.
package enum Action: String, Hashable, Sendable, CaseIterable {
  case nextControl, previousControl, increase, decrease, increaseMore, decreaseMore
  case typeValue, toggle, resetControl, resetPanel
  case nextPanel, previousPanel, link
  case playPause, stepBack, stepForward, firstStep, lastStep
  case nextSeed, previousSeed, nextLabel, nextSampler, moreSteps, fewerSteps
  case showNoisy, showDifference, blink, scaleDown, scaleUp
  case undo, redo, nextTheme, help, redraw, quit
  case save, savePanel, saveScreen, copyCommand, copyComparison, copyDiffusers, presets, savePreset

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

/// A key with what is held beside it.
package struct KeyChord: Hashable, Sendable {
  package let key: Key
  package let modifiers: KeyModifiers

  package init(_ key: Key, _ modifiers: KeyModifiers = []) { (self.key, self.modifiers) = (key, modifiers) }

  /// A character typed.
  package init(_ character: Character) { self.init(.character(character)) }
}

package struct Binding: Sendable {
  package let action: Action
  package let group: Action.Group
  /// Two or three words, for the help bar and the list of actions.
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
}

/// Which key does what.
package enum KeyMap {
  package static let bindings: [Binding] = [
    Binding(.nextControl, .knobs, "next knob", "↓ j", [KeyChord(.down), KeyChord("j")]),
    Binding(.previousControl, .knobs, "previous knob", "↑ k", [KeyChord(.up), KeyChord("k")]),
    Binding(.increase, .knobs, "more", "→ l", [KeyChord(.right), KeyChord("l")], short: "turn"),
    Binding(.decrease, .knobs, "less", "← h", [KeyChord(.left), KeyChord("h")]),
    Binding(.increaseMore, .knobs, "much more", "⇧→ L", [KeyChord(.right, .shift), KeyChord("L")]),
    Binding(.decreaseMore, .knobs, "much less", "⇧← H", [KeyChord(.left, .shift), KeyChord("H")]),
    Binding(.typeValue, .knobs, "type a value", "=", [KeyChord("=")]),
    Binding(.toggle, .knobs, "switch or type", "enter", [KeyChord(.enter)]),
    Binding(
      .resetControl, .knobs, "reset the knob", "0 ⌫", [KeyChord("0"), KeyChord(.backspace)], short: "reset"),
    Binding(.resetPanel, .panels, "reset all its knobs", "R", [KeyChord("R")]),
    Binding(.nextPanel, .panels, "next panel (or 1 to 9)", "tab", [KeyChord(.tab)], short: "panel"),
    Binding(.previousPanel, .panels, "previous panel", "⇧tab", [KeyChord(.backTab)]),
    Binding(.link, .panels, "FreeU in all panels or one", "a", [KeyChord("a")]),
    Binding(.playPause, .time, "play or pause", "space", [KeyChord(" ")], short: "play"),
    Binding(.stepBack, .time, "step back", ",", [KeyChord(","), KeyChord("<")]),
    Binding(.stepForward, .time, "step on", ".", [KeyChord("."), KeyChord(">")]),
    Binding(.firstStep, .time, "first step", "home", [KeyChord(.home)]),
    Binding(.lastStep, .time, "last step", "end", [KeyChord(.end)]),
    Binding(.nextSeed, .run, "next seed", "n", [KeyChord("n")], short: "seed"),
    Binding(.previousSeed, .run, "previous seed", "N", [KeyChord("N")]),
    Binding(.nextLabel, .run, "next label", "c", [KeyChord("c")], short: "label"),
    Binding(.nextSampler, .run, "next sampler", "S", [KeyChord("S")]),
    Binding(.moreSteps, .run, "more steps", "+", [KeyChord("+")]),
    Binding(.fewerSteps, .run, "fewer steps", "-", [KeyChord("-")]),
    Binding(.showNoisy, .view, "x_t instead of x₀", "x", [KeyChord("x")]),
    Binding(.showDifference, .view, "difference from Model 1", "d", [KeyChord("d")], short: "difference"),
    Binding(.blink, .view, "hold: Model 1 in its place", "b", [KeyChord("b")], short: "blink"),
    Binding(.scaleDown, .view, "stronger differences", "]", [KeyChord("]")]),
    Binding(.scaleUp, .view, "weaker differences", "[", [KeyChord("[")]),
    Binding(.undo, .program, "undo", "u", [KeyChord("u"), KeyChord(.character("z"), .control)]),
    Binding(.redo, .program, "redo", "U", [KeyChord("U"), KeyChord(.character("r"), .control)]),
    Binding(.nextTheme, .program, "next theme", "t", [KeyChord("t")], short: "theme"),
    Binding(.save, .keep, "save the panels as PNG", "w", [KeyChord("w")], short: "save"),
    Binding(.savePanel, .keep, "save this panel as PNG", "W", [KeyChord("W")]),
    Binding(.saveScreen, .keep, "save the screen as SVG", "V", [KeyChord("V")]),
    Binding(.copyCommand, .keep, "copy this panel's command", "y", [KeyChord("y")], short: "copy"),
    Binding(.copyComparison, .keep, "copy all panels' command", "Y", [KeyChord("Y")]),
    Binding(.copyDiffusers, .keep, "copy FreeU for diffusers", "D", [KeyChord("D")]),
    Binding(.presets, .keep, "take a preset", "o", [KeyChord("o")], short: "preset"),
    Binding(.savePreset, .keep, "save knobs as a preset", "O", [KeyChord("O")]),
    Binding(.redraw, .program, "redraw", "^L", [KeyChord(.character("l"), .control)]),
    Binding(.help, .program, "help", "?", [KeyChord("?"), KeyChord(.function(1))]),
    Binding(.quit, .program, "quit", "q", [KeyChord("q")]),
  ]

  private static let actions = Dictionary(
    bindings.flatMap { binding in binding.chords.map { ($0, binding.action) } },
    uniquingKeysWith: { first, _ in first })

  package static func action(for chord: KeyChord) -> Action? { actions[chord] }

  package static func binding(of action: Action) -> Binding? { bindings.first { $0.action == action } }

  /// What the help bar shows, most important first.
  package static let helpBar: [Action] = [
    .help, .quit, .nextPanel, .increase, .playPause, .nextSeed, .nextLabel, .showDifference, .blink, .undo,
    .resetControl, .save, .nextTheme,
  ]
}
