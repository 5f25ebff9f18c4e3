import Console
import Denoising
import Explorer
import Pictures
import Recipes
import Tensors
import Testing
import Widgets

/// The view of what the network said.
struct OutputViewTests {
  /// Left half +value, right half -value in red; nothing in green and blue.
  private static func output(_ value: Float, guidance: Double? = nil) -> OutputMean {
    var tensor = Tensor([1, 3, 32, 32])
    for pixel in 0..<1024 { tensor.values[pixel] = pixel % 32 < 16 ? 3 * value : -3 * value }
    return OutputMean(tensor, guidanceShare: guidance)
  }

  private static func state(
    columns: Int, rows: Int, _ value: Float = 0.5, guidance: Double? = nil
  ) -> ExplorerState {
    var state = Fixture.state(columns: columns, rows: rows, steps: 1)
    for panel in state.settings.panels {
      let step = StepPictures(
        index: 0, prediction: Fixture.picture(100), input: Fixture.picture(7),
        output: output(value, guidance: guidance), milliseconds: 1)
      _ = state.update(.stepped(panel: panel.id, plan: state.settings.plan(of: panel), step))
    }
    return state
  }

  @Test func itIsColouredByItsSignAndSaysItsFormulaAndItsMeans() {
    var state = Self.state(columns: 120, rows: 40)
    state.press("g")
    #expect(state.panelsView.content == .output)
    #expect(state.message?.text.contains("(1/C) Σ out_c") == true)
    #expect(state.message?.text.hasSuffix("it predicts the noise ε") == true)
    #expect(state.lines[0].contains("network output -1.00 ▀▀▀▀▀▀▀ +1.00"))
    #expect(state.lines.contains { $0.contains("step 1/1") && $0.contains("R 0.00 G 0.00 B 0.00") })
    let picture = ExplorerLayout(state).panels[0].picture
    let buffer = ExplorerView(state, theme: .dark).draw().painted(by: HalfBlockPainter())
    let row = picture.row + picture.rows / 2
    #expect(buffer[picture.column + 2, row].foreground == Theme.dark.difference(0.5))
    #expect(buffer[picture.endColumn - 3, row].foreground == Theme.dark.difference(-0.5))
    state.press("]")
    #expect(
      state.lines[0].contains("network output -0.50 ▀▀▀▀▀▀▀ +0.50"), "the differences' scale is its scale")
    state.press("g")
    #expect(state.panelsView.content == .prediction)
  }

  @Test func guidancesShareStandsBelowWhereThereIsGuidance() {
    for (guidance, count) in [(0.424, 3), (nil, 0)] as [(Double?, Int)] {
      var state = Self.state(columns: 120, rows: 40, guidance: guidance)
      #expect(!state.lines.contains { $0.contains("guidance 42%") })
      state.press("g")
      let found = state.lines.reduce(0) { $0 + $1.components(separatedBy: "guidance 42%").count - 1 }
      #expect(found == count)
    }
  }

  @Test func onePanelCanShowItAlone() {
    var state = Self.state(columns: 80, rows: 24)
    state.press("v v v")
    #expect(state.panelsView.content(of: state.selectedPanel) == .output)
    #expect(state.panelsView.content(of: state.settings.panels[0]) == .prediction)
    #expect(state.lines.filter { $0.contains("0.00 0.00") }.count == 1)
    state.press("v v v")
    #expect(state.panelsView.ownContents.isEmpty)
  }

  @Test func whatAStepChangesAndHowFarTheEndIs() {
    var state = Fixture.state(columns: 120, rows: 40)
    for panel in state.settings.panels {
      let plan = state.settings.plan(of: panel)
      for (index, value) in [10, 20, 40, 80].enumerated() {
        _ = state.update(.stepped(panel: panel.id, plan: plan, Fixture.step(index, UInt8(value))))
      }
    }
    state.press("J")
    #expect(state.panelsView.content == .change && state.lines[0].contains("change of x₀ -32"))
    #expect(state.lines.filter { $0.contains("changed by 40.0") }.count == 1, "all panels stand in one line")
    #expect(state.lines.contains { $0.contains("0.0 from the end") })
    let picture = ExplorerLayout(state).panels[0].picture
    let buffer = ExplorerView(state, theme: .dark).draw().painted(by: HalfBlockPainter())
    #expect(buffer[picture.column + 2, picture.row + 2].foreground == Theme.dark.difference(1))
    state.press("home")
    #expect(!state.lines.contains { $0.contains("changed by") }, "before the first is nothing")
    #expect(state.lines.contains { $0.contains("70.0 from the end") })
    state.press("J")
    #expect(state.panelsView.content == .prediction)
  }
}
