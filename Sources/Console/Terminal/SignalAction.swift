import Foundation

/// The two unions of handlers, which Linux and macOS name differently.
extension sigaction {
  mutating func setHandler(_ handler: (@convention(c) (Int32) -> Void)?) {
    #if os(Linux)
      __sigaction_handler.sa_handler = handler
    #else
      __sigaction_u.__sa_handler = handler
    #endif
  }

  mutating func setHandler(
    _ handler:
      @escaping @convention(c) (
        Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?
      ) -> Void
  ) {
    #if os(Linux)
      __sigaction_handler.sa_sigaction = handler
    #else
      __sigaction_u.__sa_sigaction = handler
    #endif
  }

  var isIgnored: Bool {
    #if os(Linux)
      let handler = __sigaction_handler.sa_handler
    #else
      let handler = __sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

enum FatalSignals {
  /// Signals that can be caught and whose default ends a program, beside faults and what a person sends to end one.
  static let others: [Int32] = {
    let common = [SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGSYS]
    #if os(Linux)
      // 16 is SIGSTKFLT, which Glibc's module does not show; those for real time follow, but for the two (32 and
      // 33) that the C library keeps for itself.
      return common + [16, SIGIO, SIGPWR] + (34...64)
    #else
      return common + [SIGEMT]
    #endif
  }()
}
