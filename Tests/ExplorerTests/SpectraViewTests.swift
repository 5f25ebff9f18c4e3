import Console
import Denoising
import Explorer
import Foundation
import Recipes
import Testing
import Widgets

/// The view of spectra: what it asks for, what its keys do, and how it looks.
struct SpectraViewTests {
  /// A falling line; b lifts it, s takes from its beginning.
  private static func spectra(_ traits: ModelDescription, b: Double, s: Double) -> [JoinedSpectra] {
    traits.featurePlaces.map { place in
      func spectrum(_ height: Float, _ first: Float) -> RadialSpectrum {
        RadialSpectrum(
          amplitudes: (0..<7).map { ($0 < 2 ? first : 1) * height * pow(10, -Float($0) / 3) })
      }
      let height = Float(place.stage + 1)
      return JoinedSpectra(
        place: place, grid: traits.stages[place.stage].grid,
        backbone: .init(before: spectrum(height, 1), after: spectrum(height * Float(b), 1)),
        skip: .init(before: spectrum(height, 1), after: spectrum(height, Float(s))),
        factors: b == 1 && s == 1
          ? nil : FreeUFactors(b: b, s: s, version: 2, skipFilter: .fourier, threshold: 1))
    }
  }

  /// Answers everything that is asked, one after another.
  /// - Returns: how many questions there were.
  @discardableResult
  private static func answer(_ state: inout ExplorerState, _ effects: [ExplorerEffect]) -> Int {
    var effects = effects
    var count = 0
    func isQuestion(_ effect: ExplorerEffect) -> Bool { if case .lookInto = effect { true } else { false } }
    while case .lookInto(let request)? = effects.last(where: isQuestion), count < 1000 {
      count += 1
      let knobs = request.plan.knobs
      effects = state.update(
        .spectra(request, spectra(state.traits, b: knobs.b, s: knobs.s)))
    }
    return count
  }

  private static func open(
    columns: Int = 80, rows: Int = 24, steps: Int = 4, traits: ModelDescription = Fixture.traits()
  ) -> ExplorerState {
    var state = Fixture.state(columns: columns, rows: rows, steps: steps, traits: traits)
    state.finishRuns()
    let effects = state.press("s")
    answer(&state, effects)
    return state
  }

  @Test func everyStepIsAskedOnceAndNothingWhileItIsNotShown() {
    var state = Fixture.state()
    state.finishRuns()
    #expect(state.press("d b right left").allSatisfy { if case .lookInto = $0 { false } else { true } })
    state.finishRuns()
    #expect(state.isAtRest)
    let effects = state.press("s")
    #expect(!state.isAtRest)
    // The selected panel in four steps, and the reference in the one that is shown.
    #expect(Self.answer(&state, effects) == 5)
    #expect(state.isAtRest)
    let others = ["home", ".", ".", "end"].map { Self.answer(&state, state.press($0)) }
    #expect(others == [1, 1, 1, 0], "the reference in the others")
    #expect(["home", "esc", "s"].allSatisfy { Self.answer(&state, state.press($0)) == 0 }, "all is known")
  }

  @Test func aQuestionIsNotAskedAgainWhileItIsOnItsWay() {
    var state = Fixture.state()
    state.finishRuns()
    func questions(_ effects: [ExplorerEffect]) -> Int {
      effects.count { if case .lookInto = $0 { true } else { false } }
    }
    #expect(questions(state.press("s")) == 1)
    #expect(questions(state.update(.tick)) == 0)
    #expect(questions(state.press("d")) == 0)
    #expect(questions(state.press("home")) == 1)
  }

  @Test func aStepThatIsNotKeptIsSaidAndNotAskedForEver() {
    var state = Fixture.state()
    state.finishRuns()
    var effects = state.press("s")
    var count = 0
    while case .lookInto(let request)? = effects.last, count < 100 {
      count += 1
      effects = state.update(.spectra(request, []))
    }
    #expect(state.isAtRest && count == 5)
    #expect(state.lines.contains { $0.contains("this step is no longer kept") })
  }

  @Test func keysGoThroughPlacesAndWaysOfShowing() {
    var state = Self.open()
    func text() -> String { state.lines.joined(separator: "\n") }
    #expect(state.panelsView.arrangement == .spectra)
    #expect(text().contains("out 0 ·") && text().contains("log10 A(r)"))
    alt(.right, &state)
    #expect(text().contains("out 1 ·") && state.spectraView.place.stage == 1)
    alt(.left, &state)
    alt(.left, &state)
    #expect(state.spectraView.place.stage == 3, "from the first to the last")
    alt(.up, &state)
    #expect(state.spectraView.content == .relative && text().contains("A(r)/A(0)"))
    alt(.down, &state)
    #expect(state.spectraView.axis == .places)
    state.press("s")
    #expect(state.panelsView.arrangement == .panels)
    alt(.right, &state)
    #expect(state.spectraView.place.stage == 3, "the patch moved")
  }

