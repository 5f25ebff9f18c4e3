import Console
import Denoising
import Engines
import Explorer
import Testing

/// What the boxes of the map say: how far panels are from the reference, and shares of the time.
struct NetworkMapContentTests {
  private static func question(_ effects: [ExplorerEffect]) -> ComparisonRequest? {
    effects.lazy.compactMap { effect -> ComparisonRequest? in
      if case .compare(let request) = effect { request } else { nil }
    }.first
  }

  /// Of the decoder's stages from `stage` on, by b: everything before is the same.
  private static func differences(
    _ traits: ModelDescription, from stage: Int, by b: Float
  ) -> [FeatureDifference] {
    func distance(_ factor: Float) -> RelativeDistance {
      func map(_ value: Float) -> FeatureMap {
        FeatureMap(grid: Grid(side: 1), channels: 1, values: [value])
      }
      return RelativeDistance(map(factor), from: map(1))
    }
    return traits.featurePlaces.map { place in
      FeatureDifference(
        place: place, backbone: distance(place.stage > stage ? b : 1), skip: distance(1),
        joined: distance(place.stage >= stage ? b : 1))
    }
  }

  /// Answers everything that is asked, one after another.
  /// - Returns: how many comparisons were asked for.
  @discardableResult
  private static func answer(_ state: inout ExplorerState, _ effects: [ExplorerEffect]) -> Int {
    var (effects, count) = (effects, 0)
    while let request = question(effects), count < 100 {
      count += 1
      let isSecond = request.shown.plan == state.settings.plan(of: state.settings.panels[1])
      effects = state.update(
        .compared(
          request, differences(state.traits, from: isSecond ? 1 : 0, by: isSecond ? 1.25 : 1.02)))
    }
    answerTimes(&state, effects)
    return count
  }

  /// - Parameter panels: Model 1, Model 2 with as many copies as it takes, and Model 3.
  private static func open(columns: Int, rows: Int, panels: Int = 3) -> ExplorerState {
    var state = Fixture.state(columns: columns, rows: rows)
    while state.settings.panels.count < panels { state.press("A") }
    state.finishRuns()
    let effects = state.press("Z")
    answer(&state, effects)
    return state
  }

