import Console
import Denoising
import Explorer
import Testing
import Widgets

/// Every action of the program, one by one.
struct ActionTests {
  /// A state in which nothing is in vain: there is something to undo and to do again, two seeds are pinned, time
  /// stands in the middle, and the knob in focus has been turned.
  private static func state(_ keys: String) -> ExplorerState {
    var state = Fixture.state(columns: 120, rows: 40, steps: 20)
    state.press("p n p d right down right up right u")
    state.finishRuns()
    state.press(", , , ,")
    state.press(keys)
    return state
  }

  /// What a person can tell two states apart by.
  private static func appearance(_ state: ExplorerState) -> [AnyHashable] {
    [ExplorerView(state, theme: .dark).draw(), state.theme]
  }

  @Test(arguments: Action.allCases) func itDoesSomething(action: Action) {
    let isInVain = ["", "m"].allSatisfy { keys in
      var state = Self.state(keys)
      let before = Self.appearance(state)
      return state.perform(action).isEmpty && Self.appearance(state) == before
    }
    #expect(!isInVain)
  }

  /// The groups of the key map are headings of the help: a binding that moves to another one does what it did.
  @Test(arguments: KeyMap.bindings.indices) func itsKeysDoIt(place: Int) {
    let binding = KeyMap.bindings[place]
    for chord in binding.chords {
      var (byKey, byName) = (Self.state(""), Self.state(""))
      #expect(byKey.update(.input(.key(chord.key, chord.modifiers))) == byName.perform(binding.action))
      #expect(Self.appearance(byKey) == Self.appearance(byName))
    }
  }

  @Test(arguments: Action.allCases) func thePaletteDoesIt(action: Action) throws {
    var (byPalette, byName) = (Self.state(""), Self.state(""))
    byPalette.press(":")
    let item = try #require(KeyMap.bindings.firstIndex { $0.action == action })
    for _ in 0..<item { byPalette.press("down") }
    #expect(byPalette.press("enter") == byName.perform(action))
    #expect(Self.appearance(byPalette) == Self.appearance(byName))
  }
}
