import Foundation

/// A folder that has models: files, and folders as diffusers writes them.
struct ModelFolder {
  let url: URL

  /// Of files, the first where several have the same name.
  static let endings = ["safetensors", "pth", "pt", "ckpt", "bin"]

  /// - Returns: nil where nothing here has that name, and for what is no plain name.
  func model(named name: String) -> URL? {
    guard Self.isPlain(name) else { return nil }
    let files = Self.endings.map { url.appending(path: "\(name).\($0)") }
    if let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) { return file }
    let folder = url.appending(path: name)
    return Self.isModel(folder) ? folder : nil
  }

  /// In alphabetical order. A training's state has the weights too, and is not meant.
  var models: [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.sorted().filter { name in
      guard !name.hasPrefix("."), !name.hasSuffix(".training.safetensors") else { return false }
      return Self.endings.contains { name.hasSuffix(".\($0)") } || Self.isModel(url.appending(path: name))
    }.map { url.appending(path: $0) }
  }

  /// Whether a folder says of itself that there is a network in it, as diffusers' do.
  static func isModel(_ folder: URL) -> Bool {
    ["model_index.json", "unet/config.json", "config.json"].contains {
      FileManager.default.fileExists(atPath: folder.appending(path: $0).path)
    }
  }

  /// Names come out of other people's pictures: none leads to another folder.
  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && !name.contains("/") && !name.contains("\0") && name != "." && name != ".."
  }
}

/// A person's own folders of models.
enum PersonalFolders {
  /// As the settings file calls them: a path, or several.
  static let setting = "model-folders"

  /// `$XDG_DATA_HOME/mezzotint/models`, or that in `~/.local/share`.
  static func standard(_ environment: [String: String]) -> URL {
    let named = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? URL(filePath: $0) : nil }
    return (named ?? home(environment).appending(path: ".local/share")).appending(path: "mezzotint/models")
  }

  static func home(_ environment: [String: String]) -> URL {
    environment["HOME"].map { URL(filePath: $0) } ?? FileManager.default.homeDirectoryForCurrentUser
  }
}
