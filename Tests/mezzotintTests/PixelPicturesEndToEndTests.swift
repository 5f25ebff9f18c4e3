import Foundation
import TestSupport
import Testing

/// The real binary on terminals that show pixels: what is sent, and that nothing of it is left on any way out.
@Suite(.serialized) struct PixelPicturesEndToEndTests {
  private static func start(
    _ persona: TerminalPersona, _ arguments: [String] = [], in folder: TemporaryFolder
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      Program.path, ["explore", "digits", "--steps", "2"] + arguments, columns: 120, rows: 40,
      environment: [
        "COLORTERM": "truecolor", "SWIFT_BACKTRACE": "enable=no", "TMUX": nil, "NO_COLOR": nil,
        "XDG_CONFIG_HOME": folder.path("config"),
      ], persona: persona)
    #expect(terminal.wait { $0.text.contains("■ 2/2") }, "\(terminal.screen.text)")
    terminal.settle(quietMilliseconds: 400)
    return terminal
  }

  private static func text(_ terminal: PseudoTerminal) -> String {
    String(decoding: terminal.output, as: UTF8.self)
  }

  /// Numbers of pictures that the terminal has at the end.
  private static func kept(in output: String) -> Set<Substring> {
    output.matches(of: /\u{1B}_G(a=[tTd])[^\u{1B};]*?\bi=(\d+)/).reduce(into: []) { kept, match in
      // The trial of the questions is another matter.
      if match.output.2 == "31" || match.output.2 == "32" { return }
      if match.output.1 == "a=d" { kept.remove(match.output.2) } else { kept.insert(match.output.2) }
    }
  }

  static let marks: [(TerminalPersona, String)] = [
    (.kitty, "\u{1B}_Ga=T,U=1,c="), (.konsole, "\u{1B}_Ga=p,"), (.foot, "\u{1B}P0;1;0q"),
    (.xterm, "\u{1B}P0;1;0q"),
  ]

  @Test(arguments: marks) func eachTerminalGetsWhatItSaysItCan(persona: TerminalPersona, mark: String) throws
  {
    let folder = try TemporaryFolder()
    let terminal = try Self.start(persona, in: folder)
    let sent = Self.text(terminal)
    #expect(sent.contains(mark))
    for (_, other) in Self.marks where other != mark { #expect(!sent.contains(other)) }
    #expect(terminal.screen.unknown == [])
    // What did not change is not sent: a key that moves the cursor alone.
    let before = terminal.output.count
    terminal.send("\u{1B}[B")
    terminal.settle(quietMilliseconds: 400)
    #expect((1..<4000).contains(terminal.output.count - before))
    // T goes back to blocks, and takes the pixels away.
    terminal.send("T")
    #expect(terminal.wait { $0.text.contains("▀▀▀") })
    #expect(Self.kept(in: Self.text(terminal)).isEmpty)
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
  }

  @Test func aTerminalThatSaysNothingGetsBlocksUnlessItIsInsistedOn() throws {
    let folder = try TemporaryFolder()
    let plain = try Self.start(.plain, in: folder)
    #expect(!Self.text(plain).contains("\u{1B}P0;1;0q") && plain.screen.text.contains("▀▀▀"))
    plain.send("q")
    #expect(plain.waitForExit() == .status(0))
    let sixel = try Self.start(.plain, ["--pictures", "sixel"], in: folder)
    #expect(Self.text(sixel).contains("\u{1B}P0;1;0q"))
    sixel.send("q")
    #expect(sixel.waitForExit() == .status(0))
  }

  /// What was written, in lines that scroll by.
  @Test(
    arguments: [
      ["sample", "digits"], ["compare", "digits"], ["sweep", "digits", "--x", "seed=0,1"],
    ], [(TerminalPersona.foot, "\u{1B}P0;1;0q"), (.plain, "▀")])
  func commandsShowWhatTheyWrote(command: [String], way: (TerminalPersona, String)) throws {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(
      Program.path, command + ["--steps", "2", "-o", folder.path("a.png"), "--show"], columns: 100, rows: 40,
      environment: ["COLORTERM": "truecolor", "TMUX": nil, "NO_COLOR": nil], persona: way.0)
    #expect(terminal.waitForExit() == .status(0))
    #expect(Self.text(terminal).contains(way.1))
    #expect(terminal.hasModesOfStart && terminal.screen.unknown == [])
    #expect(FileManager.default.fileExists(atPath: folder.path("a.png")))
    let nowhere = try Program.run(command + ["--steps", "2", "-o", folder.path("b.png"), "--show"])
    #expect(nowhere.status != 0 && nowhere.errors.contains("--show: expected a terminal"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("b.png")))
  }

  @Test(arguments: [TerminalPersona.kitty, .konsole], ["q", "\u{03}", "TERM", "SEGV", "ABRT"])
  func noPictureIsLeftOnAnyWayOut(persona: TerminalPersona, way: String) throws {
    let folder = try TemporaryFolder()
    let terminal = try Self.start(persona, in: folder)
    #expect(Self.kept(in: Self.text(terminal)).count >= 3, "a picture for each panel")
    switch way {
    case "TERM": terminal.signal(SIGTERM)
    case "SEGV": terminal.signal(SIGSEGV)
    case "ABRT": terminal.signal(SIGABRT)
    default: terminal.send(way)
    }
    #expect(terminal.waitForExit(seconds: 90) != nil)
    #expect(Self.kept(in: Self.text(terminal)).isEmpty)
    #expect(terminal.hasModesOfStart)
    #expect(!terminal.screen.isOnAlternateScreen)
  }

  @Test(arguments: [TerminalPersona.kitty, .konsole, .foot]) func anotherSizeSendsThemAgain(
    persona: TerminalPersona
  ) throws {
    let folder = try TemporaryFolder()
    let terminal = try Self.start(persona, in: folder)
    let before = terminal.output.count
    terminal.resize(columns: 100, rows: 36)
    let beginnings = ["\u{1B}_Ga=t,", "\u{1B}_Ga=T,", "\u{1B}P0;1;0q"]
    #expect(
      terminal.wait { _ in
        let sent = String(decoding: terminal.output[before...], as: UTF8.self)
        return beginnings.contains { sent.contains($0) }
      })
    terminal.settle(quietMilliseconds: 400)
    #expect(terminal.screen.unknown == [])
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
    #expect(Self.kept(in: Self.text(terminal)).isEmpty)
  }
}
