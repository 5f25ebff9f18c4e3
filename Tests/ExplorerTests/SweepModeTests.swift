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

/// Sweeps in the explorer: asked for, watched, left, and gone on from.
struct SweepModeTests {
  private func swept(_ axes: String, columns: Int = 80, rows: Int = 24) -> ExplorerState {
    var state = Fixture.state(columns: columns, rows: rows)
    state.finishRuns()
    state.press("X")
    for _ in 0..<60 { state.press("back") }
    for character in axes { _ = state.update(.input(.typed(character))) }
    state.press("enter")
    return state
  }

  private func finish(_ state: inout ExplorerState, cells: Int = .max) {
    guard let request = state.sweep?.request else { return }
    for cell in request.sweep.cells.indices.prefix(cells) {
      _ = state.update(
        .sweptCell(SweepCell(number: request.number, cell: cell, picture: Fixture.picture(90))))
    }
  }

  @Test func theLineBeginsWithWhatSuitsTheKnobInFocus() {
    var state = Fixture.state()
    func line() -> String {
      state.press("X")
      defer { state.press("esc") }
      return state.lines[22]
    }
    #expect(line().hasPrefix("  sweep b=1.0:1.6:0.1 s=0.4:1.0:0.2 "))
    while state.focus != .run(.label) { state.press("down") }
    #expect(line().hasPrefix("  sweep label=all s=0.4:1.0:0.2 "))
    for id in Control.table(for: Fixture.traits()).map(\.id) {
      while state.focus != id { state.press("down") }
      let effects = state.press("X enter")
      #expect(effects.count == 1 && state.sweep != nil, "\(id): \(state.lines[22])")
      state.press("esc")
    }
  }

  @Test func enterStartsItAndEscapeStopsIt() {
    var state = swept("b=1,2 s=0,1")
    guard let request = state.sweep?.request else {
      Issue.record("no sweep")
      return
    }
    #expect(request.sweep.cells.map { $0.panels[0].knobs.s } == [0, 0, 1, 1])
    #expect(state.press("esc") == [.sweep(nil)])
    #expect(state.layers.isBare)
    _ = state.update(.sweptCell(SweepCell(number: request.number, cell: 0, picture: Fixture.picture(1))))
    #expect(state.sweep == nil, "what comes late is dropped")
    #expect(state.settings == Fixture.state().settings)
  }

  @Test(arguments: [
    ("", "expected name=start"), ("b=1 s=1 seed=1", "expected name=start"), ("c=1", "c: there is no such"),
    ("b=1 b=2", "b: expected two different"), ("label=dog", "no such label"), ("b=0:9:0.01", "at most 64"),
  ])
  func aWrongLineStaysToBeCorrected(axes: String, words: String) {
    let state = swept(axes, columns: 200, rows: 30)
    guard let field = state.layers[SweepAxesField.self]?.field else {
      Issue.record("\(axes) was taken")
      return
    }
    #expect(field.text == axes)
    #expect(state.lines[28].contains(words), "\(state.lines[28])")
  }

  @Test func theScreenShowsAxesValuesAndCells() {
    var state = swept("b=1.0:1.4:0.2 s=0,1")
    finish(&state, cells: 4)
    let lines = state.lines
    #expect(lines[0].hasPrefix("  sweep  avatars · robot · seed 0 · dpmpp-2m · 4 steps"))
    #expect(lines[0].hasSuffix("● 4/6 "))
    #expect(lines[1].hasPrefix("    b →"))
    #expect(lines[2].hasPrefix("  s        1.0              1.2              1.4  "))
    #expect(lines[3].hasPrefix("    ╭────────────────╮  "))
    #expect(lines[4].hasPrefix("    │▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀│▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀ ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀  "))
    #expect(lines[8].hasPrefix("  0 │▀▀"))
    #expect(lines[17].hasPrefix("  1  ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀      "), "two cells have not come yet")
    #expect(lines[22].hasPrefix("  b 1.0  s 0  into Model 2"), "\(lines[22])")
    #expect(lines[23].contains("esc stop and leave") && lines[23].contains("enter go on from this cell"))
    finish(&state)
    #expect(state.lines[0].hasSuffix("■ 6/6 "))
    #expect(state.lines[23].contains("esc leave"))
  }

  @Test(arguments: [
    ("right", 1), ("down", 3), ("right right right", 2), ("left", 0), ("down down", 3), ("end", 5),
    ("s-right", 2), ("l j", 4), ("end home", 0), ("end up left", 1), ("end s-left", 3),
  ])
  func arrowsPickACell(keys: String, cell: Int) {
    var state = swept("b=1.0:1.4:0.2 s=0,1")
    state.press(keys)
    #expect(state.sweep?.cursor == cell)
  }

  @Test func theMousePicksACell() {
    var state = swept("b=1.0:1.4:0.2 s=0,1")
    finish(&state)
    guard let screen = state.sweep else { return }
    let layout = SweepLayout(screen, size: state.size)
    let area = layout.picture(column: 2, row: 1)
    _ = state.update(
      .input(
        .mouse(
          MouseEvent(point: CellPoint(column: area.column, row: area.row), button: .left, action: .press))))
    #expect(state.sweep?.cursor == 5)
  }

