import Foundation

/// Standard output or standard error, without a buffer in between: what cannot be written is found out at once.
package struct StandardStream: Sendable {
  package static let output = StandardStream(descriptor: STDOUT_FILENO, name: "standard output")
  package static let error = StandardStream(descriptor: STDERR_FILENO, name: "standard error")

  private let descriptor: Int32
  private let name: String

  /// Sees to it that a stream which was closed when the program started stays closed: the next file that is opened
  /// would get its number, and what is meant for the stream.
  package static func settle() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free is this one. Nothing can be written to it, so that a writer hears of it.
      _ = open("/dev/null", O_RDONLY)
    }
  }

  /// - Throws: `FileError` where the stream takes no more: a full disk, a closed pipe, a terminal that is gone.
  package func write(_ text: String) throws(FileError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // Whoever shares the terminal may have asked not to wait.
        var descriptor = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&descriptor, 1, -1)
      } else if errno != EINTR {
        throw FileError(errno, writing: name)
      }
    }
  }
}
