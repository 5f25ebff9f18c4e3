import Dispatch
import Synchronization
import Widgets

/// Saves and looks up on a thread of its own, in the order in which it was asked: a slow disk holds up no key.
///
/// Guards the thread, and the answers until somebody takes them.
package final class SavingQueue: Sendable {
  private let saver: FileSaver
  private let queue = DispatchQueue(label: "mezzotint saver")
  private let outbox: Outbox
  /// Requests whose answers nobody has taken yet.
  private let open = Atomic<Int>(0)

  /// - Parameter notify: called on the thread whenever there is something to take.
  package init(_ saver: FileSaver, notify: @escaping @Sendable () -> Void) {
    (self.saver, outbox) = (saver, Outbox(notify: notify))
  }

  /// - Parameter state: as it was when it was asked; being a value, it stays so.
  package func save(_ request: SaveRequest, of state: ExplorerState, theme: Theme) {
    answer { $0.save(request, of: state, theme: theme) }
  }

  package func list(_ request: ListRequest) { answer { $0.list(request) } }

  /// Everything that was answered since the last call, in order.
  package func take() -> [ExplorerMessage] {
    let messages = outbox.take()
    open.subtract(messages.count, ordering: .relaxed)
    return messages
  }

  /// Nothing was asked whose answer was not taken.
  package var isIdle: Bool { open.load(ordering: .relaxed) == 0 }

  /// Waits until everything that was asked for is done.
  package func drain() { queue.sync {} }

  private func answer(_ work: @escaping @Sendable (FileSaver) -> ExplorerMessage) {
    open.add(1, ordering: .relaxed)
    queue.async { [saver, outbox] in outbox.post([work(saver)]) }
  }
}
