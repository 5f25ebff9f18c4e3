import Foundation

/// A file that appears complete or not at all.
///
/// The bytes go to a temporary name in the same folder, are flushed to the disk, and then take the place of the
/// file in one step; a failure leaves the old file as it was and removes the temporary one.
package struct AtomicFile {
  private let path: String
  private let descriptor: Int32

  /// Whether writing would take the place of a file, also at the end of a link; devices and pipes are written to.
  package static func replaces(_ url: URL) -> Bool {
    var status = stat()
    return stat(url.path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// A device or pipe cannot be replaced, only written to.
  static func isSpecial(_ url: URL) -> Bool {
    var status = stat()
    return stat(url.path, &status) == 0 && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  /// - Throws: `FileError`, or what `body` throws.
  package static func write(to url: URL, _ body: (AtomicFile) throws -> Void) throws {
    let shown = url.relativePath
    if isSpecial(url) {
      return try fill(open(url.path, O_WRONLY, shown), shown, flush: false, body)
    }
    var status = stat()
    let exists = stat(url.path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw FileError.unwritable(file: shown, reason: systemMessage(EISDIR))
    }
    // Through a symbolic link, so that the link stays one.
    let target = url.resolvingSymlinksInPath()
    try whole(target, shown, like: exists ? status : nil, body) { temporary in
      guard rename(temporary, target.path) == 0 else { throw FileError(errno, writing: shown) }
    }
  }

  /// - Throws: `FileError`.
  package static func write(_ bytes: [UInt8], to url: URL) throws {
    try write(to: url) { file in try bytes.withUnsafeBytes { try file.append($0) } }
  }

  /// Writes beside `target` what is then put under its name.
  /// - Parameters:
  ///   - old: the file whose permissions and owner it gets; nil: as for any new file.
  ///   - publish: is given the temporary path; whatever is still there behind it is removed.
  static func whole(
    _ target: URL, _ shown: String, like old: stat? = nil, _ body: (AtomicFile) throws -> Void,
    publish: (String) throws -> Void
  ) throws {
    let folder = target.deletingLastPathComponent()
    PartFile.sweep(folder)
    let temporary = folder.appending(path: PartFile.name(for: target.lastPathComponent)).path
    let descriptor = try open(temporary, O_WRONLY | O_CREAT | O_EXCL, shown)
    // Held until it is closed: whoever sweeps sees that somebody is still writing.
    flock(descriptor, LOCK_EX | LOCK_NB)
    if let old {
      // Giving a file away is root's affair; who may not, keeps it. It takes special bits away, so it goes first.
      _ = fchown(descriptor, old.st_uid, old.st_gid)
      fchmod(descriptor, old.st_mode & 0o7777)
    }
    do {
      try fill(descriptor, shown, flush: true, body)
      try publish(temporary)
      unlink(temporary)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func open(_ path: String, _ flags: Int32, _ shown: String) throws(FileError) -> Int32 {
    let descriptor = Foundation.open(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(errno, writing: shown) }
    return descriptor
  }

  private static func fill(
    _ descriptor: Int32, _ shown: String, flush: Bool, _ body: (AtomicFile) throws -> Void
  ) throws {
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

  /// Another descriptor of the same file, at whose end more can be written when this one is closed.
  func keptOpen() throws(FileError) -> Int32 {
    let kept = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard kept >= 0, fcntl(kept, F_SETFL, O_APPEND) == 0 else { throw FileError(errno, writing: path) }
    return kept
  }
}
