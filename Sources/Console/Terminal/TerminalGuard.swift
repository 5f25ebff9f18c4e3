import Foundation

/// Gives the terminal back on every way out of the program, and turns signals into bytes in a pipe.
///
/// The terminal, the signal handlers and file descriptor 2 belong to the process, so this does too. What a
/// handler touches is plain memory, allocated before the first handler is installed; a handler calls nothing
/// but async-signal-safe functions.
enum TerminalGuard {
  private struct State {
    /// 1 while the screen is up.
    var isActive: Int32 = 0
    var signalPipe: Int32 = -1
    /// Signals to leave that nobody has read yet.
    var unreadLeaves: Int32 = 0
    /// The place of the bytes that take pictures away.
    var removal = 0
    var terminalModes = termios()
    var realErrors: Int32 = -1
    var parkedErrors: Int32 = -1
  }

  nonisolated(unsafe) private static let state: UnsafeMutablePointer<State> = allocate(State(), 1)
  nonisolated(unsafe) private static let oldActions: UnsafeMutablePointer<sigaction> =
    allocate(sigaction(), 65)
  nonisolated(unsafe) private static let scratch: UnsafeMutablePointer<UInt8> = allocate(0, 4096)
  nonisolated(unsafe) private static let restoreBytes: UnsafeMutablePointer<UInt8> =
    allocate(0, restoreSequence.utf8.count)
  private static let restoreCount = restoreSequence.utf8.count

  /// Bytes that take pictures away, in one of two places, so that a handler never finds them half written.
  private struct Removal {
    var bytes: UnsafeMutablePointer<UInt8>
    var count = 0
  }
  private static let mostRemoval = 1 << 14
  nonisolated(unsafe) private static let removals: UnsafeMutablePointer<Removal> = {
    let places = allocate(Removal(bytes: allocate(0, mostRemoval)), 2)
    places[1].bytes = allocate(0, mostRemoval)
    return places
  }()

  /// What is sent before all else on every way out: the pictures that stand beside the cells, and their data, go.
  static func prepareRemoval(_ bytes: [UInt8]) {
    let other = 1 - state.pointee.removal
    if bytes.count == removals[state.pointee.removal].count, bytes.isEmpty || bytes == prepared { return }
    guard bytes.count <= mostRemoval else { return }
    prepared = bytes
    for (index, byte) in bytes.enumerated() { removals[other].bytes[index] = byte }
    removals[other].count = bytes.count
    state.pointee.removal = other
  }
  nonisolated(unsafe) private static var prepared: [UInt8] = []

  /// Cancels a sequence cut in half (not all terminals let CAN end a string); then the update bracket, the mouse, pasting, colours, scroll region,
  /// character set, wrapping, cursor and keypad as a shell expects them, and the main screen.
  private static let cancel: StaticString = "\u{18}\u{1B}\\"
  private static let restoreSequence =
    "\u{1B}[?2026l\u{1B}[?1006l\u{1B}[?1003l\u{1B}[?1002l\u{1B}[?1000l\u{1B}[?2004l\u{1B}[0m\u{1B}(B"
    + "\u{1B}[r\u{1B}[?7h\u{1B}[?25h\u{1B}[?1l\u{1B}>\u{1B}[?1049l\r\n"

