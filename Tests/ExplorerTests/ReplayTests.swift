import Console
import Denoising
import Engines
import Explorer
import Foundation
import Recipes
import TestSupport
import Testing
import Widgets

/// A session recorded with the real engine, and what a replay makes of it.
@Suite(.serialized) struct ReplayTests {
  private static func model() throws -> LoadedModel {
    try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
  }

  /// Plays a script into the explorer and records it.
  private static func record(
    _ file: URL, _ script: [MemoryTerminal.Turn], steps: Int = 6
  ) throws -> (ExplorerState, MemoryTerminal) {
    let model = try model()
    let terminal = MemoryTerminal(size: CellSize(columns: 80, rows: 24), script: script)
    var recipe = Recipe(model: model.name, precision: .fp32, panels: Panel.models)
    recipe.label = 0
    recipe.sampler.steps = steps
    let state = ExplorerState(
      model: model.name, fingerprint: model.fingerprint, precision: model.precision,
      description: model.description,
      settings: Settings(recipe, model.description, noiseFromFile: false), themes: ["dark", "other"],
      theme: 0,
      size: terminal.size)
    let recorder = try ActionRecorder(file.path, state)
    let program = ExplorerProgram(
      state, model: model, terminal: terminal, themes: [.dark, .dark],
      saver: FileSaver(folder: file.deletingLastPathComponent()), recorder: recorder)
    #expect(program.run() == 0)
    #expect(terminal.unmet == nil)
    return (program.state, terminal)
  }

  private static func frames(_ file: URL, size: CellSize? = nil) throws -> ([CellBuffer], ExplorerState) {
    let replay = try Replay(ActionFile(contentsOf: file), model: model(), size: size)
    var frames: [CellBuffer] = []
    try replay.play { state, _ in
      let frame = ExplorerView(state, theme: .dark).draw().painted(by: HalfBlockPainter())
      if frame != frames.last { frames.append(frame) }
      return true
    }
    return (frames, replay.state)
  }

  private static func shows(_ text: String) -> (CellBuffer) -> Bool {
    { $0.lines.contains { $0.contains(text) } }
  }

  private static var session: [MemoryTerminal.Turn] {
    [
      .wait("a first step", until: shows("/6")), .events([.key(.right, .shift)]), .events([.typed("n")]),
      .wait("the end", until: shows("■ 6/6")), .events([.typed("d"), .typed("w")]),
      .events([.typed("=")]), .events([.paste("0.7"), .key(.enter, [])]), .events([.typed("e")]),
      .wait("the list", until: shows("Presets")), .events([.typed("v"), .key(.enter, [])]),
      .resize(CellSize(columns: 100, rows: 30)),
      .events([
        .mouse(MouseEvent(point: CellPoint(column: 40, row: 17), button: .left, action: .press)),
        .mouse(
          MouseEvent(point: CellPoint(column: 50, row: 17), button: .left, action: .drag, modifiers: .shift)),
      ]),
      .wait("the end", until: shows("6/6")), .events([.typed("b")]),
      .wait("Model 1 again", until: { _ in true }),
      .events([.typed("t"), .typed("T"), .typed("T"), .typed("q")]),
    ]
  }

