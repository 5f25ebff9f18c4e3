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
}
