import ArgumentParser
import Console
import Engines
import Explorer
import Foundation
import Models
import Recipes
import Widgets

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Do again what `explore --record-actions` wrote down.",
    discussion: """
      In a terminal it plays; q leaves. With --output it needs none and writes each screen that differs from the \
      one before. Two replays are the same bytes; only the milliseconds, which differ on each machine, are 0.

      Example: mezzotint replay session.jsonl --output frames
      """)

  @Argument(help: ArgumentHelp("What was recorded.", valueName: "file.jsonl"))
  var file: String

  @Option(help: ArgumentHelp("The model, where it is not found by its recorded name.", valueName: "model"))
  var model: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write frames into this folder, which is made or empty.", valueName: "folder"))
  var output: String?

  @Option(help: "Frames as svg (the screen) or png (the panels' pictures alone).")
  var format: FrameFormat = .svg

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Another size than the recorded; the mouse then may not meet.", valueName: "columnsxrows"))
  var size: ScreenSize?

  @Option(help: ArgumentHelp("Another theme to begin with.", valueName: "name|file"))
  var theme: String?

  @Option(help: ColorChoice.help)
  var color: ColorChoice = .auto

  @Option(help: "How pictures are drawn at the beginning, instead of the recorded way.")
  var pictures: PicturesChoice?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Threads to compute on, at most one per CPU.", valueName: "n")
  )
  var threads: Int?

  @OptionGroup var noise: NoiseOption

  func run() throws {
    let recording = try ActionFile(contentsOf: URL(filePath: file))
    let start = recording.start
    let library = ModelLibrary()
    let places = [URL(filePath: file).deletingLastPathComponent(), URL(filePath: ".")]
    let place =
      try self.model.map { try library.file($0) }
      ?? library.recorded(
        start.model ?? start.recipe.model, fingerprint: start.recipe.fingerprint, or: places)
    var model = try LoadedModel(
      place, ModelHints().completed(by: start.recipe, in: places), precision: start.recipe.precision,
      threads: threads)
    if let size = start.recipe.size { model = try model.drawing(size.grid) }
    let given = try noise.load(for: model.description)
    if let fingerprint = start.recipe.fingerprint, fingerprint != model.fingerprint {
      complain("this \(model.name) has other weights than the recorded one, so the pictures differ")
    }
    var themes = start.themes.map { name in
      guard let theme = try? ThemeChoice.library.load(named: name).theme else { return Theme.dark }
      return theme
    }
    if let theme, themes.indices.contains(start.theme) {
      themes[start.theme] = try ThemeChoice.library.load(theme).theme
    }
    let replay = try Replay(
      recording, model: model, size: size?.cells, fileNoise: given?.firstImage, pictures: pictures?.mode,
      modelFile: { try library.recorded($0, or: places) })
    if let output {
      var frames = try FrameFolder(output, format: format, colors: color.mode ?? .truecolor)
      try replay.play { state, _ in
        try frames.write(state, theme: themes[state.theme])
        return true
      }
      try say("\(frames.count) frames")
    } else {
      try playInTerminal(replay, themes)
    }
  }

  private func playInTerminal(_ replay: Replay, _ themes: [Theme]) throws {
    let terminal: CursesTerminal
    do {
      terminal = try CursesTerminal(colorMode: color.mode)
    } catch {
      throw UsageError(description: "\(error); --output writes frames without one")
    }
    defer { terminal.close() }
    var player = ReplayPlayer(terminal)
    try replay.play { state, seconds in player.show(state, theme: themes[state.theme], seconds: seconds) }
    player.stay()
  }
}

/// Columns and rows as in 120x40.
struct ScreenSize: ExpressibleByArgument {
  let cells: CellSize

  init?(argument: String) {
    let sides = argument.split(separator: "x").map { Int($0) }
    guard sides.count == 2, let columns = sides[0], let rows = sides[1], (1...1000).contains(columns),
      (1...1000).contains(rows)
    else { return nil }
    cells = CellSize(columns: columns, rows: rows)
  }
}
