import Console
import Explorer
import Recipes
import TestSupport
import Testing
import Widgets

/// Ten thousand random keys and mouse events, from a seed, with screens of random sizes drawn between.
struct RandomInputTests {
  private static func event(_ dice: inout Dice, size: CellSize) -> InputEvent {
    let named: [Key] = [
      .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .tab, .backTab, .enter, .escape, .backspace,
      .delete, .insert, .function(1), .function(12),
    ]
    let modifiers = KeyModifiers(rawValue: dice.next() % 4 == 0 ? UInt8(dice.next() % 8) : 0)
    switch dice.next() % 10 {
    case 0...4: return .typed(Character(Unicode.Scalar(UInt8(32 + dice.next() % 95))))
    case 5, 6: return .key(named[Int(dice.next() % UInt64(named.count))], modifiers)
    case 7, 8:
      let point = CellPoint(
        column: Int(dice.next() % UInt64(size.columns + 20)) - 10,
        row: Int(dice.next() % UInt64(size.rows + 20)) - 10)
      let actions: [MouseEvent.Action] = [.press, .release, .drag, .wheelUp, .wheelDown]
      let action = actions[Int(dice.next() % 5)]
      return .mouse(MouseEvent(point: point, button: .left, action: action, modifiers: modifiers))
    default:
      switch dice.next() % 4 {
      case 0: return .paste("1.5\n猫 \u{7}")
      case 1: return .resumed
      default: return .resized(CellSize(columns: Int(dice.next() % 160), rows: Int(dice.next() % 50)))
      }
    }
  }

  /// Of every kind that panels may get beside the fixture's own.
  private static let models = [
    Fixture.model("plain", labels: ["dog"], mask: false, depth: 2),
    Fixture.model("bare", labels: [], depth: 0),
    Fixture.model("masked", mask: true, depth: 6, kernels: 2), Fixture.state().models.common,
  ]

  @Test(arguments: [1, 2, 3]) func nothingThatIsPressedBreaksIt(seed: UInt64) {
    var dice = Dice(seed)
    var state = Fixture.state()
    for count in 0..<10_000 {
      _ = state.update(.input(Self.event(&dice, size: state.size)))
      if dice.next() % 4 == 0 { _ = state.update(.tick) }
      if dice.next() % 40 == 0 {
        let panel = state.settings.panels[Int(dice.next() % UInt64(state.settings.panels.count))].id
        _ = state.update(.modelOpened(panel: panel, Self.models[Int(dice.next() % 4)]))
      }
      if dice.next() % 400 == 0 { _ = state.update(.models(Fixture.listings(["avatars", "plain"]))) }
      let panel = state.settings.panels[Int(dice.next() % UInt64(state.settings.panels.count))]
      let done = state.runs.arrivedSteps(of: panel, in: state.settings)
      if done < state.settings.plan(of: panel).stepCount {
        _ = state.update(
          .stepped(
            panel: panel.id, plan: state.settings.plan(of: panel), Fixture.step(done, UInt8(count % 256))))
      }
      #expect(state.settings.panels.indices.contains(state.selected))
      #expect(state.controls.contains { $0.id == state.focus })
      #expect(state.runs.cache.byteCount <= state.runs.cache.capacity)
      #expect(state.history.undoStack.count <= 1000 && state.runs.tracks.count <= 12)
      if count % 50 == 0 {
        let buffer = ExplorerView(state, theme: .dark).draw()
        #expect(buffer.size == state.size)
      }
    }
    // No key is stuck: leaving always works.
    #expect(state.update(.input(.interrupt)).contains(.quit(status: 0)))
  }
}
