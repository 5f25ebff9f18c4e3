import Foundation

/// A file under a name that was free: never in the place of another, and never there before it is whole.
package enum FreeFile {
  /// Writes `stem.ending`, or `stem-2.ending`, `stem-3.ending`, … where that is taken.
  /// - Returns: the name.
  /// - Throws: `FileError`; then nothing is left behind.
  package static func write(_ bytes: [UInt8], in folder: URL, stem: String, ending: String) throws -> String {
    let names = (1...9999).lazy.map { name(stem, $0, ending) }
    let first = names[names.startIndex]
    var taken: String?
    try AtomicFile.whole(
      folder.appending(path: first), first, { file in try bytes.withUnsafeBytes { try file.append($0) } },
      publish: { temporary in
        for name in names where try put(temporary, as: folder.appending(path: name).path, shown: name) {
          taken = name
          return
        }
      })
    guard let taken else {
      throw FileError.unwritable(file: "\(stem)-9999.\(ending)", reason: "all names are taken")
    }
    return taken
  }

  /// At most 255 bytes, which is what file systems take.
  private static func name(_ stem: String, _ number: Int, _ ending: String) -> String {
    let end = (number == 1 ? "" : "-\(number)") + "." + ending
    var kept = stem
    while kept.utf8.count + end.utf8.count > 255, !kept.isEmpty { kept.removeLast() }
    return kept + end
  }

  /// - Returns: false where the name is taken.
  static func put(_ temporary: String, as path: String, shown: String) throws(FileError) -> Bool {
    // A second name for the same file: the system gives it only where it is free.
    if link(temporary, path) == 0 { return true }
    if errno == EEXIST { return false }
    guard [EPERM, ENOTSUP, ENOSYS, EMLINK].contains(errno) else { throw FileError(errno, writing: shown) }
    // A file system without links: the name is claimed by an empty file for a moment.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 {
      if errno == EEXIST { return false }
      throw FileError(errno, writing: shown)
    }
    close(descriptor)
    guard rename(temporary, path) == 0 else {
      let number = errno
      unlink(path)
      throw FileError(number, writing: shown)
    }
    return true
  }

  /// Text as part of a file's name: letters, digits and single hyphens.
  package static func slug(_ text: String) -> String {
    let words = text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") }
    let slug = words.joined(separator: "-").drop { $0 == "." }.prefix(60)
    return slug.isEmpty ? "unnamed" : String(slug)
  }
}