  private static let crashes: [Int32] = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP]
  private static let noted: [Int32] = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT]
  /// The others that can be caught and whose default is to end the program.
  private static let fatal = FatalSignals.others

  /// Remembers the terminal's modes and installs the handlers; call it before ncurses, which then leaves the
  /// signals alone.
  /// - Parameter signalPipe: gets one byte, its number, for each signal that is no crash.
  static func install(signalPipe: Int32) {
    _ = (oldActions, scratch, restoreCount, removals)
    prepareRemoval([])
    for (index, byte) in restoreSequence.utf8.enumerated() { restoreBytes[index] = byte }
    state.pointee.signalPipe = signalPipe
    tcgetattr(STDIN_FILENO, &state.pointee.terminalModes)
    giveHandlersAStack()

    for signal in noted {
      var action = sigaction()
      action.setHandler { TerminalGuard.note($0) }
      action.sa_flags = SA_RESTART
      install(action, for: signal)
    }
    for signal in fatal {
      var action = sigaction()
      action.setHandler { TerminalGuard.end($0) }
      action.sa_flags = Int32(SA_ONSTACK)
      install(action, for: signal)
    }
    for signal in crashes {
      var action = sigaction()
      action.setHandler { signal, info, _ in TerminalGuard.crash(signal, info) }
      action.sa_flags = Int32(SA_SIGINFO) | Int32(SA_ONSTACK)
      sigaction(signal, &action, oldActions + Int(signal))
    }
    // A vanished terminal is noticed in the loop.
    var ignore = sigaction()
    ignore.setHandler(SIG_IGN)
    sigaction(SIGPIPE, &ignore, oldActions + Int(SIGPIPE))
    atexit { TerminalGuard.restoreNow() }
  }

  /// The screen goes up: from here on it is given back whatever happens.
  static func screenGoesUp() {
    state.pointee.isActive = 1
    parkErrors()
  }

  /// The screen is down, by ncurses' own doing; also sets the modes found at the start.
  static func screenIsDown() {
    state.pointee.isActive = 0
    tcsetattr(STDIN_FILENO, TCSANOW, &state.pointee.terminalModes)
    replayErrors()
  }

  /// What whoever started the program had ignored, as nohup does, stays ignored.
  private static func install(_ action: sigaction, for signal: Int32) {
    sigaction(signal, nil, oldActions + Int(signal))
    if oldActions[Int(signal)].isIgnored { return }
    var action = action
    sigaction(signal, &action, nil)
  }

  /// Puts the handlers back that were there before.
  static func uninstall() {
    for signal in noted + fatal + crashes + [SIGPIPE] { sigaction(signal, oldActions + Int(signal), nil) }
    state.pointee.signalPipe = -1
  }

  /// The numbers read from the pipe have been seen.
  static func leavesWereRead() { state.pointee.unreadLeaves = 0 }

  /// Stops the job, as ^Z does in a terminal's line mode, and returns when it goes on.
  /// The screen must be down.
  static func suspendJob() {
    var plain = sigaction()
    plain.setHandler(SIG_DFL)
    var ours = sigaction()
    sigaction(SIGTSTP, &plain, &ours)
    kill(0, SIGTSTP)
    sigaction(SIGTSTP, &ours, nil)
    tcgetattr(STDIN_FILENO, &state.pointee.terminalModes)
  }

  // MARK: In signal handlers

  private static func note(_ signal: Int32) {
    let savedError = errno
    if signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT {
      state.pointee.unreadLeaves += 1
      // The loop is stuck: whoever asks a third time means it.
      if state.pointee.unreadLeaves >= 3 {
        restoreNow()
        _exit(128 + signal)
      }
    }
    var byte = UInt8(truncatingIfNeeded: signal)
    _ = write(state.pointee.signalPipe, &byte, 1)
    errno = savedError
  }

  private static func end(_ signal: Int32) {
    restoreNow()
    sigaction(signal, oldActions + Int(signal), nil)
    strike(signal)
    dieOf(signal)
  }

  private static func crash(_ signal: Int32, _ info: UnsafeMutablePointer<siginfo_t>?) {
    restoreNow()
    sigaction(signal, oldActions + Int(signal), nil)
    // A real fault happens again when the handler returns, and whoever was there before (Swift's backtrace,
    // or the default) reports it, with the right place. abort(), kill() and traps do not happen again.
    if let code = info?.pointee.si_code, code > 0, signal != SIGTRAP { return }
    strike(signal)
    // Swift's backtrace, once it has reported, goes back to what it takes for a fault.
    dieOf(signal)
  }

  /// Sends the signal to this thread and lets it in: it has been answered when this returns, if it does.
  private static func strike(_ signal: Int32) {
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    sigaddset(&unblocked, signal)
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    raise(signal)
  }

  private static func dieOf(_ signal: Int32) {
    var plain = sigaction()
    plain.setHandler(SIG_DFL)
    sigaction(signal, &plain, nil)
    strike(signal)
    _exit(128 + signal)
  }

  /// Also runs at exit.
  private static func restoreNow() {
    guard state.pointee.isActive == 1 else { return }
    state.pointee.isActive = 0
    // A terminal that takes no more bytes would hold us for ever; hence also not TCSADRAIN.
    tcflush(STDOUT_FILENO, TCOFLUSH)
    _ = write(STDOUT_FILENO, cancel.utf8Start, cancel.utf8CodeUnitCount)
    let removal = removals[state.pointee.removal]
    _ = write(STDOUT_FILENO, removal.bytes, removal.count)
    _ = write(STDOUT_FILENO, restoreBytes, restoreCount)
    tcsetattr(STDIN_FILENO, TCSANOW, &state.pointee.terminalModes)
    replayErrors()
  }

  // MARK: Standard error

  /// A message written over the screen would spoil it, and would be lost with it: while the screen is up,
  /// descriptor 2 is a file without a name.
  private static func parkErrors() {
    guard isatty(STDERR_FILENO) == 1, state.pointee.parkedErrors < 0 else { return }
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var path = Array("\(folder)/mezzotint-XXXXXX".utf8CString)
    let file = mkstemp(&path)
    guard file >= 0 else { return }
    unlink(path)
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    state.pointee.realErrors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    state.pointee.parkedErrors = file
    dup2(file, STDERR_FILENO)
  }

  private static func replayErrors() {
    let (file, errors) = (state.pointee.parkedErrors, state.pointee.realErrors)
    guard file >= 0, errors >= 0 else { return }
    state.pointee.parkedErrors = -1
    state.pointee.realErrors = -1
    dup2(errors, STDERR_FILENO)
    lseek(file, 0, SEEK_SET)
    while true {
      let count = read(file, scratch, 4096)
      if count <= 0 { break }
      _ = write(STDERR_FILENO, scratch, count)
    }
    close(file)
    close(errors)
  }

  // MARK: Memory

  /// So that a stack overflow can be handled too.
  private static func giveHandlersAStack() {
    var current = stack_t()
    sigaltstack(nil, &current)
    guard current.ss_flags & Int32(SS_DISABLE) != 0 else { return }
    let size = 64 << 10
    var own = stack_t()
    own.ss_sp = .allocate(byteCount: size, alignment: 16)
    own.ss_size = size
    sigaltstack(&own, nil)
  }

  private static func allocate<Value>(_ value: Value, _ count: Int) -> UnsafeMutablePointer<Value> {
    let memory = UnsafeMutablePointer<Value>.allocate(capacity: count)
    memory.initialize(repeating: value, count: count)
    return memory
  }
}
