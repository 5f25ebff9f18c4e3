import Files
import Foundation

/// Keeps two trainings from writing the same files: held from the first step to the last save.
///
/// A hidden file beside the checkpoint, locked by the system, which lets go of it however the program ends.
package final class TrainingLock {
  private let descriptor: Int32
  private let path: String

  /// - Parameter checkpoint: of the training that will be written.
  /// - Throws: `TrainingError.running`; `FileError` where nothing can be written.
  package convenience init(_ checkpoint: URL) throws {
    let folder = checkpoint.deletingLastPathComponent()
    let path = folder.appending(path: Self.name(for: checkpoint.lastPathComponent)).path
    self.init(descriptor: try Self.lock(path, checkpoint.relativePath), path: path)
  }

  /// Only of a lock that is held: who is refused must not take away another's.
  private init(descriptor: Int32, path: String) { (self.descriptor, self.path) = (descriptor, path) }

  private static func lock(_ path: String, _ shown: String) throws -> Int32 {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        throw errno == ENOENT || errno == ENOTDIR
          ? FileError.folderMissing(file: shown)
          : FileError.unwritable(file: shown, reason: systemMessage(errno))
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        close(descriptor)
        throw TrainingError.running(file: shown)
      }
      // Between opening and locking the one before may have ended, and its file with it.
      var (locked, named) = (stat(), stat())
      if fstat(descriptor, &locked) == 0, stat(path, &named) == 0, locked.st_ino == named.st_ino,
        locked.st_dev == named.st_dev
      {
        return descriptor
      }
      close(descriptor)
    }
  }

  /// A hidden name that file systems take, also for one that is as long as may be.
  private static func name(for name: String) -> String {
    var kept = name
    while kept.utf8.count > 249 { kept.removeFirst() }
    return ".\(kept).lock"
  }

  deinit {
    unlink(path)
    close(descriptor)
  }
}
