import Foundation
import Glibc

/// Runs a program in a pseudo-terminal with a screen behind it, as a person would run it.
///
/// Every wait has a limit, so that a program that hangs makes a test fail and not the whole run hang.
final class PseudoTerminal {
  enum Failure: Error, CustomStringConvertible {
    case cannotOpen(errno: Int32)
    case cannotStart(path: String, errno: Int32)

    var description: String {
      switch self {
      case .cannotOpen(let code): "no pseudo-terminal: \(String(cString: strerror(code)))"
      case .cannotStart(let path, let code): "cannot run \(path): \(String(cString: strerror(code)))"
      }
    }
  }

  /// How a program ended.
  enum Exit: Hashable {
    case status(Int32)
    case signal(Int32)
  }

  private(set) var screen: ScreenModel
  /// Everything that the program wrote.
  private(set) var output: [UInt8] = []
  let process: pid_t
  private(set) var exit: Exit?

  /// -1 once the terminal has vanished.
  private var master: Int32
  /// Kept open, so that the modes can be read after the program is gone.
  private var slave: Int32
  private let modesBefore: termios
  /// Says what the terminal says of itself; nil: nothing.
  private var listener: TerminalPersona.Listener?
  /// What it said, so that a test can say it later, or otherwise.
  private(set) var answers = ""
  /// False: what is to be said is kept in `answers`.
  var answersAtOnce = true

