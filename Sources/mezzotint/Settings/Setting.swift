import ArgumentParser
import Models
import Recipes
import Widgets

/// One line of the settings file.
struct Setting: Sendable {
  /// The option's name without its hyphens.
  let key: String
  /// As TOML has it.
  let example: String
  let comment: String
  /// The commands that take the option.
  let commands: Set<String>

  private static let drawing: Set<String> = ["explore", "tour", "sample", "compare", "sweep"]
  private static let guided: Set<String> = ["explore", "tour"]
  private static let screen: Set<String> = guided.union(["replay"])

  /// In the order of the printed file.
  static let all: [Setting] = [
    Setting("theme", "\"dark\"", "a name (`t` goes through them) or a .toml file", screen),
    Setting("color", "\"auto\"", "auto, truecolor, 256, 16, 8 or mono", screen),
    Setting(
      "pictures", "\"auto\"", "\(PicturesChoice.allValueStrings.joined(separator: ", ")) (`T`)",
      screen.union(["train"])),
    Setting("drafts", "\"auto\"", "auto or off: fewer steps first while a slow model's slider moves", guided),
    // Not given as an option: the model is an argument.
    Setting("model", "\"avatars\"", "a model's name (`mezzotint models`), file or folder", []),
    Setting(
      ModelLibrary.foldersSetting, "[]", "more folders to find models in by their names: [\"~/models\"]", []),
    Setting("precision", "\"auto\"", "auto, fp32 or bf16", drawing),
    Setting("threads", "2", "to compute on; left out: one for each CPU", drawing),
    Setting("seed", "0", "the same seed is the same picture", drawing),
    Setting("steps", "20", "denoising steps", drawing),
    Setting("sampler", "\"default\"", "as the model has it; see `mezzotint sample --help`", drawing),
    Setting("spacing", "\"linspace\"", "linspace, leading, trailing or karras", drawing),
    Setting("guidance", "1.0", "classifier-free guidance; 1 is none", drawing),
    Setting("eta", "0.0", "fresh noise in each step of ddim, 0 to 1", drawing),
  ]

  private init(_ key: String, _ example: String, _ comment: String, _ commands: Set<String>) {
    (self.key, self.example, self.comment, self.commands) = (key, example, comment, commands)
  }

  /// - Throws: what the command line says to this value.
  func check(_ value: String) throws {
    switch key {
    case "model": _ = try ModelLibrary().file(value)
    case ModelLibrary.foldersSetting: try ModelLibrary.requireFolders(value)
    case "theme": _ = try ThemeChoice.library.load(value)
    default: _ = try ExploreCommand.parse(["--\(key)", value])
    }
  }

  /// The file to start from: everything is there, nothing is set.
  static var file: String {
    let width = all.map { $0.key.count + $0.example.count }.max() ?? 0
    let lines = all.map { setting in
      let pair = "\(setting.key) = \(setting.example)"
      return "# \(pair)\(String(repeating: " ", count: width + 3 - pair.count))  # \(setting.comment)"
    }
    return """
      # Settings of mezzotint. The file is $XDG_CONFIG_HOME/mezzotint/settings.toml, or
      # ~/.config/mezzotint/settings.toml. Each line is an option of the same name, and the command line goes before.
      # A line counts without the # at its beginning; these are the defaults.

      \(lines.joined(separator: "\n"))

      """
  }
}
