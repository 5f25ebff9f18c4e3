import Foundation

/// A file that appears complete or not at all.
///
/// The bytes go to a temporary name in the same folder, are flushed to the disk, and then take the place of the
/// file in one step; a failure leaves the old file as it was and removes the temporary one.
package struct AtomicFile {
  private let path: String
  private let descriptor: Int32

  /// - Throws: `FileError`, or what `body` throws.
  package static func write(to url: URL, _ body: (AtomicFile) throws -> Void) throws {
    let shown = url.relativePath
    var status = stat()
    if stat(url.path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      guard status.st_mode & S_IFMT != S_IFDIR else {
        throw FileError.unwritable(file: shown, reason: systemMessage(EISDIR))
      }
      // A device or pipe cannot be replaced, only written to.
      return try fill(url.path, shown: shown, flags: O_WRONLY, flush: false, body)
    }
    // Through a symbolic link, so that the link stays one.
    let path = url.resolvingSymlinksInPath().path
    let folder = (path as NSString).deletingLastPathComponent
    let name = ".\((path as NSString).lastPathComponent).\(UUID().uuidString.prefix(8)).part"
    let temporary = (folder as NSString).appendingPathComponent(name)
    do {
      try fill(temporary, shown: shown, flags: O_WRONLY | O_CREAT | O_EXCL, flush: true, body)
      guard rename(temporary, path) == 0 else { throw FileError(errno, writing: shown) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// - Throws: `FileError`.
  package static func write(_ bytes: [UInt8], to url: URL) throws {
    try write(to: url) { file in try bytes.withUnsafeBytes { try file.append($0) } }
  }

  private static func fill(
    _ path: String, shown: String, flags: Int32, flush: Bool, _ body: (AtomicFile) throws -> Void
  ) throws {
    let descriptor = open(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(errno, writing: shown) }
    do {
      try body(AtomicFile(path: shown, descriptor: descriptor))
      guard !flush || fsync(descriptor) == 0 else { throw FileError(errno, writing: shown) }
    } catch {
      close(descriptor)
      throw error
    }
    // Some file systems tell only now that there was no room.
    guard close(descriptor) == 0 else { throw FileError(errno, writing: shown) }
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw FileError(errno, writing: path)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}
