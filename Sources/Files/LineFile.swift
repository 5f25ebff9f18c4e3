import Foundation

/// A file that grows by whole lines, or other pieces, while the program runs: it is readable at any moment, whatever
/// happens next, and has its first piece from the moment that it has its name.
///
/// It guards a file descriptor.
package final class LineFile {
  /// One line about why nothing is written any more.
  package private(set) var failure: String?
  private let path: String
  private var descriptor: Int32
  private var size = 0
  /// What it is, for the message.
  private let kind: String

  /// A file of its own.
  /// - Parameters:
  ///   - first: what it begins with.
  ///   - kind: what it is called in `failure`.
  /// - Throws: `FileError` where the file is there already, or cannot be made: a recording cannot be had again.
  package convenience init(_ path: String, beginning first: [UInt8], kind: String = "recording") throws {
    try self.init(path, first, kind) { url, body in
      try AtomicFile.whole(url, path, body) { temporary in
        guard try FreeFile.put(temporary, as: url.path, shown: path) else {
          throw FileError.taken(file: path)
        }
      }
    }
  }

  /// In the place of what was there, where anything was.
  /// - Throws: `FileError`; then the old file is as it was.
  package convenience init(replacing path: String, beginning first: [UInt8], kind: String) throws {
    try self.init(path, first, kind) { url, body in try AtomicFile.write(to: url, body) }
  }

  /// - Parameter make: gives a file its name once `body` has written into it.
  private init(
    _ path: String, _ first: [UInt8], _ kind: String,
    _ make: (URL, _ body: (AtomicFile) throws -> Void) throws -> Void
  ) throws {
    (self.path, self.kind) = (path, kind)
    let url = URL(filePath: path)
    guard !AtomicFile.isSpecial(url) else {
      // A pipe or a device is there to be written to.
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw FileError(errno, writing: path) }
      append(piece: first)
      return
    }
    var kept: Int32 = -1
    do {
      try make(url) { file in
        try first.withUnsafeBytes { try file.append($0) }
        kept = try file.keptOpen()
      }
    } catch {
      if kept >= 0 { Foundation.close(kept) }
      throw error
    }
    (descriptor, size) = (kept, first.count)
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
        return close()
      }
    }
    size += piece.count
  }
}
