import Foundation
import Synchronization

/// The hidden files under which others are written until they are whole: `.NAME.1A2B3C4D.part`.
enum PartFile {
  private static let ending = ".part"
  private static let digits = 8
  /// What file systems take, in bytes.
  private static let longestName = 255
  private static let swept = Mutex<Set<String>>([])

  /// A name of its own for a file that is to be called `name`, whose end is cut where both do not fit.
  static func name(for name: String) -> String {
    let room = longestName - 2 - digits - ending.utf8.count
    var kept = name
    while kept.utf8.count > room { kept.removeLast() }
    return ".\(kept).\(UUID().uuidString.prefix(digits))\(ending)"
  }

  static func isName(_ name: String) -> Bool {
    guard name.hasPrefix("."), name.hasSuffix(ending) else { return false }
    let parts = name.dropLast(ending.count).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 3, let last = parts.last, last.count == digits else { return false }
    return last.allSatisfy { "0123456789ABCDEF".contains($0) }
  }

  /// Removes what programs that were killed have left, once for each folder.
  static func sweep(_ folder: URL) {
    let isNew = swept.withLock { $0.insert(folder.standardizedFileURL.path).inserted }
    if isNew { sweepNow(folder) }
  }

  /// - Parameter age: seconds since the last byte. Between its making and its lock a file looks forsaken.
  static func sweepNow(_ folder: URL, age: Int = 60) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where isName(name) {
      let path = folder.appending(path: name).path
      let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      var status = stat()
      let isOld =
        fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        && time(nil) - status.st_mtim.tv_sec >= age
      // A lock that can be had is nobody's: whoever wrote it is gone.
      if isOld, flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }
}
