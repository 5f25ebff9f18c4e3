import Foundation
import TestSupport
import Testing

/// The settings file, with the real binary.
struct SettingsEndToEndTests {
  private static func config(_ text: String, in folder: TemporaryFolder) throws -> [String: String] {
    let place = folder.url.appending(path: "config/mezzotint")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place.appending(path: "settings.toml"))
    return ["XDG_CONFIG_HOME": folder.path("config")]
  }

  private static func bytes(_ folder: TemporaryFolder, _ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: folder.path(name)))
  }

  @Test func settingsAreDefaultsAndOptionsWin() throws {
    let folder = try TemporaryFolder()
    let environment = try Self.config(
      "# mine\nseed = 7\nsteps = 2\nsampler = \"euler\"\nprecision = \"fp32\"\nmodel = \"avatars\"\n",
      in: folder)
    let runs = [
      (["-o", "a.png"], environment),
      (["-o", "b.png", "--seed", "7", "--steps", "2", "--sampler", "euler", "--precision", "fp32"], [:]),
      (["-o", "c.png", "--seed", "8"], environment),
    ]
    for (arguments, environment) in runs {
      let run = try Program.run(["sample"] + arguments, folder: folder.url, environment: environment)
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    }
    #expect(try Self.bytes(folder, "a.png") == Self.bytes(folder, "b.png"))
    #expect(try Self.bytes(folder, "a.png") != Self.bytes(folder, "c.png"))
  }

  @Test func badValuesWarnAndAreSkipped() throws {
    let folder = try TemporaryFolder()
    let environment = try Self.config(
      "steps = 0\ncolour = \"mono\"\nseed = \"many\"\ntheme = \"none\"\nmodel = \"gone\"\nguidance = [1.5]\n",
      in: folder)
    let run = try Program.run(
      ["sample", "--steps", "2", "-o", folder.path("a.png")], environment: environment)
    #expect(run.status == 0)
    let lines = run.errors.split(separator: "\n")
    #expect(lines.count == 6, "\(run.errors)")
    for (line, key) in [(1, "steps"), (3, "seed"), (4, "theme"), (5, "model")] {
      #expect(
        lines.contains { $0.contains("settings.toml, line \(line): \(key) was skipped: ") }, "\(run.errors)")
    }
    #expect(lines.contains { $0.contains("line 2: there is no setting colour") })
    #expect(lines.contains { $0.contains("line 6: guidance must be text, a number") })
  }

  /// A key outside ASCII ended the program once, inside the library that read it: settings, preset and theme.
  @Test func aKeyOutsideASCIIIsALineAndNoEnd() throws {
    let folder = try TemporaryFolder()
    let environment = try Self.config("[é]\nx=1\n", in: folder)
    let place = folder.url.appending(path: "config/mezzotint")
    for name in ["presets", "themes"] {
      try FileManager.default.createDirectory(
        at: place.appending(path: name), withIntermediateDirectories: true)
      try Data("[é]\nx=1\n".utf8).write(to: place.appending(path: "\(name)/mine.toml"))
    }
    let sample = try Program.run(
      ["sample", "digits", "--steps", "2", "-o", folder.path("a.png")], environment: environment)
    #expect(sample.status == 0)
    #expect(
      sample.errors.hasPrefix("mezzotint: settings.toml, line 1: ") && sample.errors.contains("defaults"))
    let preset = try Program.run(
      ["sample", "digits", "--preset", "mine", "-o", folder.path("b.png")], environment: environment)
    #expect(preset.status != 0 && preset.errors.contains("mine.toml, line 1: "), "\(preset.errors)")
    let theme = try Program.run(
      ["explore", "digits", "--steps", "2", "--theme", "mine", "--screenshot", folder.path("c.svg")],
      environment: environment)
    #expect(theme.status == 0, "\(theme.errors)")
  }

  @Test func aSyntaxErrorKeepsTheDefaultsAndNamesTheLine() throws {
    let folder = try TemporaryFolder()
    let environment = try Self.config("seed = 7\nsteps = = 3\n", in: folder)
    let run = try Program.run(
      ["sample", "--steps", "2", "-o", folder.path("a.png")], environment: environment)
    #expect(run.status == 0)
    #expect(run.errors.contains("settings.toml, line 2: "))
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    _ = try Program.run("sample", "--steps", "2", "-o", folder.path("b.png"))
    #expect(try Self.bytes(folder, "a.png") == Self.bytes(folder, "b.png"))
  }

  @Test func thePrintedFileIsGoodWithAndWithoutItsComments() throws {
    let folder = try TemporaryFolder()
    let printed = try Program.run("settings").output
    let bare = printed.split(separator: "\n").filter { $0.contains(" = ") }.map { $0.dropFirst(2) }
    #expect(bare.count == 14)
    for text in [printed, bare.joined(separator: "\n")] {
      let environment = try Self.config(text, in: folder)
      let run = try Program.run(
        ["sample", "--steps", "2", "-o", folder.path("a.png")], environment: environment)
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    }
    let environment = try Self.config("", in: folder)
    let path = try Program.run(["settings", "--path"], environment: environment).output
    #expect(path == folder.path("config/mezzotint/settings.toml") + "\n")
  }

  @Test func theProgramsOwnWordsKeepTheirMeaning() throws {
    let folder = try TemporaryFolder()
    let environment = try Self.config("theme = \"nord\"\nseed = 3\n", in: folder)
    for words in [
      ["--version"], ["--help"], ["help", "sample"], ["models"], ["settings"], ["sample", "--help"],
    ] {
      let run = try Program.run(words, environment: environment)
      #expect(run.status == 0 && run.errors.isEmpty, "\(words): \(run.errors)")
    }
  }
}
