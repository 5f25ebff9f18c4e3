import Denoising
import Files
import Foundation
import Models
import Recipes
import Widgets

func fuzzTOML(_ input: [UInt8]) {
  guard let entries = try? TOMLEntries(String(decoding: input, as: UTF8.self), label: "x.toml") else {
    return
  }
  for warning in entries.warnings { precondition(!visible(warning).contains("\u{1B}")) }
}

/// As the commands read a person's settings: the value of each key is taken as the option of that name.
func fuzzSettings(_ input: [UInt8]) {
  guard let entries = try? TOMLEntries(String(decoding: input, as: UTF8.self), label: "x.toml") else {
    return
  }
  for entry in entries.entries {
    switch entry.key {
    case "model": _ = try? library.recorded(entry.text)
    case ModelLibrary.foldersSetting: try? ModelLibrary.requireFolders(entry.text)
    default:
      guard let setting = NamedSetting(name: entry.key) else { continue }
      var recipe = Recipe(model: "", precision: .fp32, panels: [Panel(name: "", knobs: Knobs())])
      try? recipe.set(setting, to: entry.text, for: painter)
    }
  }
}

private let library = ModelLibrary(folders: [URL(filePath: "models")])

func fuzzTheme(_ input: [UInt8]) {
  _ = ThemeFile.theme(text: String(decoding: input, as: UTF8.self), label: "x.toml", name: "x")
}

func fuzzPreset(_ input: [UInt8]) {
  let text = String(decoding: input, as: UTF8.self)
  guard let loaded = try? PresetFile.read(text, label: "x.toml", name: "x") else { return }
  let again = try? PresetFile.read(PresetFile.text(of: loaded.preset), label: "y.toml", name: "y")
  precondition(again?.preset == loaded.preset, "a preset does not read back")
}

func fuzzAxis(_ input: [UInt8]) {
  guard let axis = try? SweepAxis(String(decoding: input, as: UTF8.self)) else { return }
  precondition((1...SweepAxis.mostValues).contains(axis.values.count))
}

func fuzzQuoting(_ input: [UInt8]) {
  let text = String(decoding: input, as: UTF8.self)
  precondition(!shellQuoted(text).unicodeScalars.contains(where: \.steersTerminals))
  precondition(!visible(text).unicodeScalars.contains { $0 != "\n" && $0 != "\t" && $0.steersTerminals })
}
