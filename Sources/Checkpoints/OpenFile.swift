import Files
import Foundation

/// A file that is read where it is asked.
///
/// Read and not mapped, because a mapped file that another program cuts down kills whoever looks at it. A file
/// that is replaced by another stays the one that was opened.
///
/// A class because it owns the descriptor.
final class OpenFile: Sendable {
  /// As it was given, for messages.
  let path: String
  /// In bytes, when it was opened; at least 1.
  let size: Int
  private let descriptor: Int32

  /// - Throws: `CheckpointError` for a file that is missing, empty, unreadable or none.
  init(_ url: URL) throws(CheckpointError) {
    path = url.relativePath
    // Without O_NONBLOCK a named pipe would keep us waiting for its writer.
    descriptor = open(url.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .missing(file: path) }
      throw .unreadable(file: path, reason: systemMessage(errno))
    }
    do throws(CheckpointError) {
      size = try Self.size(descriptor, shown: path)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  private static func size(_ descriptor: Int32, shown: String) throws(CheckpointError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(file: shown, reason: systemMessage(errno))
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw .directory(file: shown)
    case S_IFREG: break
    default: throw .notAFile(file: shown)
    }
    guard status.st_size > 0 else { throw .empty(file: shown) }
    return Int(status.st_size)
  }

  /// - Parameter range: within the file.
  func bytes(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= size, "\(range) of \(size) bytes")
    var problem: CheckpointError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { bytes, count in
      while count < range.count, problem == nil {
        let place = off_t(range.lowerBound + count)
        let got = pread(descriptor, bytes.baseAddress.map { $0 + count }, range.count - count, place)
        if got > 0 {
          count += got
        } else if got == 0 {
          problem = .shortened(file: path)
        } else if errno != EINTR {
          problem = .unreadable(file: path, reason: systemMessage(errno))
        }
      }
    }
    if let problem { throw problem }
    return bytes
  }

  /// The first bytes, `count` of them or as many as there are.
  func start(_ count: Int) throws(CheckpointError) -> [UInt8] { try bytes(0..<min(count, size)) }

  /// What the file's beginning says that it is; nil where it says nothing.
  func kind() throws(CheckpointError) -> FileKind? {
    FileKind(start: try start(FileKind.telling), size: size)
  }
}
