import Console
import Denoising
import Explorer
import Foundation
import Testing
import Widgets

/// Mask and attention: what is asked, what the keys do, and how it looks.
struct AttentionViewTests {
  /// A head that looks the more at a patch the nearer it is, and at the label a little.
  private static func answer(_ question: ProbeQuestion, _ traits: ModelDescription) -> ProbeAnswer? {
    switch question {
    case .attention(let place):
      let block = traits.attention[place.block]
      let heads = (0..<block.heads).map { head in
        func shares(_ width: Double) -> AttentionProbe.Shares {
          let raw = (0..<block.grid.count).map { other -> Double in
            let (columns, rows) = (
              other % block.grid.columns - place.patch % block.grid.columns,
              other / block.grid.columns - place.patch / block.grid.columns
            )
            return exp(-Double(columns * columns + rows * rows) / width)
          }
          let sum = raw.reduce(0, +) / 0.875
          return .init(tokens: [0.1, 0.025], patches: raw.map { Float($0 / sum) })
        }
        return AttentionProbe.Head(before: shares(40), after: shares(Double(head + 1)))
      }
      return .attention(AttentionProbe(heads: heads, tokenNames: ["label", "time"]))
    case .attentionStatistics:
      return .attentionStatistics(
        traits.attention.enumerated().map { layer, block in
          (0..<block.heads).map { head in
            HeadStatistics(
              before: .init(entropy: 4, distance: 3.5),
              after: .init(entropy: 1 + Double(head) / 2, distance: 0.5 + Double(layer) / 4))
          }
        })
    case .words:
      let grid = Grid(rows: traits.sampleShape[1], columns: traits.sampleShape[2])
      let maps = (0..<6).map { token in (0..<grid.count).map { Float($0 + token) / 1000 } }
      return .words(
        WordMaps(
          grid: grid, tokens: maps,
          words: [PromptWord(text: "cat", places: [1]), PromptWord(text: "on", places: [2, 3])]))
    case .features, .times: return nil
    }
  }

  private static func questions(_ effects: [ExplorerEffect]) -> [ProbeRequest] {
    effects.compactMap { if case .probe(let request) = $0 { request } else { nil } }
  }

  /// - Returns: how many questions there were.
  @discardableResult
  private static func answer(_ state: inout ExplorerState, _ effects: [ExplorerEffect]) -> Int {
    let asked = questions(effects)
    for request in asked {
      let more = state.update(.probed(request, answer(request.question, state.traits)))
      #expect(questions(more).isEmpty)
    }
    return asked.count
  }

  private static func open(
    _ keys: String, columns: Int = 80, rows: Int = 24, traits: ModelDescription = Fixture.traits()
  ) -> ExplorerState {
    var state = Fixture.state(columns: columns, rows: rows, traits: traits)
    state.finishRuns()
    for key in keys.split(separator: " ") { answer(&state, state.press(String(key))) }
    return state
  }

  @Test func everythingIsAskedOnceAndNothingWhileItIsNotShown() {
    var state = Fixture.state()
    state.finishRuns()
    #expect(Self.questions(state.press("d z z s")).isEmpty)
    let first = state.press("m")
    #expect(Self.questions(first).count == 1 && !state.isAtRest)
    #expect(Self.questions(state.update(.tick)).isEmpty, "it is on its way")
    #expect(Self.answer(&state, first) == 1)
    #expect(state.isAtRest)
    // All heads came with the one; layers are a pass of their own, whatever patch looks.
    let counts = ["G", "G", "G", "home", "end"].map { Self.answer(&state, state.press($0)) }
    #expect(counts == [0, 1, 0, 1, 0])
    #expect(Self.answer(&state, state.update(.input(.key(.left, .alt)))) == 1)
    #expect(Self.answer(&state, state.update(.input(.key(.right, .alt)))) == 0, "it is known")
    #expect(state.press("m").isEmpty && state.panelsView.arrangement == .panels)
  }

  @Test func aStepThatIsNotKeptIsSaidAndNotAskedForEver() {
    var state = Fixture.state()
    state.finishRuns()
    for request in Self.questions(state.press("G")) { _ = state.update(.probed(request, nil)) }
    #expect(state.isAtRest && state.lines.contains { $0.contains("this step is no longer kept") })
  }