  @Test func everyPanelAndStepIsAskedOnceAndNothingWhileItIsNotShown() {
    var state = Fixture.state()
    state.finishRuns()
    #expect(Self.question(state.press("d b right left")) == nil)
    state.finishRuns()
    #expect(state.isAtRest)
    let effects = state.press("Z")
    #expect(!state.isAtRest && Self.question(state.update(.tick)) == nil, "it is on its way")
    let count = state.settings.panels.count - 1
    #expect(Self.answer(&state, effects) == count)
    #expect(state.isAtRest)
    let others = ["home", ".", "home", "end"].map { Self.answer(&state, state.press($0)) }
    #expect(others == [count, count, 0, 0])
    #expect(state.layers[NetworkMapLayer.self] != nil, "the map stays while steps are gone through")
    #expect(["esc", "home", "Z"].allSatisfy { Self.answer(&state, state.press($0)) == 0 }, "all is known")
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func eachBoxSaysHowFarAndTheMapWhereFirst(columns: Int, rows: Int) {
    let lines = Self.open(columns: columns, rows: rows).lines
    let text = lines.joined(separator: "\n")
    #expect(text.contains("unlike Model 1: Model 2 from out 1 on, Model 3 from out 0 on"), "\(text)")
    for sign in ["≠25%", "≠2.0%", "="] { #expect(text.contains(sign), "\(sign)\n\(text)") }
    guard rows > 24 else { return }
    #expect(lines.contains { $0.contains("Model 2 ≠25%   ████") }, "\(text)")
    #expect(text.contains("░") && text.contains("█") && text.contains(" first"), "\(text)")
  }

  @Test func aStepThatIsNotKeptAndAPanelAloneAreSaid() {
    var state = Fixture.state()
    state.finishRuns()
    var effects = state.press("Z")
    var count = 0
    while let request = Self.question(effects), count < 100 {
      count += 1
      effects = state.update(.compared(request, []))
    }
    #expect(Self.answerTimes(&state, effects, nil) == 1)
    #expect(state.isAtRest && count == state.settings.panels.count - 1)
    #expect(state.lines.contains { $0.contains("this step is no longer kept") })
    state.press("esc")
    for _ in 1..<state.settings.panels.count { state.press("D") }
    state.finishRuns()
    #expect(Self.question(state.press("Z")) == nil)
    #expect(state.lines.contains { $0.contains("is alone") })
  }

  // MARK: - Times

  /// out 1 takes as long as four others and what is outside the boxes.
  private static let times = BlockTimes(
    [.middle: .milliseconds(10), .rest: .milliseconds(40)].merging(
      (0..<4).flatMap { level -> [(NetworkPart, Duration)] in
        [
          (.encoder(level), .milliseconds(10)),
          (.decoder(stage: level), .milliseconds(level == 1 ? 80 : 10)),
        ]
      }, uniquingKeysWith: +))

  /// - Returns: how often they were asked for.
  @discardableResult
  private static func answerTimes(
    _ state: inout ExplorerState, _ effects: [ExplorerEffect], _ answer: ProbeAnswer? = .times(times)
  ) -> Int {
    let asked = effects.compactMap { effect -> ProbeRequest? in
      if case .probe(let request) = effect, request.question == .times { request } else { nil }
    }
    for request in asked { _ = state.update(.probed(request, answer)) }
    return asked.count
  }

  /// One panel, whose run is at its end.
  private static func alone() -> ExplorerState {
    var state = Fixture.state()
    state.finishRuns()
    for _ in 1..<state.settings.panels.count { state.press("D") }
    state.finishRuns()
    return state
  }

  @Test func timesAreAskedForAfterAllElseAndAgainWhereSomethingIsDone() {
    var state = Self.alone()
    #expect(Self.answerTimes(&state, state.press("right left s s")) == 0, "it is not shown")
    state.finishRuns()
    #expect(Self.answerTimes(&state, state.press("Z")) == 1)
    #expect(state.isAtRest && state.lines.contains { $0.contains("40%") })
    #expect(Self.answerTimes(&state, state.update(.tick)) == 0, "nothing was done")
    #expect(Self.answerTimes(&state, state.press("up down")) == 0, "it is the same step")
    let keys = ["home", ".", "esc", "Z", ".", "end", "home", "esc", "Z"]
    #expect(keys.map { Self.answerTimes(&state, state.press($0)) } == [1, 1, 0, 1, 1, 0, 0, 0, 0])
    #expect(state.isAtRest, "five times are enough")
  }

  @Test func ofEachBlockTheShortestTimeCounts() {
    var state = Self.alone()
    // A neighbour's turn in the middle, then one in out 1.
    let busy = [NetworkPart.middle, .decoder(stage: 1)].map { part in
      BlockTimes(Self.times.times.merging([part: .milliseconds(400)], uniquingKeysWith: max))
    }
    Self.answerTimes(&state, state.press("Z"), .times(busy[0]))
    #expect(state.lines.contains { $0.contains("longest: mid") })
    Self.answerTimes(&state, state.press("home"), .times(busy[1]))
    let text = state.lines.joined(separator: "\n")
    #expect(text.contains("longest: out 1, 40% of 200 ms"), "\(text)")
  }

  @Test func aNetworkThatTakesLongIsMeasuredOnce() {
    var state = Self.alone()
    let slow = BlockTimes(Self.times.times.mapValues { $0 * 10 })
    #expect(Self.answerTimes(&state, state.press("Z"), .times(slow)) == 1)
    #expect(Self.answerTimes(&state, state.press("home")) == 0 && state.isAtRest)
  }

  @Test func ofManyPanelsTheOneInHandIsNamedFirst() {
    var state = Self.open(columns: 80, rows: 24, panels: 7)
    for key in ["7", "3", "2"] {
      state.press(key)
      let text = state.lines.joined(separator: "\n")
      let stage = key == "7" ? 0 : 1
      #expect(text.contains("first unlike: ") && text.contains("\(key) at out \(stage)"), "\(text)")
      #expect(text.contains(" more"), "\(text)")
      #expect(text.contains("\(key) ≠") || text.contains("\(key)≠"), "\(text)")
    }
  }

  /// Boxes are a row each: what is unlike goes before b and s, and rows that are left say the rest.
  @Test func aSmallMapShowsWhatIsUnlike() {
    let text = Self.open(columns: 60, rows: 12).lines.joined(separator: "\n")
    for part in ["2≠25%", "unlike", "longest: out 1"] { #expect(text.contains(part), "\(part)\n\(text)") }
  }

  @Test func aLateStepSaysWhereOnlyKnobsDiffer() {
    var state = Self.open(columns: 120, rows: 40)
    func isSaid() -> Bool { state.lines.contains { $0.contains("only knobs differ") } }
    #expect(isSaid(), "the last step is shown")
    Self.answer(&state, state.press("home"))
    #expect(!isSaid())
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func eachBoxSaysItsShareOfTheTimeAndTheMapTheLongest(columns: Int, rows: Int) {
    let lines = Self.open(columns: columns, rows: rows).lines
    let text = lines.joined(separator: "\n")
    for part in [
      "━ 40% of the time ─╯", " 5% of the time ─╯", "longest: out 1, 40% of", "200 ms",
      "outside the boxes 20%",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
  }

  @Test func anEngineElsewhereDoesNotSayWhereItsTimeGoes() {
    var state = Fixture.state()
    state.engine = EngineNote(EngineTraffic("ssh gpu"))
    state.finishRuns()
    for _ in 1..<state.settings.panels.count { state.press("D") }
    state.finishRuns()
    #expect(Self.answerTimes(&state, state.press("Z"), nil) == 1)
    #expect(state.isAtRest && state.lines.contains { $0.contains("elsewhere does not say") })
  }
}
