import Glibc
import Testing

/// The tools that the tests of the whole program stand on, tried on a shell.
@Suite(.serialized) struct PseudoTerminalTests {
  private func shell(_ script: String, columns: Int = 40, rows: Int = 6) throws -> PseudoTerminal {
    try PseudoTerminal("/bin/sh", ["-c", script], columns: columns, rows: rows)
  }

  @Test func colorsAndPlacesArriveOnTheScreen() throws {
    let terminal = try shell(
      #"printf '\033[2J\033[2;5H\033[38;2;1;2;3m\033[48;2;4;5;6m▀\033[0m\033[3;1H\033[1;38;5;196mred\033[m'"#)
    #expect(terminal.waitForExit() == .status(0))
    #expect(terminal.screen.lines[1] == "    ▀")
    let pixels = try #require(terminal.screen.pixels(column: 4, row: 1))
    #expect(pixels.upper == ScreenModel.Color(red: 1, green: 2, blue: 3))
    #expect(pixels.lower == ScreenModel.Color(red: 4, green: 5, blue: 6))
    #expect(terminal.screen[0, 2].pen.foreground == ScreenModel.Color(red: 255, green: 0, blue: 0))
    #expect(terminal.screen[0, 2].pen.isBold)
    #expect(terminal.screen.unknown == [])
  }

  @Test func theProgramHasAControllingTerminalOfTheRightSize() throws {
    let terminal = try shell(
      "stty size < /dev/tty; test -t 0 -a -t 1 -a -t 2 && echo yes", columns: 33, rows: 7)
    #expect(terminal.waitForExit() == .status(0))
    #expect(terminal.screen.lines.prefix(2) == ["7 33", "yes"])
  }

  @Test func keysAreReadAndModesAreComparedWithTheStart() throws {
    let terminal = try shell("stty raw -echo; echo ready; dd bs=1 count=1 2>/dev/null; sleep 60")
    #expect(terminal.wait { $0.text.contains("ready") })
    #expect(!terminal.hasModesOfStart)
    terminal.send("k")
    #expect(terminal.wait { $0.text.contains("k") })
    terminal.signal(SIGKILL)
    #expect(terminal.waitForExit() == .signal(SIGKILL))
  }

  @Test func modesThatAreGivenBackAreEqual() throws {
    let terminal = try shell("old=$(stty -g); stty raw -echo; stty $old; exit 3")
    #expect(terminal.waitForExit() == .status(3))
    #expect(terminal.hasModesOfStart)
  }

  @Test func aResizeReachesTheProgramAndTheScreen() throws {
    let terminal = try shell("trap 'stty size' WINCH; echo ready; while :; do sleep 0.1; done")
    #expect(terminal.wait { $0.text.contains("ready") })
    terminal.resize(columns: 50, rows: 9)
    #expect(terminal.wait { $0.text.contains("9 50") })
    #expect(terminal.screen.columns == 50)
  }

  @Test func aVanishedTerminalHangsTheProgramUp() throws {
    let terminal = try shell("echo ready; sleep 60")
    #expect(terminal.wait { $0.text.contains("ready") })
    terminal.vanish()
    #expect(terminal.waitForExit() == .signal(SIGHUP))
  }

  @Test func theAlternateScreenGivesTheMainOneBack() {
    var screen = ScreenModel(columns: 10, rows: 3)
    screen.feed("main\r\nx\u{1B}[?1049h\u{1B}[?25l\u{1B}[Hother\u{1B}[?1002h".utf8)
    #expect(screen.lines == ["other", "", ""])
    #expect(screen.isOnAlternateScreen && !screen.isCursorVisible && screen.modes.contains(1002))
    screen.feed("\u{1B}[?1002l\u{1B}[?25h\u{1B}[?1049l!".utf8)
    #expect(screen.lines == ["main", "x!", ""])
    #expect(!screen.isOnAlternateScreen && screen.isCursorVisible)
    #expect(screen.unknown == [])
  }

  @Test func erasingRepeatingAndScrollingFollowTheStandard() {
    var screen = ScreenModel(columns: 8, rows: 4)
    screen.feed("a\u{1B}[3b\u{1B}[2;1Hbbbb\u{1B}[2D\u{1B}[K\u{1B}[3;1Hcccc\u{1B}[3;2H\u{1B}[2X\u{1B}[P".utf8)
    #expect(screen.lines == ["aaaa", "bb", "c c", ""])
    // Rows 2 and 3 scroll, and what comes in has the pen's background.
    screen.feed("\u{1B}[2;3r\u{1B}[44m\u{1B}[3;1H\n\u{1B}[r".utf8)
    #expect(screen.lines == ["aaaa", "c c", "", ""])
    #expect(screen[0, 2].pen.background == ColorCodes.palette(4))
    screen.feed("\u{1B}[m\u{1B}[1;8Hxy\u{1B}(0q\u{1B}(B".utf8)
    #expect(screen.lines == ["aaaa   x", "y─c", "", ""])
  }

  @Test func wideCharactersTakeTwoCells() {
    var screen = ScreenModel(columns: 5, rows: 2)
    screen.feed("日本語e\u{301}".utf8)
    #expect(screen.lines == ["日本", "語e\u{301}"])
    #expect(screen[1, 0].glyph == "")
  }
}
