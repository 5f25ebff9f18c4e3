import Foundation
import TestSupport
import Testing

/// `mezzotint tour` in a real pseudo-terminal, by keys alone.
struct TourEndToEndTests {
  private static let environment: [String: String?] = [
    "COLORTERM": "truecolor", "NO_COLOR": nil, "TMUX": nil, "SWIFT_BACKTRACE": "enable=no",
  ]

  @Test func fromTheFirstStopToTheLastAndOut() throws {
    let terminal = try PseudoTerminal(
      Program.path, ["tour"], columns: 80, rows: 24, environment: Self.environment)
    let titles = [
      "One noise", "b, the backbone", "When b acts", "s, the skips", "What s takes", "The mask",
      "How far σ reaches", "Every head", "Every layer", "Branches",
    ]
    for (place, title) in titles.enumerated() {
      let isThere = terminal.wait { $0.text.contains("\(place + 1) of 10: \(title)") }
      #expect(isThere, "\(title):\n\(terminal.screen.text)")
      if place == 1 {
        terminal.send("\u{1b}[C")
        #expect(terminal.wait { $0.text.contains("1.62") }, "a knob is turned:\n\(terminal.screen.text)")
        terminal.send("\u{7f}")
        #expect(terminal.wait { $0.text.contains("1 of 10") })
        terminal.send("\r")
        #expect(terminal.wait { $0.text.contains("2 of 10") })
      }
      if place == 5 { #expect(terminal.wait(seconds: 120) { $0.text.contains("M(d)") }) }
      if place == 7 { #expect(terminal.wait(seconds: 120) { $0.text.contains("4 without M") }) }
      if place == 8 { #expect(terminal.wait(seconds: 120) { $0.text.contains("entropy: nats") }) }
      terminal.send("\r")
    }
    #expect(terminal.wait { $0.text.contains("that was the tour") && $0.text.contains("Model 3") })
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
    #expect(terminal.screen.unknown.isEmpty)
  }
}