  /// - Parameters:
  ///   - program: the path of the program.
  ///   - persona: answers questions; nil: nobody does.
  ///   - environment: beside PATH, HOME, LANG=C.UTF-8 and TERM=xterm-256color; nil takes a variable away.
  init(
    _ program: String, _ arguments: [String] = [], columns: Int = 80, rows: Int = 24,
    environment: [String: String?] = [:], persona: TerminalPersona? = nil
  ) throws {
    listener = persona.map(TerminalPersona.Listener.init)
    screen = ScreenModel(columns: columns, rows: rows)
    var (master, slave): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    var name = [CChar](repeating: 0, count: 128)
    guard openpty(&master, &slave, &name, nil, &size) == 0 else { throw Failure.cannotOpen(errno: errno) }
    (self.master, self.slave) = (master, slave)
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    var modes = termios()
    tcgetattr(slave, &modes)
    modesBefore = modes

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that a session's leader opens becomes its controlling terminal.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID, which Glibc's module does not show, and no signal blocked or ignored.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(0x80 | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)))

    var variables: [String: String?] = [
      "PATH": ProcessInfo.processInfo.environment["PATH"], "HOME": NSHomeDirectory(), "LANG": "C.UTF-8",
      "TERM": "xterm-256color",
    ]
    variables.merge(environment) { _, new in new }
    let environmentList = variables.compactMap { key, value in value.map { "\(key)=\($0)" } }
    var child: pid_t = 0
    let status = Self.withCStrings([program] + arguments) { argv in
      Self.withCStrings(environmentList) { envp in
        posix_spawn(&child, program, &actions, &attributes, argv, envp)
      }
    }
    process = child
    guard status == 0 else {
      close(master)
      close(slave)
      throw Failure.cannotStart(path: program, errno: status)
    }
  }

  deinit {
    if exit == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    if master >= 0 { close(master) }
    if slave >= 0 { close(slave) }
  }

  // MARK: What a person does

  /// Types, pastes, or sends what a terminal would send.
  func send(_ text: String) {
    var bytes = Array(text.utf8)[...]
    let deadline = ContinuousClock.now + .seconds(10)
    while !bytes.isEmpty, ContinuousClock.now < deadline {
      let count = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      if count > 0 { bytes = bytes.dropFirst(count) } else { pump(milliseconds: 10) }
    }
  }

  /// A mouse report in SGR form.
  /// - Parameters:
  ///   - button: 0 left, 32 left while moving, 64 and 65 the wheel.
  ///   - column, row: from 0.
  func sendMouse(_ button: Int, column: Int, row: Int, isRelease: Bool = false) {
    send("\u{1B}[<\(button);\(column + 1);\(row + 1)\(isRelease ? "m" : "M")")
  }

  /// The kernel sends SIGWINCH.
  func resize(columns: Int, rows: Int) {
    screen.resize(columns: columns, rows: rows)
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  func signal(_ number: Int32) { kill(process, number) }

  /// The terminal is closed from outside, as when its window is.
  func vanish() {
    close(master)
    close(slave)
    (master, slave) = (-1, -1)
  }

  // MARK: What a person sees

  /// Reads what the program writes until the screen is as it should be. It is looked at between frames alone:
  /// half a frame would show new text beside old.
  /// - Returns: false where it was not within `seconds`, or the program ended before.
  func wait(seconds: Double = 120, until isMet: (ScreenModel) -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while screen.modes.contains(2026) || !isMet(screen) {
      let isOver = ContinuousClock.now > deadline || hasEnded()
      pump(milliseconds: isOver ? 0 : 20)
      if isOver { return isMet(screen) }
    }
    return true
  }

  /// Reads until nothing has come for a while: the screen is at rest.
  func settle(quietMilliseconds: Int32 = 150, seconds: Double = 10) {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while pump(milliseconds: quietMilliseconds), ContinuousClock.now < deadline {}
  }

  /// Reads no more than this, as a slow line does.
  /// - Returns: the bytes that came; 0 where nothing did for a second.
  func read(atMost most: Int) -> Int {
    let before = output.count
    pump(milliseconds: 1000, atMost: most)
    return output.count - before
  }

  /// Reads nothing until the terminal takes no more, so that whoever writes has to wait.
  /// - Returns: false where there was room for all `seconds`.
  func waitUntilLineIsFull(seconds: Double = 120) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      var descriptor = pollfd(fd: slave, events: Int16(POLLOUT), revents: 0)
      if poll(&descriptor, 1, 0) == 0 { return true }
      // Looks again in a moment: the kernel tells of room, not of its lack.
      poll(nil, 0, 10)
    }
    return false
  }

  /// Waits for the program's end; nil where it did not come within `seconds`.
  func waitForExit(seconds: Double = 120) -> Exit? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !hasEnded(), ContinuousClock.now < deadline { pump(milliseconds: 10) }
    while pump(milliseconds: 0) {}
    return exit
  }

  /// Whether the program is stopped now, as ^Z does; waits up to `seconds` for it.
  func isStopped(seconds: Double = 10) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
      if stat.split(separator: ")").last?.split(separator: " ").first == "T" { return true }
      pump(milliseconds: 10)
    }
    return false
  }

  /// Whether the terminal's modes are those that it had at the start.
  var hasModesOfStart: Bool {
    var now = termios()
    guard tcgetattr(slave, &now) == 0 else { return false }
    let before = modesBefore
    return now.c_iflag == before.c_iflag && now.c_oflag == before.c_oflag && now.c_cflag == before.c_cflag
      && now.c_lflag == before.c_lflag
      && withUnsafeBytes(of: now.c_cc) { now in
        withUnsafeBytes(of: before.c_cc) { before in now.elementsEqual(before) }
      }
  }

  // MARK: Reading

  /// - Returns: whether anything came.
  @discardableResult
  private func pump(milliseconds: Int32, atMost most: Int = 1 << 16) -> Bool {
    guard master >= 0 else {
      poll(nil, 0, milliseconds)
      return false
    }
    var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, milliseconds) > 0 else { return false }
    var bytes = [UInt8](repeating: 0, count: most)
    let count = Glibc.read(master, &bytes, bytes.count)
    guard count > 0 else { return false }
    output += bytes[..<count]
    screen.feed(bytes[..<count])
    if let said = listener?.answers(to: bytes[..<count]), !said.isEmpty {
      answers += said
      if answersAtOnce { send(said) }
    }
    return true
  }

  private func hasEnded() -> Bool {
    if exit != nil { return true }
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return false }
    exit = status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
    return true
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
  }
}
