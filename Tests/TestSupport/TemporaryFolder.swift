import Foundation

/// A folder of its own for the files that one test writes; gone when the test is over.
package final class TemporaryFolder: Sendable {
  package let url: URL

  /// - Parameter files: text to begin with, by name.
  package init(_ files: [String: String] = [:]) throws {
    url = FileManager.default.temporaryDirectory.appending(path: "mezzotint-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: file(name)) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  package func file(_ name: String) -> URL { url.appending(path: name) }

  package func path(_ name: String) -> String { file(name).path }

  /// Everything that is in it, hidden files too, in alphabetical order.
  package var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}