  @Test func keysGoFromOneHeadToAllAndToTheLayers() {
    var state = Self.open("G")
    #expect(state.panelsView.arrangement == .mask && state.maskView.content == .heads)
    state.press("G")
    #expect(state.maskView.content == .layers)
    state.press("G")
    #expect(state.maskView.content == .mask)
    state.press("esc G m m")
    #expect(state.maskView.content == .mask && state.panelsView.arrangement == .mask)
    var without = Fixture.state(traits: Fixture.unet(attends: false))
    without.press("G")
    #expect(without.message?.text == "this model has no attention for a mask")
  }

  @Test func oneHeadIsReadableOn80By24() {
    let lines = Self.open("m").lines
    let text = lines.joined(separator: "\n")
    for word in [
      "M, in 0 head 1", "without M", "with M", "lab 10% tim 3%", "patch 5,5", "M(d)", "⠒ M",
      "d in patches of 4 pixels", "√", "[", "]", "maps: in 0 head 1",
    ] {
      #expect(text.contains(word), "\(word)\n\(text)")
    }
    #expect(!text.contains("…"), "\(text)")
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func allHeadsHaveNamesSharesAndOneScale(columns: Int, rows: Int) {
    let text = Self.open("G", columns: columns, rows: rows).lines.joined(separator: "\n")
    for word in ["4 without M", "1 with M", "patch 5,5 looks at", "√"] {
      #expect(text.contains(word), "\(word)\n\(text)")
    }
    #expect(["10%", "10.0%"].contains { text.contains($0) }, "the label's share")
    #expect(!text.contains("…"), "\(text)")
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func allLayersHaveBarsWithUnits(columns: Int, rows: Int) {
    let text = Self.open("G G", columns: columns, rows: rows).lines.joined(separator: "\n")
    for word in ["entropy: nats", "mean distance: patches", "█ head 1", "█ 4", "─ without M", "mid"] {
      #expect(text.contains(word), "\(word)\n\(text)")
    }
    // Names lose their blanks where bars are narrow.
    #expect(
      ["in 0", "in0"].contains { text.contains($0) } && ["out 3", "out3"].contains { text.contains($0) })
    #expect(!text.contains("…"), "\(text)")
  }

  @Test func aPressOnAHeadsMapPicksHeadAndPatch() throws {
    var state = Self.open("G")
    let square = try #require(ExplorerLayout(state).mask).squares[6]
    let press = MouseEvent(
      point: CellPoint(column: square.column, row: square.row), button: .left, action: .press)
    _ = state.update(.input(.mouse(press)))
    #expect(state.maskView.head == 2 && state.maskView.place.patch == 0)
  }

  /// Of a U-Net whose maps differ in size pixels are what distances have in common.
  @Test func aUNetsLayersAreComparedInPixels() {
    let text = Self.open("G G", columns: 120, rows: 40, traits: Fixture.unet()).lines.joined(separator: "\n")
    #expect(text.contains("mean distance: pixels") && text.contains("down 1.0") && text.contains("mid"))
    #expect(!text.contains("without M"), "there is no mask")
  }

  /// Words come after the layers, of models that read prompts.
  @Test(arguments: [(80, 24), (120, 40)])
  func theWordsOfAPromptHaveAMapEach(columns: Int, rows: Int) {
    let traits = Fixture.unet().inside(
      "Stable Diffusion", fingerprint: "", parameters: 0, factor: 2,
      prompting: Prompting(isToldGuidance: false), previews: [.full])
    var state = Self.open("G G G", columns: columns, rows: rows, traits: traits)
    #expect(state.maskView.content == .words && state.isAtRest)
    let text = state.lines.joined(separator: "\n")
    for word in ["cat", "on", "looks at each word", "√", "0", "102.4%"] {
      #expect(text.contains(word), "\(word)\n\(text)")
    }
    _ = state.update(.input(.key(.right, .alt)))
    #expect(state.maskView.word == 1)
    _ = state.update(.input(.key(.right, .alt)))
    #expect(state.maskView.word == 0, "from the last to the first")
    state.press("?")
    #expect(state.lines.contains { $0.contains("arXiv:2210.04885") })
    state.press("esc G")
    #expect(state.maskView.content == .mask)
  }
}
