import Checkpoints
import Foundation

/// Where the program's models and themes are: `make install` puts them in share, a build has them beside it.
package enum Resources {
  /// Folders that may hold a resource folder of this name, nearest first, those that exist.
  ///
  /// Beside the executable that really runs, up its parents, then `../share/mezzotint`.
  package static func folders(_ name: String, executable: URL? = nil) -> [URL] {
    var folder = (executable ?? runningExecutable).resolvingSymlinksInPath().deletingLastPathComponent()
    let shared = folder.deletingLastPathComponent().appending(path: "share/mezzotint/\(name)")
    var candidates: [URL] = []
    while folder.path != "/" {
      candidates.append(folder.appending(path: name))
      folder = folder.deletingLastPathComponent()
    }
    candidates.append(shared)
    return candidates.filter { candidate in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  private static var runningExecutable: URL {
    Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments.first ?? "mezzotint")
  }
}

/// The models that come with the program, found by name.
package struct ModelLibrary: Sendable {
  package let folders: [URL]
  package static let defaultModel = "avatars"

  package init(folders: [URL] = Resources.folders("models")) { self.folders = folders }

  /// Names in alphabetical order.
  package var names: [String] {
    let found = folders.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0.path)) ?? [] }
    return Set(found.filter { $0.hasSuffix(".safetensors") }.map { String($0.dropLast(12)) }).sorted()
  }

  /// The file of a model: a path, or a name that comes with the program.
  ///
  /// - Parameter reference: nil for the default model.
  /// - Throws: `ModelLibraryError` when there is neither.
  package func file(_ reference: String?) throws -> URL {
    let name = reference ?? Self.defaultModel
    if reference != nil, FileManager.default.fileExists(atPath: name) { return URL(filePath: name) }
    if !name.contains("/") {
      for folder in folders {
        let file = folder.appending(path: name + ".safetensors")
        if FileManager.default.fileExists(atPath: file.path) { return file }
      }
    }
    throw ModelLibraryError(reference: name, known: names)
  }

  /// The file of a model that a recipe names. A recipe holds no path, so a model of the user's is looked for in
  /// `places` too; where several have the name, the one with the recipe's weights is meant.
  package func file(_ name: String, fingerprint: String?, or places: [URL]) throws -> URL {
    let files = (folders + places).map { $0.appending(path: name + ".safetensors") }
      .filter { !name.contains("/") && FileManager.default.fileExists(atPath: $0.path) }
    guard let first = files.first else {
      throw ModelLibraryError(
        reference: name, known: names,
        advice: "put \(name).safetensors beside the picture or into this folder")
    }
    guard files.count > 1, let fingerprint else { return first }
    return files.first { (try? SafetensorsFile($0).fingerprint()) == fingerprint } ?? first
  }

  /// How a model's file is called on the command line: by its name where that finds it.
  package func reference(to file: URL) -> String {
    let name = Self.name(of: file)
    return folders.contains { $0.path == file.deletingLastPathComponent().path } ? name : file.relativePath
  }

  /// A model's name, as recipes have it.
  package static func name(of file: URL) -> String { file.deletingPathExtension().lastPathComponent }
}

package struct ModelLibraryError: Error, Equatable, CustomStringConvertible {
  let reference: String
  let known: [String]
  let advice: String

  package init(reference: String, known: [String], advice: String = "give a .safetensors file") {
    (self.reference, self.known, self.advice) = (reference, known, advice)
  }

  package var description: String {
    let choices = known.isEmpty ? "" : " (\(known.joined(separator: ", ")))"
    return
      "\(reference): there is no such file and no bundled model of that name\(choices); \(advice)"
  }
}
