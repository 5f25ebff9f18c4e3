import Dispatch

/// A `FileHash` on a thread of its own: a file's pieces are hashed while the next ones are read and packed.
///
/// `@unchecked Sendable`: the hash is touched on the queue alone.
final class BackgroundHash: @unchecked Sendable {
  private let queue = DispatchQueue(label: "mezzotint.file-hash")
  /// Where reading is faster than hashing, it waits: no more pieces than these are in memory for it.
  private let room = DispatchSemaphore(value: 4)
  private var hash = FileHash()

  func add(_ bytes: [UInt8]) {
    room.wait()
    queue.async { [self] in
      hash.add(bytes)
      room.signal()
    }
  }

  /// Of all that was added.
  var digits: String { queue.sync { hash.digits } }
}
