import Console
import Engines
import Explorer
import Models
import Recipes
import Testing

/// An engine elsewhere on the screen, and asked again.
struct EngineNoteTests {
  private static func state(columns: Int = 160) -> ExplorerState {
    var state = Fixture.state(columns: columns, rows: 40)
    state.engine = EngineNote(EngineTraffic("ssh gpu 'my engine'"))
    return state
  }

  private static func report(isLost: Bool = false) -> EngineTraffic.Report {
    var report = EngineTraffic.Report()
    (report.device, report.there, report.onTheWay) = ("gpu, H100", 12.4, 3)
    (report.bytesSent, report.bytesReceived, report.evaluations) = (1_500_000, 500_000, 4)
    report.isLost = isLost
    return report
  }

  @Test func theTitleSaysWhereAndWhatTheLineCosts() {
    var state = Self.state()
    #expect(state.update(.engine(Self.report())).isEmpty)
    #expect(state.lines[0].contains("avatars · bf16 · at gpu, H100 · "))
    #expect(state.lines[0].contains("12.4 ms there, 3.0 on the way, 2.0 MB"), "\(state.lines[0])")
    _ = state.update(.engine(Self.report(isLost: true)))
    #expect(state.lines[0].contains("engine lost, ^E asks again"))
    var narrow = Self.state(columns: 80)
    _ = narrow.update(.engine(Self.report()))
    #expect(narrow.lines[0].contains("at gpu, H100"))
    #expect(!Fixture.state(columns: 160, rows: 40).lines[0].contains(" at "))
  }

  @Test func askingAgainWantsWhatIsMissing() {
    var state = Self.state()
    let wanted = state.begin()
    _ = state.update(.stopped("engine 'ssh gpu' ended"))
    #expect(state.failure != nil)
    let again = state.update(.input(.key(.character("e"), .control)))
    #expect(again == wanted && state.failure == nil)
    var local = Fixture.state()
    _ = local.begin()
    #expect(local.update(.input(.key(.character("e"), .control))).isEmpty)
    #expect(local.message?.text.contains("--engine") == true)
  }

  @Test func aCopiedCommandNamesTheEngine() {
    var state = Self.state()
    let effects = state.press("y")
    guard case .copy(let line)? = effects.first else {
      Issue.record("nothing was copied")
      return
    }
    #expect(line.hasSuffix(#" --engine 'ssh gpu '\''my engine'\'''"#), "\(line)")
  }

  @Test func modelsOfThisMachineAreNotOfferedForAnotherOne() {
    var state = Self.state()
    _ = state.press("C")
    _ = state.update(.models(Fixture.listings(["digits"])))
    #expect(!state.lines.joined().contains("digits"))
    #expect(state.lines.joined().contains("avatars"))
  }
}
