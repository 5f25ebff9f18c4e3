import Console
import Denoising
import Engines
import Explorer
import Foundation
import Pictures
import Recipes
import TestSupport
import Testing
import Widgets

/// The whole program but for the terminal: real engine, real worker, a small golden model.
@Suite(.serialized) struct ProgramTests {
  private static func program(
    _ terminal: MemoryTerminal, steps: Int = 6, saver: FileSaver = FileSaver()
  ) throws -> (ExplorerProgram, LoadedModel, Recipe) {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    var recipe = Recipe(model: model.name, precision: .fp32, panels: Panel.models)
    recipe.label = 0
    recipe.sampler.steps = steps
    let state = ExplorerState(
      model: model.name, fingerprint: model.fingerprint, precision: model.precision,
      description: model.description,
      settings: Settings(recipe, model.description, noiseFromFile: false), themes: ["dark"], theme: 0,
      size: terminal.size)
    return (
      ExplorerProgram(state, model: model, terminal: terminal, themes: [.dark], saver: saver), model,
      recipe
    )
  }

  /// The timeline's numbers are those of the panel that is furthest behind.
  private static func shows(_ text: String) -> (CellBuffer) -> Bool {
    { $0.lines.contains { $0.contains(text) } }
  }

  @Test func whatIsOnTheScreenAreTheEnginesPixels() throws {
    let terminal = MemoryTerminal(
      size: CellSize(columns: 80, rows: 20),
      script: [.wait("the end of the run", until: Self.shows("■ 6/6")), .events([.typed("q")])])
    let (program, model, recipe) = try Self.program(terminal)
    #expect(program.run() == 0)
    #expect(terminal.unmet == nil)
    #expect(terminal.isClosed)

    let results = try model.run { network in
      var run = try SamplingRun(recipe, network.description)
      while !run.isFinished { _ = try run.advance(with: network) }
      return run.results.map { pictures(of: $0)[0] }
    }
    let layout = ExplorerLayout(program.state)
    for (place, picture) in zip(layout.panels, results) {
      let area = place.picture
      try #require(area.columns == 16 && area.rows == 8, "16x16 pixels are shown as they are")
      for row in 0..<8 {
        for column in 0..<16 {
          let cell = terminal.buffer[area.column + column, area.row + row]
          #expect(
            cell == Cell(upper: picture[column, 2 * row], lower: picture[column, 2 * row + 1]))
        }
      }
    }
  }

  @Test func aKeyInTheMiddleOfARunStartsItAgain() throws {
    let terminal = MemoryTerminal(
      size: CellSize(columns: 100, rows: 30),
      script: [
        .wait("a first step", until: Self.shows("/200")), .events([.key(.right, .shift)]),
        .wait("the new value", until: Self.shows("b 1.40")), .events([.typed("n")]), .events([.typed("q")]),
      ])
    let (program, _, _) = try Self.program(terminal, steps: 200)
    #expect(program.run() == 0)
    #expect(terminal.unmet == nil)
    #expect(program.state.settings.panels[1].knobs.b == 1.4)
    #expect(program.state.settings.run.noise == .seed(1))
  }

  @Test func resizingInTheMiddleLeavesNothingBehind() throws {
    let sizes = [(120, 40), (1, 1), (200, 60), (79, 23)].map { CellSize(columns: $0.0, rows: $0.1) }
    let terminal = MemoryTerminal(
      script: sizes.map { .resize($0) } + [
        .wait("the end", until: Self.shows("■ 6/6")), .events([.typed("q")]),
      ])
    let (program, _, _) = try Self.program(terminal)
    #expect(program.run() == 0)
    #expect(terminal.unmet == nil)
    #expect(terminal.buffer.size == sizes.last)
  }

  @Test func whatWasAskedForIsSavedBeforeTheProgramEnds() throws {
    let folder = try TemporaryFolder()
    for (place, failures) in [(folder.url, 0), (folder.file("none"), 2)] {
      let terminal = MemoryTerminal(
        size: CellSize(columns: 80, rows: 24),
        script: [
          .wait("the end of the run", until: Self.shows("■ 6/6")),
          .events([.typed("w"), .typed("V"), .typed("q")]),
        ])
      let (program, _, recipe) = try Self.program(terminal, saver: FileSaver(folder: place))
      #expect(program.run() == 0)
      #expect(program.lateFailures.count == failures, "\(program.lateFailures)")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
      #expect(
        Set(names)
          == Set(
            failures == 0
              ? [
                "model-label-0-seed0-b1_1.3_1-s1_1_0.8.png",
                "model-label-0-seed0-b1_1.3_1-s1_1_0.8-screen.svg",
              ] : []))
      guard failures == 0 else { continue }
      #expect(
        try Recipe(inPNG: place.appending(path: "model-label-0-seed0-b1_1.3_1-s1_1_0.8.png")).panels
          == recipe.panels)
    }
  }

  @Test func aTerminalThatTakesNothingDoesNotStopTheProgram() throws {
    let terminal = MemoryTerminal(script: [.events([.typed("n")]), .events([.typed("q")])])
    terminal.canDraw = false
    let (program, _, _) = try Self.program(terminal)
    #expect(program.run() == 0)
    #expect(terminal.statistics.frames == 0)
  }
}
