import Files
import Foundation

/// What is wrong with a theme as a whole.
package enum ThemeError: Error, Hashable, CustomStringConvertible {
  case unknown(name: String, known: [String])
  case unreadable(path: String, reason: String)

  package var description: String {
    switch self {
    case .unknown(let name, let known):
      "there is no theme \(quoted(name)); choose one of \(known.joined(separator: ", ")), or give a file's path"
    case .unreadable(let path, let reason):
      "the theme \(path) cannot be read (\(reason)); check the path"
    }
  }
}

/// A theme, and one line for each part of its file that was skipped.
package struct LoadedTheme: Sendable {
  package var theme: Theme
  package var warnings: [String]
  /// False: the file is no TOML, and the theme is the default in its place.
  package var isWhole = true
}

/// The themes in some folders, and the one that is compiled in.
package struct ThemeLibrary: Sendable {
  /// Looked through in this order.
  package let directories: [URL]

  package init(directories: [URL]) { self.directories = directories }

  /// Every name that `load` knows, in alphabetical order, the default first.
  package var names: [String] {
    var names: Set<String> = []
    for directory in directories {
      let files = try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
      for file in files ?? [] where file.pathExtension == "toml" {
        names.insert(file.deletingPathExtension().lastPathComponent)
      }
    }
    names.remove(Theme.dark.name)
    return [Theme.dark.name] + names.sorted()
  }

  /// Loads a theme by name, or by path where there is a slash or the ending .toml.
  ///
  /// A file with wrong entries gives a theme without them, and warnings; a file that is no TOML gives the
  /// default theme, and a warning that names the line.
  package func load(_ nameOrPath: String) throws(ThemeError) -> LoadedTheme {
    guard nameOrPath.contains("/") || nameOrPath.hasSuffix(".toml") else {
      return try load(named: nameOrPath)
    }
    return try load(
      URL(fileURLWithPath: (nameOrPath as NSString).expandingTildeInPath),
      name: ((nameOrPath as NSString).lastPathComponent as NSString).deletingPathExtension)
  }

  /// Loads a theme by its name alone, as files name one.
  package func load(named name: String) throws(ThemeError) -> LoadedTheme {
    if let url = file(named: name) { return try load(url, name: name) }
    guard name == Theme.dark.name else { throw .unknown(name: name, known: names) }
    return LoadedTheme(theme: .dark, warnings: [])
  }

  private func load(_ url: URL, name: String) throws(ThemeError) -> LoadedTheme {
    let chain = self.chain(from: try read(url), label: url.lastPathComponent)
    return ThemeFile.theme(from: chain.documents, name: name, warnings: chain.warnings)
  }

  private struct Chain {
    /// The theme asked for first, then what it inherits.
    var documents: [ThemeDocument] = []
    var warnings: [String] = []
  }

  private func chain(from text: String, label: String) -> Chain {
    var chain = Chain()
    var next: (text: String, label: String)? = (text, label)
    while let source = next {
      next = nil
      var document: ThemeDocument
      do {
        document = try ThemeDocument(text: source.text, label: source.label)
      } catch {
        // What a broken file would have said is unknown, so nothing is built on half of it.
        return Chain(documents: [], warnings: chain.warnings + ["\(error)"])
      }
      if let parent = document.inherits {
        let url = file(named: parent)
        if let url, ([document] + chain.documents).contains(where: { $0.label == url.lastPathComponent }) {
          document.warn("inherits", "\"\(parent)\" leads back to itself")
        } else if let url, let text = try? read(url) {
          next = (text, url.lastPathComponent)
        } else if parent != Theme.dark.name {
          let known = names.joined(separator: ", ")
          document.warn("inherits", "\"\(parent)\" is not there; the themes are \(known)")
        }
      }
      chain.documents.append(document)
      chain.warnings += document.warnings
    }
    return chain
  }

  /// - Returns: nil also for what would lead out of the folders.
  private func file(named name: String) -> URL? {
    guard !name.isEmpty, !name.contains("/"), !name.contains("\0") else { return nil }
    return directories.lazy.map { $0.appendingPathComponent(name + ".toml") }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }

  private func read(_ url: URL) throws(ThemeError) -> String {
    do {
      return try String(contentsOf: url, encoding: .utf8)
    } catch {
      throw .unreadable(path: url.path, reason: error.localizedDescription)
    }
  }
}
