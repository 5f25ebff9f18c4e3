import Foundation
import Synchronization

/// A person's own command, run by their shell's words: `ssh gpu mezzotint-engine`.
///
/// By `/bin/sh -c`, as rsync's and git's commands for ssh are: so quotes, variables and `cd … && …` mean what they do
/// where the command was tried. It comes from the command line alone, never from a file of a stranger's. In the program's
/// own process group, so that ssh may ask for a password on the terminal.
final class EngineProcess: Sendable {
  /// To be read from and written to.
  let output, input: Int32
  private let pid: pid_t
  private let words = Mutex<[UInt8]>([])
  private let saidAll = DispatchSemaphore(value: 0)
  private static let mostWords = 4096

  /// - Throws: `EngineFault`.
  init(_ command: String) throws(EngineFault) {
    // Each pipe: where to read, where to write.
    var pipes: [[Int32]] = []
    for _ in 0..<3 {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else {
        let reason = String(cString: strerror(errno))
        for end in pipes.flatMap({ $0 }) { close(end) }
        throw EngineFault(command, .start(reason))
      }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      pipes.append(ends)
    }
    #if os(Linux)
      // F_SETPIPE_SZ, which C has for GNU alone. Where it is refused the pipe is as it was.
      for end in [pipes[0][1], pipes[1][1]] { _ = fcntl(end, 1031, Int32(EngineLink.pipeBytes)) }
    #endif
    let theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
    let (status, pid) = Self.spawn(command, streams: theirs)
    for end in theirs { close(end) }
    (input, output, self.pid) = (pipes[0][1], pipes[1][0], pid)
    let errors = pipes[2][0]
    guard status == 0 else {
      for end in [input, output, errors] { close(end) }
      throw EngineFault(command, .start(String(cString: strerror(status))))
    }
    let thread = Thread { [self] in gather(errors) }
    thread.name = "engine's errors"
    thread.start()
  }

  private static func spawn(_ command: String, streams: [Int32]) -> (status: Int32, pid: pid_t) {
    #if canImport(Darwin)
      var (actions, attributes) = (nil as posix_spawn_file_actions_t?, nil as posix_spawnattr_t?)
    #else
      var (actions, attributes) = (posix_spawn_file_actions_t(), posix_spawnattr_t())
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (stream, end) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, end, Int32(stream))
    }
    // What this program passes over, others die of.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGPIPE, SIGXFSZ] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    let words: [String] = ["sh", "-c", command]
    var arguments = words.map { strdup($0) } + [nil]
    var environment = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + environment { free(text) } }
    var pid: pid_t = 0
    let status = posix_spawn(&pid, "/bin/sh", &actions, &attributes, &arguments, &environment)
    return (status, pid)
  }

  /// Keeps the end of what it says on standard error, of which a screen has no place for more than a line.
  private func gather(_ errors: Int32) {
    var bytes = [UInt8](repeating: 0, count: 1024)
    while true {
      let count = read(errors, &bytes, bytes.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      words.withLock { $0 = Array(($0 + bytes.prefix(count)).suffix(Self.mostWords)) }
    }
    close(errors)
    saidAll.signal()
  }

  /// The last line on standard error, once it is all said.
  func lastWords() -> String? {
    if saidAll.wait(timeout: .now() + .milliseconds(500)) == .success { saidAll.signal() }
    let text = words.withLock { String(decoding: $0, as: UTF8.self) }
    let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
    return line.map { String($0).asOneLine(most: 200) }
  }

  /// Sees it off when its pipes were closed: it has two seconds to end by itself.
  func end() {
    let pid = pid
    let thread = Thread {
      var status: Int32 = 0
      for wait in 0..<101 {
        let ended = waitpid(pid, &status, WNOHANG)
        if ended == pid || (ended < 0 && errno != EINTR) { return }
        if wait == 100 { kill(pid, SIGTERM) }
        usleep(20_000)
      }
      while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }
    thread.name = "end of an engine"
    thread.start()
  }
}