  @Test func aReplayEndsAsTheSessionDidAndIsTheSameEachTime() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("session.jsonl")
    let (state, _) = try Self.record(file, Self.session)
    let (first, end) = try Self.frames(file)
    #expect(end.settings == state.settings)
    #expect(end.playback.position == state.playback.position)
    #expect(end.message == state.message)
    #expect(end.theme == state.theme)
    #expect(end.pictures == state.pictures && end.pictures.name == "sextant")
    #expect(end.size == state.size)
    #expect(end.arrivedSteps == state.arrivedSteps)
    for panel in state.settings.panels {
      #expect(end.shownStep(of: panel)?.prediction == state.shownStep(of: panel)?.prediction)
    }
    #expect(first.count > 10)
    let (second, _) = try Self.frames(file)
    #expect(first == second)
  }

  @Test func aReplayedSweepFillsTheSameGridAlsoWithRowsOfOtherSteps() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("session.jsonl")
    var live: CellBuffer?
    let keys: [InputEvent] = (0..<60).map { _ in .key(.backspace, []) }
    let (state, _) = try Self.record(
      file,
      [
        .wait("the end", until: Self.shows("■ 6/6")), .events([.typed("X")] + keys),
        .events([.paste("b=1,1.4 steps=2,3,9"), .key(.enter, [])]),
        .wait(
          "the sweep",
          until: { screen in
            guard Self.shows("■ 6/6")(screen), Self.shows("steps")(screen) else { return false }
            live = screen
            return true
          }),
        .events([.key(.end, []), .key(.enter, [])]), .wait("the panels", until: Self.shows("/9")),
        .wait("the end", until: Self.shows("■ 9/9")), .events([.typed("q")]),
      ])
    let (first, end) = try Self.frames(file)
    #expect(first.contains(try #require(live)), "the whole grid, cell for cell")
    #expect(end.settings == state.settings)
    #expect(end.settings.run.sampler.steps == 9)
    #expect(end.settings.panels[1].knobs.b == 1.4)
    for panel in state.settings.panels {
      #expect(end.shownStep(of: panel)?.prediction == state.shownStep(of: panel)?.prediction)
    }
    #expect(try Self.frames(file).0 == first)
  }

  @Test func aCutOffRecordingIsPlayedToItsEnd() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("session.jsonl")
    _ = try Self.record(
      file, [.wait("a first step", until: Self.shows("/6")), .events([.typed("n")]), .events([.typed("q")])])
    let text = try String(contentsOf: file, encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(lines.last?.contains("\"end\":true") == true)
    let cut = folder.file("cut.jsonl")
    try Data((lines.dropLast(2) + [lines[lines.count - 2].prefix(20)]).joined(separator: "\n").utf8).write(
      to: cut)
    let (_, end) = try Self.frames(cut, size: CellSize(columns: 40, rows: 12))
    #expect(!end.isRunning)
    #expect(end.size == CellSize(columns: 40, rows: 12))
  }

  @Test func whatIsNoRecordingIsOneClearLine() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("a.jsonl")
    for text in ["", "{}", "\n\n", "[1,2]"] {
      try Data(text.utf8).write(to: file)
      #expect(throws: ActionFileError.self) { try ActionFile(contentsOf: file) }
    }
    #expect(throws: ActionFileError.self) { try ActionFile(contentsOf: folder.file("none")) }
  }

  @Test func everyInputSurvivesTheFile() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("a.jsonl")
    let recorder = try ActionRecorder(file.path, Fixture.state())
    let keys: [Key] = [
      .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .tab, .backTab, .enter, .escape, .backspace,
      .delete, .insert, .function(1), .function(12), .character("a"), .character("é"), .character("+"),
      .character(" "), .character("f"), .character("👩🏽‍🚀"),
    ]
    var inputs: [InputEvent] = keys.map { .key($0, []) }
    inputs += [.key(.right, [.shift, .control]), .key(.character("+"), .control), .paste("a\n\"b\"")]
    inputs.append(.resized(CellSize(columns: 7, rows: 0)))
    for action in [MouseEvent.Action.press, .release, .drag, .wheelUp, .wheelDown] {
      for button in [MouseEvent.Button.left, .middle, .right, .none] {
        inputs.append(
          .mouse(
            MouseEvent(
              point: CellPoint(column: 300, row: 4), button: button, action: action,
              modifiers: [.alt, .shift])))
      }
    }
    for input in inputs { recorder.note(.input(input), before: Fixture.state()) }
    for input in [InputEvent.wake, .resumed, .interrupt, .leave(status: 1)] {
      recorder.note(.input(input), before: Fixture.state())
    }
    recorder.end(Fixture.state())
    let read = try ActionFile(contentsOf: file).lines.flatMap(\.messages).map { message -> InputEvent? in
      if case .input(let event) = message { event } else { nil }
    }
    #expect(read == inputs)
  }

  @Test func ticksInARowAreOneLine() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("a.jsonl")
    let recorder = try ActionRecorder(file.path, Fixture.state())
    for _ in 0..<40 { recorder.note(.tick, before: Fixture.state()) }
    recorder.note(.saved(path: "x.png"), before: Fixture.state())
    recorder.note(.tick, before: Fixture.state())
    recorder.end(Fixture.state())
    let lines = try ActionFile(contentsOf: file).lines
    #expect(lines.map(\.ticks) == [40, nil, 1, nil])
  }
}
