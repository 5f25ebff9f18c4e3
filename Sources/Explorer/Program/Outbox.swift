import Synchronization

/// What the engine's thread has to say to the program's loop, in order.
final class Outbox: Sendable {
  private let messages = Mutex<[ExplorerMessage]>([])
  private let notify: @Sendable () -> Void

  /// - Parameter notify: called on the engine's thread whenever there is something to take.
  init(notify: @escaping @Sendable () -> Void) { self.notify = notify }

  func post(_ more: [ExplorerMessage]) {
    guard !more.isEmpty else { return }
    messages.withLock { $0 += more }
    notify()
  }

  /// Everything since the last call.
  func take() -> [ExplorerMessage] {
    messages.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }
}
