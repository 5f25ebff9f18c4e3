import Foundation
import Testing

/// Every signal that can be caught and whose default ends a program: the terminal is back and the program is gone.
@Suite(.serialized) struct SignalTests {
  private static let faults = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP]
  /// What a person sends to end a program, and what the explorer then ends with.
  private static let leaving: [(Int32, PseudoTerminal.Exit)] = [
    (SIGTERM, .status(143)), (SIGHUP, .status(129)), (SIGINT, .status(0)), (SIGQUIT, .status(131)),
  ]
  /// 16 is SIGSTKFLT; from 34 on those for real time.
  private static let others = [
    SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGSYS, 16, SIGIO, SIGPWR, 34, 64,
  ]

  private static func check(_ signal: Int32, _ exit: PseudoTerminal.Exit, backtrace: String?) throws {
    let terminal = try PseudoTerminal(
      Program.path, environment: ["SWIFT_BACKTRACE": backtrace, "COLORTERM": "truecolor"])
    #expect(terminal.wait { $0.text.contains("? help") && $0.modes.contains(1002) })
    terminal.signal(signal)
    #expect(terminal.waitForExit(seconds: 90) == exit, "signal \(signal)")
    #expect(terminal.hasModesOfStart, "signal \(signal)")
    #expect(!terminal.screen.isOnAlternateScreen, "signal \(signal)")
    #expect(terminal.screen.isCursorVisible, "signal \(signal)")
    #expect(terminal.screen.modes.isDisjoint(with: [1000, 1002, 1003, 1006, 2004]), "signal \(signal)")
  }

  @Test(arguments: leaving) func whatEndsAProgramOnPurpose(signal: Int32, exit: PseudoTerminal.Exit) throws {
    try Self.check(signal, exit, backtrace: "enable=no")
  }

  @Test(arguments: faults + others) func whatKillsWithoutABacktrace(signal: Int32) throws {
    try Self.check(signal, .signal(signal), backtrace: "enable=no")
  }

  /// Swift's own reporter stands in the way of faults; it is told not to wait for a key.
  @Test(arguments: faults + [SIGXCPU, SIGUSR1]) func whatKillsWithABacktrace(signal: Int32) throws {
    try Self.check(
      signal, .signal(signal), backtrace: "enable=yes,interactive=no,symbolicate=off,threads=crashed")
  }

  @Test(arguments: [SIGHUP, SIGUSR1, SIGXCPU]) func whatWasIgnoredStaysIgnored(signal: Int32) throws {
    let terminal = try PseudoTerminal(
      "/bin/sh", ["-c", "trap '' \(signal); exec \"$0\"", Program.path],
      environment: ["SWIFT_BACKTRACE": "enable=no", "COLORTERM": "truecolor"])
    #expect(terminal.wait { $0.text.contains("? help") })
    terminal.signal(signal)
    terminal.send("?")
    #expect(terminal.wait { $0.text.contains("any key") || $0.text.contains("esc") }, "it goes on")
    terminal.send("\u{03}")
    #expect(terminal.waitForExit() == .status(0))
  }
}
