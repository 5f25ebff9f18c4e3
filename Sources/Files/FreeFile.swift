import Foundation

/// A file under a name that was free: never in the place of another.
package enum FreeFile {
  /// Writes `stem.ending`, or `stem-2.ending`, `stem-3.ending`, … where that is taken.
  ///
  /// The name is claimed before anything is written, so that two programs in one folder do not get the same.
  /// - Returns: the name.
  /// - Throws: `FileError`; then nothing is left behind.
  package static func write(_ bytes: [UInt8], in folder: URL, stem: String, ending: String) throws -> String {
    for number in 1...9999 {
      let name = (number == 1 ? stem : "\(stem)-\(number)") + "." + ending
      let url = folder.appending(path: name)
      let descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor < 0 {
        if errno == EEXIST { continue }
        throw FileError(errno, writing: name)
      }
      close(descriptor)
      do {
        try AtomicFile.write(bytes, to: url)
      } catch {
        unlink(url.path)
        throw error
      }
      return name
    }
    throw FileError.unwritable(file: "\(stem)-9999.\(ending)", reason: "all names are taken")
  }

  /// Text as part of a file's name: letters, digits and single hyphens.
  package static func slug(_ text: String) -> String {
    let words = text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") }
    let slug = words.joined(separator: "-").drop { $0 == "." }.prefix(60)
    return slug.isEmpty ? "unnamed" : String(slug)
  }
}
