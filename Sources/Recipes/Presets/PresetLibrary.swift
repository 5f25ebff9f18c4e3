import Files
import Foundation

/// The presets that come with the program, and a person's own.
package struct PresetLibrary: Sendable {
  package let folder: URL

  package init(folder: URL = ConfigFolder.url().appending(path: "presets")) { self.folder = folder }

  /// Own presets first, by name; one of a built-in's name stands in its place. With one line for each file or
  /// entry that was skipped.
  package func load() -> (presets: [Preset], warnings: [String]) {
    let files = readFiles()
    let own = files.compactMap(\.preset).sorted {
      ($0.name.lowercased(), $0.name) < ($1.name.lowercased(), $1.name)
    }
    let taken = Set(own.map(\.name))
    return (own + Preset.builtIn.filter { !taken.contains($0.name) }, files.flatMap(\.warnings))
  }

  /// One of a person's own, as far as it could be read.
  private struct File {
    /// Without its ending.
    let name: String
    /// nil for what is no TOML.
    var preset: Preset?
    /// One line for each entry that is wrong.
    var warnings: [String] = []
  }

  private func readFiles() -> [File] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().filter { $0.hasSuffix(".toml") && !$0.hasPrefix(".") }.map { name in
      var file = File(name: String(name.dropLast(5)))
      do {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        let loaded = try PresetFile.read(text, label: name, name: file.name)
        (file.preset, file.warnings) = (loaded.preset, loaded.warnings)
      } catch let error as TOMLFileError {
        file.warnings = ["\(error)"]
      } catch {
        file.warnings = ["\(name): the preset cannot be read; check its permissions and that it is UTF-8"]
      }
      return file
    }
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
  ///
  /// - Throws: `PresetError`, also for one with something wrong in it: half of a preset is another preset.
  package func preset(named name: String) throws(PresetError) -> Preset {
    func key(_ text: String) -> String { text.lowercased().replacing(" ", with: "-") }
    let (presets, files) = (load().presets, readFiles())
    func whole(_ preset: Preset) throws(PresetError) -> Preset {
      let file = preset.isOwn ? files.first { $0.preset == preset && !$0.warnings.isEmpty } : nil
      if let file { throw .defective(lines: file.warnings) }
      return preset
    }
    if let preset = presets.first(where: { key($0.name) == key(name) }) { return try whole(preset) }
    if let broken = files.first(where: { $0.preset == nil && key($0.name) == key(name) }) {
      throw .defective(lines: broken.warnings)
    }
    let beginning = presets.filter { key($0.name).hasPrefix(key(name)) }
    if beginning.count == 1, !name.isEmpty { return try whole(beginning[0]) }
    throw .unknown(name: name, known: presets.map(\.name))
  }
}

package enum PresetError: Error, Hashable, CustomStringConvertible {
  case taken(name: String)
  case unknown(name: String, known: [String])
  case noFolder(path: String)
  /// Each of `lines` names the file, its line and what is wrong there.
  case defective(lines: [String])

  package var description: String {
    switch self {
    case .taken(let name): "there is a preset “\(name)” already; choose another name"
    case .unknown(let name, let known):
      "there is no preset “\(name)”; choose one of \(known.joined(separator: ", "))"
    case .defective(let lines):
      (lines.first ?? "") + (lines.count > 1 ? " (and \(lines.count - 1) more)" : "")
    case .noFolder(let path):
      "\(path): this folder, which presets go to, cannot be made; free some space, or make it by hand"
    }
  }
}
