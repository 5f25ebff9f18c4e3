import Foundation
import TestSupport
import Testing

/// Terminals that answer late and lines that tear what is sent.
@Suite(.serialized) struct TerminalFaultTests {
  /// In a folder of its own: some keys save.
  private static func start(in folder: TemporaryFolder) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      "/bin/sh", ["-c", "cd \(folder.url.path) && exec \(Program.path) explore digits --steps 2"],
      columns: 120,
      rows: 40,
      environment: [
        "COLORTERM": "truecolor", "SWIFT_BACKTRACE": "enable=no", "TMUX": nil,
        "XDG_CONFIG_HOME": folder.path("config"),
      ])
    #expect(terminal.wait { $0.text.contains("■ 2/2") }, "\(terminal.screen.text)")
    terminal.settle()
    return terminal
  }

  /// Byte by byte with a gap between them, which is what is tested.
  private static func drip(_ text: String, to terminal: PseudoTerminal, gap: Int32) {
    for byte in text.utf8 {
      terminal.send(String(UnicodeScalar(byte)))
      poll(nil, 0, gap)
    }
  }

  @Test(arguments: [0, 30, 60, 100] as [Int32]) func anArrowThatIsTornOpensNoMenu(gap: Int32) throws {
    let folder = try TemporaryFolder()
    let terminal = try Self.start(in: folder)
    let before = terminal.screen.text
    // Shift and right: b goes from 1.30 to 1.40 in Model 2.
    Self.drip("2", to: terminal, gap: 1)
    Self.drip("\u{1B}[1;2C", to: terminal, gap: gap)
    #expect(terminal.wait { $0.text.contains("b 1.40") }, "\(terminal.screen.text)")
    Self.drip("\u{1B}[1;2D", to: terminal, gap: gap)
    #expect(
      terminal.wait { $0.text.contains("b 1.30") && !$0.text.contains("b 1.40") }, "\(terminal.screen.text)")
    #expect(before.contains("? help"))
    // Esc is a key still, and soon.
    terminal.send("?")
    #expect(terminal.wait { $0.text != before })
    terminal.send("\u{1B}")
    #expect(terminal.wait { $0.text.contains("? help") && !$0.text.contains("esc closes") })
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
  }

  @Test func answersThatComeLateMeanNothing() throws {
    let folder = try TemporaryFolder()
    let terminal = try Self.start(in: folder)
    let before = terminal.screen.text
    for answer in [
      "\u{1B}[?62;22c", "\u{1B}P1$r0;48:2::1:2:3m\u{1B}\\", "\u{1B}]11;rgb:0000/0000/0000\u{07}",
      "\u{1B}[24;80R",
    ] {
      terminal.send(answer)
      Self.drip(answer, to: terminal, gap: 5)
    }
    terminal.settle()
    #expect(terminal.screen.text == before)
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
  }

  @Test func bytesThatAreNoTextDoNothingForGood() throws {
    let folder = try TemporaryFolder()
    let terminal = try Self.start(in: folder)
    var state: UInt64 = 7
    for _ in 0..<40 {
      state = state &* 6_364_136_223_846_793_005 &+ 1
      // Of everything but what leaves or stops.
      let byte = UInt8(truncatingIfNeeded: state >> 33)
      if [3, 26, 28, UInt8(ascii: "q")].contains(byte) { continue }
      Self.drip(String(UnicodeScalar(byte)), to: terminal, gap: 2)
    }
    terminal.send("\u{1B}")
    terminal.settle()
    terminal.send("\u{03}")
    #expect(terminal.waitForExit() == .status(0))
    #expect(terminal.hasModesOfStart)
  }
}