  @Test func goingOnFromACellIsOneStepOfUndo() {
    var state = swept("b=1.0:1.4:0.2 seed=0:2:1")
    let before = state.settings
    let effects = state.press("end enter")
    #expect(effects.first == .sweep(nil) && effects.count == 2)
    #expect(state.layers.isBare)
    #expect(state.settings.panels[1].knobs == Knobs(b: 1.4, s: 1))
    #expect(state.settings.panels[0] == before.panels[0])
    #expect(state.settings.run.noise == .seed(2))
    #expect(state.message?.text == "Model 2 goes on with b 1.4  seed 2")
    state.press("u")
    #expect(state.settings == before)
  }

  @Test func aPanelsOwnSettingStaysItsOwn() {
    var state = Fixture.state()
    while state.focus != .run(.steps) { state.press("down") }
    state.press("o")
    state.press("X")
    for _ in 0..<60 { state.press("back") }
    for character in "steps=2,3" { _ = state.update(.input(.typed(character))) }
    state.press("enter end enter")
    #expect(state.settings.panels[1].own.steps == 3)
    #expect(state.settings.run.sampler.steps == 4)
  }

  @Test func anySizeAtAllCanBeDrawn() {
    for axes in ["b=1", "sampler=all", "seed=0:31:1 b=0:3.1:0.1", "b=0:6.3:0.1 label=all"] {
      var state = swept(axes, columns: 300, rows: 100)
      finish(&state, cells: 7)
      for columns in [0, 1, 2, 5, 17, 40, 80, 200] {
        for rows in [0, 1, 2, 3, 7, 12, 24, 60] {
          _ = state.update(.input(.resized(CellSize(columns: columns, rows: rows))))
          for keys in ["home", "end", "up left"] {
            state.press(keys)
            #expect(state.lines.count == rows)
          }
        }
      }
    }
  }

  @Test func thePickedCellIsShownLargeWhereCellsAreSmall() {
    var state = swept("b=1.0:1.6:0.1 s=0.4:1.0:0.2")
    finish(&state)
    guard let screen = state.sweep else { return }
    let layout = SweepLayout(screen, size: state.size)
    #expect(layout.picture(column: 0, row: 0).columns == 6)
    #expect(layout.preview.columns >= 20 && layout.preview.endColumn < 80)
    let wide = SweepLayout(screen, size: CellSize(columns: 300, rows: 100))
    #expect(wide.preview.isEmpty, "there every cell is as large as it is")
  }

  @Test func everyCellSaysHowFarItIsFromThePickedOne() {
    var state = swept("b=1.0:1.6:0.1 s=0.4:1.0:0.2")
    #expect(!state.lines.contains { $0.contains("Δ 0") || $0.contains("Δ 1") })
    finish(&state)
    guard let number = state.sweep?.request.number else { return }
    _ = state.update(.sweptCell(SweepCell(number: number, cell: 8, picture: Fixture.picture(120))))
    guard let first = state.sweep else { return }
    #expect(first.differences[0] == 0 && first.differences[8] == 30)
    #expect(first.differences.allSatisfy { $0 != nil })
    let layout = SweepLayout(first, size: state.size)
    let below = layout.picture(column: 1, row: 0)
    let text = String(Array(state.lines[below.endRow])[below.column..<below.endColumn])
    #expect(text.contains("Δ"), "\(text)")
    #expect(state.lines[layout.hint.row].contains("Δ: mean difference from this cell, of 255"))
    state.press("right down")
    #expect(state.sweep?.differences[8] == 0)
    #expect(state.sweep?.differences[0] == first.differences[8], "as far there as back")
    state.press("?")
    #expect(state.lines[1].hasPrefix("│ Sweep"))
    state.press("esc")
    #expect(state.sweep != nil && state.sweep?.cursor == 8)
  }

  @Test func whatHasNoRoomScrollsWithTheCursor() {
    var state = swept("seed=0:63:1 b=1:2.5:0.1")
    guard let screen = state.sweep else { return }
    let first = SweepLayout(screen, size: state.size)
    #expect(first.columns.lowerBound == 0 && first.columns.count < 64)
    #expect(state.lines[1].contains("1–\(first.columns.count) of 64"))
    state.press("end")
    let last = state.sweep.map { SweepLayout($0, size: state.size) }
    #expect(last?.columns.upperBound == 64 && last?.rows.upperBound == 16)
    #expect(state.lines[2].contains("63") || state.lines[2].contains("60"))
  }

  @Test func theEngineFillsTheGridWithWhatSampleDraws() throws {
    let terminal = MemoryTerminal(
      size: CellSize(columns: 80, rows: 30),
      script: [
        .wait("the end of the run") { $0.lines.contains { $0.contains("■ 4/4") } },
        .events([.typed("X"), .key(.enter, [])]),
        .wait("the sweep") { $0.lines.contains { $0.contains("■ 28/28") } },
        .events([.key(.end, []), .key(.enter, [])]),
        .wait("the panels") { $0.lines.contains { $0.contains("■ 4/4") } },
        .events([.typed("q")]),
      ])
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    var recipe = Recipe(model: model.name, precision: .fp32, panels: Panel.models)
    recipe.label = 0
    recipe.sampler.steps = 4
    let state = ExplorerState(
      model: model.name, fingerprint: model.fingerprint, precision: model.precision,
      description: model.description,
      settings: Settings(recipe, model.description, noiseFromFile: false), themes: ["dark"], theme: 0,
      size: terminal.size)
    let program = ExplorerProgram(
      state, model: model, terminal: terminal, themes: [.dark])
    #expect(program.run() == 0)
    #expect(terminal.unmet == nil)
    #expect(program.state.settings.panels[1].knobs == Knobs(b: 1.6, s: 1))
  }
}
