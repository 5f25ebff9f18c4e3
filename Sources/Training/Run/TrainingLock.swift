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
  package init(_ checkpoint: URL) throws {
    let folder = checkpoint.deletingLastPathComponent()
    path = folder.appending(path: ".\(checkpoint.lastPathComponent).lock").path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let shown = checkpoint.relativePath
      throw errno == ENOENT || errno == ENOTDIR
        ? FileError.folderMissing(file: shown)
        : FileError.unwritable(file: shown, reason: systemMessage(errno))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw TrainingError.running(file: checkpoint.relativePath)
    }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }
}
