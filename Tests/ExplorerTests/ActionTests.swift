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

  /// By each of its keys: what it does outside, and what is then to be seen.
  private static func results(_ action: Action, after keys: String) throws -> [[AnyHashable]] {
    try #require(KeyMap.binding(of: action)).chords.map { chord in
      var state = state(keys)
      let effects = state.update(.input(.key(chord.key, chord.modifiers)))
      return [effects] + appearance(state)
    }
  }

  @Test(arguments: Action.allCases) func itDoesSomethingAndAllItsKeysDoTheSame(action: Action) throws {
    let results = try ["", "m"].map { try Self.results(action, after: $0) }
    for result in results { #expect(Set(result).count == 1) }
    let isInVain = zip(["", "m"], results).allSatisfy { keys, result in
      result[0] == [[ExplorerEffect]()] + Self.appearance(Self.state(keys))
    }
    #expect(!isInVain)
  }

  @Test(arguments: Action.allCases) func thePaletteDoesIt(action: Action) throws {
    var state = Self.state("")
    state.press(":")
    let item = try #require(KeyMap.bindings.firstIndex { $0.action == action })
    for _ in 0..<item { state.press("down") }
    let effects = state.press("enter")
    #expect(try [effects] + Self.appearance(state) == Self.results(action, after: "")[0])
  }
}
