import Denoising
import Files
import Foundation

/// Models by their names: those that come with the program, a person's own, and what the Hugging Face libraries have
/// downloaded.
package struct ModelLibrary: Sendable {
  /// In the order in which they are looked through.
  package let folders: [URL]
  private let hub: HubCache?
  package static let defaultModel = "avatars"

  /// - Parameter hub: nil for none.
  package init(folders: [URL], hub: HubCache? = nil) { (self.folders, self.hub) = (folders, hub) }

  /// What this person has.
  package init() {
    self.init(
      folders: Resources.folders("models") + PersonalFolders.all(ProcessInfo.processInfo.environment),
      hub: HubCache(environment: ProcessInfo.processInfo.environment))
  }

  /// The key of a person's own folders in the settings file: a path, or a list of paths.
  package static let foldersSetting = PersonalFolders.setting

  /// - Parameter text: of the setting.
  /// - Throws: `ModelLibraryError` for what is no folder.
  package static func requireFolders(_ text: String) throws {
    let folders = PersonalFolders.folders(of: text, ProcessInfo.processInfo.environment)
    for folder in folders {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue
      else { throw ModelLibraryError.noFolder(folder.path) }
    }
  }

  /// Names in the folders, in alphabetical order.
  package var names: [String] {
    Set(folders.flatMap { ModelFolder(url: $0).models.map(Self.name(of:)) }).sorted()
  }

  /// The file or folder of a model: a path, or a name.
  ///
  /// - Parameter reference: nil for the default model.
  /// - Throws: `ModelLibraryError` when there is neither.
  package func file(_ reference: String?) throws -> URL {
    let name = reference ?? Self.defaultModel
    if reference != nil, FileManager.default.fileExists(atPath: name) { return URL(filePath: name) }
    if let found = places(of: name, or: []).first { return found }
    throw notFound(name)
  }

  /// The file of a model that a recipe names. A recipe holds no path, so a model of the user's is looked for in
  /// `places` too; where several have the name, the one with the recipe's weights is meant.
  package func file(
    _ name: String, fingerprint: String?, _ hints: ModelHints = ModelHints(), or places: [URL]
  ) throws -> URL {
    let files = self.places(of: name, or: places)
    guard let first = files.first else {
      throw notFound(name, advice: "put \(quoted(name)) beside the picture or into this folder")
    }
    guard files.count > 1, let fingerprint else { return first }
    return files.first { (try? ModelRegistry.model(at: ModelSource($0, hints)).fingerprint()) == fingerprint }
      ?? first
  }

  /// The file of a model that a recording names: by its name alone, wherever it lay. A path in a file of somebody's
  /// leads nowhere; one on the command line does.
  package func recorded(_ reference: String, fingerprint: String? = nil, or places: [URL] = []) throws -> URL
  {
    let isName = !self.places(of: reference, or: places).isEmpty
    let name = isName ? reference : Self.name(of: URL(filePath: reference))
    return try file(name, fingerprint: fingerprint, or: places)
  }

  private func places(of name: String, or others: [URL]) -> [URL] {
    (folders + others).compactMap { ModelFolder(url: $0).model(named: name) }
      + [hub?.snapshot(of: name)].compactMap(\.self)
  }

  private func notFound(
    _ name: String, advice: String = "give a model's file or folder"
  ) -> ModelLibraryError {
    if let hub, HubCache.isRepository(name) { return .notDownloaded(repository: name, cache: hub.url.path) }
    return .unknown(reference: name, known: names, advice: advice)
  }

  /// How a model's file is called on the command line: by its name where that finds it.
  package func reference(to file: URL) -> String {
    let name = Self.name(of: file)
    let isFound = places(of: name, or: []).contains {
      $0.standardizedFileURL.path == file.standardizedFileURL.path
    }
    return isFound ? name : file.relativePath
  }

  /// A model's name, as recipes have it.
  package static func name(of file: URL) -> String {
    if let repository = HubCache.repository(of: file) { return repository }
    let last = file.standardizedFileURL.lastPathComponent
    // The name of what it is a part of says more.
    if last == "unet" { return name(of: file.standardizedFileURL.deletingLastPathComponent()) }
    let ending = ModelFolder.endings.first { last.hasSuffix(".\($0)") && last.count > $0.count + 1 }
    return String(last.dropLast(ending.map { $0.count + 1 } ?? 0))
  }

  /// Every model that is found by a name, with that name, each once: those of folders, then those of repositories.
  var all: [(name: String, url: URL)] {
    let found = names + (hub?.repositories ?? [])
    return found.compactMap { name in places(of: name, or: []).first.map { (name, $0) } }
  }
}

extension PersonalFolders {
  /// Those of the settings file, then the one that everybody has; in the order in which they are looked through.
  static func all(_ environment: [String: String]) -> [URL] {
    let settings = ConfigFolder.url(environment).appending(path: "settings.toml")
    let text = (try? String(contentsOf: settings, encoding: .utf8)) ?? ""
    let entries = (try? TOMLEntries(text, label: settings.lastPathComponent))?.entries ?? []
    let named = entries.last { $0.key == setting }.map { folders(of: $0.text, environment) } ?? []
    return named + [standard(environment)]
  }

  /// - Parameter text: paths with colons between them, `~` for the home folder.
  static func folders(of text: String, _ environment: [String: String]) -> [URL] {
    text.split(separator: ":").map { path in
      path == "~" || path.hasPrefix("~/")
        ? home(environment).appending(path: String(path.dropFirst(2))) : URL(filePath: String(path))
    }
  }
}

package enum ModelLibraryError: Error, Equatable, CustomStringConvertible {
  /// There is neither a file nor a model of that name, in spite of those that there are.
  case unknown(reference: String, known: [String], advice: String = "give a model's file or folder")
  /// A repository's name, of which nothing lies in the cache.
  case notDownloaded(repository: String, cache: String)
  case noFolder(String)

  package var description: String {
    switch self {
    case .unknown(let reference, let known, let advice):
      let choices = known.isEmpty ? "" : " (\(known.joined(separator: ", ")))"
      return "\(quoted(reference)): there is no such file and no model of that name\(choices); \(advice)"
    case .notDownloaded(let repository, let cache):
      return "\(repository): there is no such file, and no model of that repository in \(cache); nothing is "
        + "downloaded by itself: fetch it with 'hf download \(repository)'"
    case .noFolder(let path): return "\(quoted(path)): there is no such folder; make it or leave it out"
    }
  }
}
