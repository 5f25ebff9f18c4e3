import Foundation
import Tensors

/// What the system lets this process have: better found out before anything is open than by a library that ends it.
enum ProcessLimits {
  /// Models, pictures, the terminal, pipes between threads, and some to spare.
  private static let files: rlim_t = 40
  /// Code, threads and their stacks, before any model.
  private static let memory = 768 << 20

  /// - Throws: `LimitError`.
  static func requireRoom() throws {
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < files {
      // The soft limit is the process's own affair.
      limit.rlim_cur = min(files, limit.rlim_max)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      guard limit.rlim_cur >= files else {
        throw LimitError(
          text:
            "files: this process may open \(limit.rlim_cur), expected \(files) or more; raise it with ulimit -n"
        )
      }
    }
    var space = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &space) == 0, space.rlim_cur < rlim_t(Int.max)
    else { return }
    let free = AvailableMemory.bytes
    guard free >= memory else {
      throw LimitError(
        text: "memory: this process may take \(AvailableMemory.text(free)) more, expected "
          + "\(AvailableMemory.text(memory)); raise it with ulimit -v")
    }
  }
}

struct LimitError: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}
