import Files
import Foundation

/// The presets that come with the program, and a person's own.
package struct PresetLibrary: Sendable {
  package let folder: URL

  package init(folder: URL = ConfigFolder.url().appending(path: "presets")) { self.folder = folder }

  /// Own presets first, by name; one of a built-in's name stands in its place. With one line for each file or
  /// entry that was skipped.
  package func load() -> (presets: [Preset], warnings: [String]) {
    var (own, warnings): ([Preset], [String]) = ([], [])
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names.sorted() where name.hasSuffix(".toml") && !name.hasPrefix(".") {
      do {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        let loaded = try PresetFile.read(text, label: name, name: String(name.dropLast(5)))
        own.append(loaded.preset)
        warnings += loaded.warnings
      } catch let error as TOMLFileError {
        warnings.append("\(error)")
      } catch {
        warnings.append("\(name): the preset cannot be read; check its permissions and that it is UTF-8")
      }
    }
    own.sort { ($0.name.lowercased(), $0.name) < ($1.name.lowercased(), $1.name) }
    let taken = Set(own.map(\.name))
    return (own + Preset.builtIn.filter { !taken.contains($0.name) }, warnings)
  }

  /// - Returns: the file's name.
  /// - Throws: `PresetError` where a file of a person's own has this name, and what the disk says.
  package func save(_ preset: Preset) throws -> String {
    guard !load().presets.contains(where: { $0.isOwn && $0.name == preset.name }) else {
      throw PresetError.taken(name: preset.name)
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw PresetError.noFolder(path: folder.relativePath)
    }
    return try FreeFile.write(
      Array(PresetFile.text(of: preset).utf8), in: folder, stem: FreeFile.slug(preset.name), ending: "toml")
  }

  /// By its name, or where no name fits by the only one that begins so; capitals and small letters, and spaces
  /// and hyphens, are the same.
  package func preset(named name: String) throws(PresetError) -> Preset {
    func key(_ text: String) -> String { text.lowercased().replacing(" ", with: "-") }
    let presets = load().presets
    if let preset = presets.first(where: { key($0.name) == key(name) }) { return preset }
    let beginning = presets.filter { key($0.name).hasPrefix(key(name)) }
    if beginning.count == 1, !name.isEmpty { return beginning[0] }
    throw .unknown(name: name, known: presets.map(\.name))
  }
}

package enum PresetError: Error, Hashable, CustomStringConvertible {
  case taken(name: String)
  case unknown(name: String, known: [String])
  case noFolder(path: String)

  package var description: String {
    switch self {
    case .taken(let name): "there is a preset “\(name)” already; choose another name"
    case .unknown(let name, let known):
      "there is no preset “\(name)”; choose one of \(known.joined(separator: ", "))"
    case .noFolder(let path):
      "\(path): this folder, which presets go to, cannot be made; free some space, or make it by hand"
    }
  }
}
