import Foundation
import TestSupport
import Testing

/// The real binary asks the terminal what it can: whatever is answered, and whenever, is seen by nobody.
@Suite(.serialized) struct TerminalAnswersTests {
  static let personas: [TerminalPersona] = [.kitty, .konsole, .foot, .xterm, .plain]

  /// After the program the shell reads what is left to be typed.
  private static func start(_ persona: TerminalPersona?, in folder: TemporaryFolder) throws -> PseudoTerminal
  {
    let script = """
      cd \(folder.url.path)
      \(Program.path) explore digits --steps 2 --pictures half
      stty -icanon -echo min 0 time 3
      echo "left:$(dd bs=100 count=1 2>/dev/null | od -An -c)."
      """
    return try PseudoTerminal(
      "/bin/sh", ["-c", script], columns: 120, rows: 40,
      environment: [
        "COLORTERM": "truecolor", "SWIFT_BACKTRACE": "enable=no", "TMUX": nil, "NO_COLOR": nil,
        "XDG_CONFIG_HOME": folder.path("config"),
      ], persona: persona)
  }

  /// What the screen says where nobody answers.
  private static func silentScreen(in folder: TemporaryFolder) throws -> String {
    let terminal = try start(nil, in: folder)
    defer { terminal.send("q") }
    try #require(terminal.wait { $0.text.contains("■ 2/2") }, "\(terminal.screen.text)")
    terminal.settle()
    return text(terminal)
  }

  /// What the screen says but for how long steps took.
  private static func text(_ terminal: PseudoTerminal) -> String {
    terminal.screen.text.replacing(#/[0-9.]+ ms\ */#, with: "")
  }

  private static func leave(_ terminal: PseudoTerminal) {
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
    #expect(terminal.screen.text.contains("left:."), "\(terminal.screen.text)")
  }

  @Test(arguments: personas) func answersAreNeitherSeenNorTyped(persona: TerminalPersona) throws {
    let folder = try TemporaryFolder()
    let silent = try Self.silentScreen(in: folder)
    let terminal = try Self.start(persona, in: folder)
    #expect(terminal.wait { $0.text.contains("■ 2/2") })
    terminal.settle()
    #expect(Self.text(terminal) == silent)
    #expect(terminal.answers.contains("c"), "it was asked")
    #expect(terminal.screen.unknown == [])
    Self.leave(terminal)
  }

  @Test(arguments: personas, [1, 3, 400]) func lateAnswersAreNot(persona: TerminalPersona, size: Int) throws {
    let folder = try TemporaryFolder()
    let silent = try Self.silentScreen(in: folder)
    let terminal = try Self.start(persona, in: folder)
    terminal.answersAtOnce = false
    #expect(terminal.wait { $0.text.contains("■ 2/2") })
    var said = 0
    // The first round, and the second one that it leads to.
    for _ in 0..<2 {
      terminal.settle()
      var rest = terminal.answers.utf8.dropFirst(said)
      said = terminal.answers.utf8.count
      while !rest.isEmpty {
        terminal.send(String(decoding: rest.prefix(size), as: UTF8.self))
        rest = rest.dropFirst(size)
      }
    }
    terminal.settle()
    #expect(Self.text(terminal) == silent)
    Self.leave(terminal)
  }

  @Test(
    arguments: [
      "␛P>|kitty(0.41.1)␛[?62;c", "␛[6;;9t␛[?62;4c", "␛_Gi=31;OK\u{7}␛[?c␛[?62;c", "␛P1$r\u{18}␛[?;;;c",
      "␛[?1;0;99999999999999999999S␛[?6c",
    ])
  func garbledAnswersAreNot(text: String) throws {
    let folder = try TemporaryFolder()
    let silent = try Self.silentScreen(in: folder)
    let answer = text.replacing("␛", with: "\u{1B}")
    let terminal = try Self.start(TerminalPersona("", [TerminalPersona.Reply("␛[c", answer)]), in: folder)
    #expect(terminal.wait { $0.text.contains("■ 2/2") })
    terminal.settle()
    #expect(Self.text(terminal) == silent)
    Self.leave(terminal)
  }

  @Test func whoeverLeavesAtOnceLeavesNoAnswerToTheShell() throws {
    let folder = try TemporaryFolder()
    let terminal = try Self.start(.kitty, in: folder)
    terminal.answersAtOnce = false
    #expect(terminal.wait { $0.isOnAlternateScreen && !$0.modes.isDisjoint(with: [1002]) })
    terminal.send("q")
    terminal.settle(quietMilliseconds: 20)
    terminal.send(terminal.answers)
    #expect(terminal.waitForExit() == .status(0))
    #expect(terminal.screen.text.contains("left:."), "\(terminal.screen.text)")
  }
}