  private func alt(_ key: Key, _ state: inout ExplorerState) {
    Self.answer(&state, state.update(.input(.key(key, .alt))))
  }

  @Test func itIsReadableOn80By24() {
    let state = Self.open()
    let lines = state.lines
    let text = lines.joined(separator: "\n")
    for word in [
      "backbone", "skip", "⠒ Model 1", "⠒ Model 2", "cycles", "0", "dashed", "FreeU · Model 2", "4/4",
      "over steps", "▲",
    ] {
      #expect(text.contains(word), "\(word)\n\(text)")
    }
    #expect(lines.contains { $0.contains { "⠁"..."⣿" ~= $0 } }, "there are lines")
    // Frequencies at the left of the maps, from 0 at the bottom to the corner's.
    #expect(lines.contains { $0.contains("6 ▀") }, "\(text)")
  }

  @Test func whereThereIsNoRoomForAPlotThatIsSaid() {
    let text = Self.open(columns: 60, rows: 12).lines.joined(separator: "\n")
    #expect(text.contains("no room") && !text.contains("cycles"), "\(text)")
    #expect(!Self.open().lines.joined().contains("no room"))
  }

  @Test func withoutColourTheLinesAreStillThere() {
    let state = Self.open(columns: 200, rows: 60, steps: 20)
    let text = state.lines.joined(separator: "\n")
    #expect(text.contains("r cycles are waves of 32/r pixels"))
    #expect(text.contains("backbone over steps") && text.contains("skip over steps"))
    #expect(
      text.contains("out 0 · log10 A(r) · dashed: as it comes; solid: as it goes on; shaded: what s takes"))
  }

  /// One question for the step that is shown, and none for what is known.
  @Test(arguments: [(80, 24), (200, 60)])
  func mapsHaveTheirRangesAndTheFactorThatTheyBecome(columns: Int, rows: Int) throws {
    var state = Self.open(columns: columns, rows: rows)
    alt(.up, &state)
    var effects = state.update(.input(.key(.up, .alt)))
    #expect(state.spectraView.content == .maps && !state.isAtRest)
    guard case .lookInto(let request)? = effects.last else {
      Issue.record("nothing was asked")
      return
    }
    #expect(request.maps == FeaturePlace() && request.step == 3)
    let grid = Grid(side: 8)
    let values = (0..<384).map { (index: Int) -> Float in
      let (place, channel) = (index / 6, index % 6)
      return Float(place) / 63 + Float(channel * (place / 8))
    }
    let map = FeatureMap(grid: grid, channels: 6, values: values)
    let factors = FreeUFactors(b: 1.3, s: 1, version: 2, skipFilter: .fourier, threshold: 1)
    let summary = FeatureSummary(
      JoinedFeatures(
        place: FeaturePlace(), backbone: .init(before: map, after: map), skip: .init(before: map, after: map),
        factors: factors))
    effects = state.update(.features(request, [summary]))
    #expect(state.isAtRest && effects.isEmpty)
    let text = state.lines.joined(separator: "\n")
    for word in ["m, backbone", "1.00", "1.30", "PC 1–3", "out 0"] {
      #expect(text.contains(word), "\(word)\n\(text)")
    }
    state.press("home")
    #expect(!state.isAtRest, "another step")
  }

  @Test func aModelWithoutSkipsSaysSo() {
    var state = Fixture.state(traits: Fixture.unet(widths: []))
    state.finishRuns()
    state.press("s")
    #expect(state.panelsView.arrangement == .panels)
    #expect(state.message?.text == "no skips come into this model's network")
  }

  @Test func theHelpBeginsWithTheView() {
    var state = Self.open(columns: 120, rows: 40)
    state.press("? space")
    let text = state.lines.joined(separator: "\n")
    #expect(text.contains("another stage or skip") && text.contains("A(r), A(r)/A(0), maps"))
  }

  @Test func aUNetsStagesHaveMapsOfTheirOwnSizes() {
    var state = Self.open(columns: 120, rows: 40, traits: Fixture.unet())
    alt(.down, &state)
    let text = state.lines.joined(separator: "\n")
    #expect(text.contains("over stages") && text.contains("up 0") && text.contains("up 2"))
  }
}
