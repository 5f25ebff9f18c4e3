import Foundation

/// What the Hugging Face libraries have downloaded: `models--OWNER--NAME/snapshots/COMMIT/…` for the repository
/// OWNER/NAME, as huggingface_hub lays it out. Nothing is downloaded from here.
package struct HubCache: Sendable {
  package let url: URL

  package init(_ url: URL) { self.url = url }

  /// `$HF_HUB_CACHE`, `$HF_HOME/hub`, or `~/.cache/huggingface/hub`.
  package init(environment: [String: String]) {
    func path(_ name: String) -> URL? {
      environment[name].flatMap { $0.isEmpty ? nil : URL(filePath: $0) }
    }
    let cache = path("XDG_CACHE_HOME") ?? PersonalFolders.home(environment).appending(path: ".cache")
    self.init(
      path("HF_HUB_CACHE") ?? (path("HF_HOME") ?? cache.appending(path: "huggingface")).appending(path: "hub")
    )
  }

  private static let prefix = "models--"

  /// Whether this is a repository's name, OWNER/NAME.
  static func isRepository(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty && !part.hasPrefix(".") && !part.hasPrefix("-") && !part.contains("--")
          && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
      }
  }

  /// The newest snapshot of a repository that has a model in it.
  func snapshot(of repository: String) -> URL? {
    guard Self.isRepository(repository) else { return nil }
    let folder = url.appending(path: Self.prefix + repository.replacing("/", with: "--"))
      .appending(path: "snapshots")
    let commits = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    func time(_ snapshot: URL) -> Date {
      let values = try? snapshot.resourceValues(forKeys: [.contentModificationDateKey])
      return values?.contentModificationDate ?? .distantPast
    }
    return commits.sorted().map { folder.appending(path: $0) }.filter(ModelFolder.isModel)
      .max { time($0) < time($1) }
  }

  /// Names of the repositories that have a snapshot with a model, in alphabetical order.
  var repositories: [String] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return folders.filter { $0.hasPrefix(Self.prefix) }.map {
      Self.name(ofFolder: $0)
    }.filter { snapshot(of: $0) != nil }.sorted()
  }

  /// The repository that a folder is a snapshot of; nil for all others.
  static func repository(of folder: URL) -> String? {
    let parts = folder.standardizedFileURL.pathComponents
    guard parts.count >= 3, parts[parts.count - 2] == "snapshots",
      parts[parts.count - 3].hasPrefix(prefix)
    else { return nil }
    let name = name(ofFolder: parts[parts.count - 3])
    return isRepository(name) ? name : nil
  }

  private static func name(ofFolder folder: String) -> String {
    String(folder.dropFirst(prefix.count)).replacing("--", with: "/", maxReplacements: 1)
  }
}
