import Foundation

/// A file that grows by whole lines, or other pieces, while the program runs: it is readable at any moment, whatever happens next.
///
/// It guards a file descriptor.
package final class LineFile {
  /// One line about why nothing is written any more.
  package private(set) var failure: String?
  private let path: String
  private var descriptor: Int32
  private var size = 0
  private let isSpecial: Bool
  /// What it is, for the message.
  private let kind: String

  /// - Throws: `FileError` where the file is there already, or cannot be made: a recording cannot be had again.
  package init(_ path: String) throws(FileError) {
    (self.path, kind) = (path, "recording")
    var status = stat()
    let exists = stat(path, &status) == 0
    // A pipe or a device is there to be written to.
    isSpecial = exists && status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
    descriptor = open(path, O_WRONLY | O_CLOEXEC | (isSpecial ? 0 : O_CREAT | O_EXCL), 0o666)
    guard descriptor >= 0 else {
      if errno == EEXIST { throw .taken(file: path) }
      throw .unwritable(file: path, reason: systemMessage(errno))
    }
  }

  /// Goes on at the end of a file, which is made where there is none.
  /// - Parameter kind: what it is called in `failure`.
  /// - Throws: `FileError`.
  package init(continuing path: String, kind: String) throws(FileError) {
    (self.path, self.kind) = (path, kind)
    descriptor = open(path, O_WRONLY | O_CLOEXEC | O_CREAT | O_APPEND, 0o666)
    var status = stat()
    isSpecial = descriptor >= 0 && fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    guard descriptor >= 0 else { throw .unwritable(file: path, reason: systemMessage(errno)) }
    size = Int(status.st_size)
  }

  deinit { close() }

  package func close() {
    if descriptor >= 0 { Foundation.close(descriptor) }
    descriptor = -1
  }

  /// Adds a line. On failure the file ends with the line before, and no more is written.
  package func append(_ line: [UInt8]) { append(piece: line + [0x0A]) }

  /// The same of bytes that say themselves where they end.
  package func append(piece: [UInt8]) {
    guard descriptor >= 0 else { return }
    var rest = piece[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        failure = "\(path): the \(kind) ends here (\(systemMessage(errno)))"
        ftruncate(descriptor, size)
        // A recording of nothing is none.
        if size == 0, !isSpecial { unlink(path) }
        return close()
      }
    }
    size += piece.count
  }
}
