import Console
import Denoising
import Engines
import Explorer
import Foundation
import Recipes
import Sampling
import Synchronization
import Tensors
import TestSupport
import Testing

/// The worker with a real engine and a small golden model.
@Suite(.serialized) struct WorkerTests {
  /// Runs jobs to their ends and gathers what came.
  private final class Gatherer: Sendable {
    let worker: TrajectoryWorker
    private let came = DispatchSemaphore(value: 0)

    init(_ model: LoadedModel) {
      let came = came
      worker = TrajectoryWorker(model) { came.signal() }
    }

    /// - Returns: of each panel its steps; nil where the runs did not end.
    func run(_ jobs: [PanelJob]) -> [Int: [StepPictures]]? {
      worker.run(jobs)
      var steps: [Int: [StepPictures]] = [:]
      while !jobs.allSatisfy({ steps[$0.panel]?.count == $0.plan.stepCount }) {
        guard came.wait(timeout: .now() + 30) == .success else { return nil }
        for case .stepped(let panel, let plan, let step) in worker.take()
        where jobs.contains(PanelJob(panel: panel, plan: plan)) {
          steps[panel, default: []].append(step)
        }
      }
      return steps
    }

    func spectra(_ request: SpectraRequest) -> [JoinedSpectra]? {
      worker.lookInto(request)
      while came.wait(timeout: .now() + 30) == .success {
        for case .spectra(let answered, let found) in worker.take() where answered == request { return found }
      }
      return nil
    }

    func compare(_ request: ComparisonRequest) -> [FeatureDifference]? {
      worker.compare(request)
      while came.wait(timeout: .now() + 30) == .success {
        for case .compared(let answered, let found) in worker.take() where answered == request {
          return found
        }
      }
      return nil
    }

    func probe(_ request: ProbeRequest) -> ProbeAnswer? {
      worker.probe(request)
      while came.wait(timeout: .now() + 30) == .success {
        for case .probed(let answered, let found) in worker.take() where answered == request { return found }
      }
      return nil
    }
  }

  /// As the engine itself has them, of every concatenation; none of a step that was never reached.
  @Test func spectraOfAKeptStepAreThoseOfItsPass() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    let gatherer = Gatherer(model)
    let plan = Self.plan(Knobs(b: 1.3, s: 0.5), steps: 4)
    _ = try #require(gatherer.run([PanelJob(panel: 0, plan: plan)]))
    let found = try #require(gatherer.spectra(SpectraRequest(plan: plan, step: 2)))
    let recipe = {
      var recipe = Recipe(
        model: model.name, precision: .fp32, panels: [Panel(name: "a", knobs: Knobs(b: 1.3, s: 0.5))])
      (recipe.seed, recipe.label, recipe.sampler) = (3, 1, SamplerSettings(steps: 4))
      return recipe
    }()
    let description = model.description
    let alone = try model.run { network in
      var run = try SamplingRun(recipe, description)
      return try run.looks(
        with: [network], steps: [2], asking: { _ in .features(description.featurePlaces) },
        making: { $0.spectra })
    }
    #expect(found == alone.map(\.answer) && found.count == 2)
    #expect(found[0].factors?.b == 1.3 && found[0].backbone.before != found[0].backbone.after)
    #expect(gatherer.spectra(SpectraRequest(plan: Self.plan(Knobs()), step: 2)) == [])
  }

  /// In the first step all are fed the same: what comes before FreeU is the same bit for bit, what it makes is not.
  @Test func stepsAreComparedBlockByBlock() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    let gatherer = Gatherer(model)
    let (plain, scaled) = (Self.plan(Knobs(), steps: 3), Self.plan(Knobs(b: 1.3, s: 0.5), steps: 3))
    _ = try #require(
      gatherer.run([PanelJob(panel: 0, plan: plain), PanelJob(panel: 1, plan: scaled)]))
    func compare(_ plan: LanePlan, step: Int) throws -> [FeatureDifference] {
      try #require(
        gatherer.compare(
          ComparisonRequest(StepOfRun(plan: plan, step: step), from: StepOfRun(plan: plain, step: step))))
    }
    let first = try compare(scaled, step: 0)
    #expect(first.map(\.place) == model.description.featurePlaces)
    #expect(first.allSatisfy { $0.skip.value == 0 } && first[0].backbone.value == 0)
    #expect(first.allSatisfy { $0.joined.value > 0.01 } && first[1].backbone.value > 0)
    #expect(try compare(scaled, step: 2).allSatisfy { $0.skip.value > 0 }, "what they are fed differs")
    #expect(try compare(plain, step: 2).allSatisfy { $0.joined.value == 0 })
    #expect(try compare(Self.plan(Knobs(b: 1.1), steps: 3), step: 2).isEmpty, "it was never run")
  }

  private static func plan(_ knobs: Knobs, steps: Int = 8, images: Int = 1) -> LanePlan {
    var run = RunSettings(noise: .seed(3), label: 1, sampler: SamplerSettings(steps: steps))
    run.images = images
    return LanePlan(run: run, schedule: KnobSchedule(knobs))
  }

  @Test func aRunThatBeginsWhereItPartsEndsAsOneFromTheNoise() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    var late = Knobs(b: 1.4, s: 0.3)
    late.freeUSteps.from = 0.5
    let (plain, shared) = (Self.plan(Knobs()), Self.plan(late))
    let first = Gatherer(model)
    let base = try #require(first.run([PanelJob(panel: 0, plan: plain)])?[0])
    let resumed = try #require(first.run([PanelJob(panel: 1, plan: shared)])?[1])
    let fresh = try #require(Gatherer(model).run([PanelJob(panel: 1, plan: shared)])?[1])
    #expect(resumed.map(\.prediction) == fresh.map(\.prediction))
    #expect(resumed.map(\.input) == fresh.map(\.input))
    #expect(base[3].prediction == fresh[3].prediction)
    #expect(base[7].prediction != fresh[7].prediction)
    // The steps that were known already are handed over as they were, time and all.
    #expect(resumed[2] == base[2])
  }

  @Test func aBranchGoesOnFromTheStepThatItLeft() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    let parent = Self.plan(Knobs(b: 1.3))
    let branch = LanePlan(
      run: parent.run, schedule: KnobSchedule(parent.schedule.segments, branch: 5, knobs: Knobs(b: 0.2)))
    let gatherer = Gatherer(model)
    let before = try #require(gatherer.run([PanelJob(panel: 0, plan: parent)])?[0])
    let after = try #require(gatherer.run([PanelJob(panel: 1, plan: branch)])?[1])
    #expect(before.prefix(5).map(\.prediction) == after.prefix(5).map(\.prediction))
    #expect(before[5].input == after[5].input)
    #expect(before[5].prediction != after[5].prediction)
    let alone = try #require(Gatherer(model).run([PanelJob(panel: 1, plan: branch)])?[1])
    #expect(alone.map(\.prediction) == after.map(\.prediction))
  }

  @Test(.enabled(if: ComputeEngine.hasNativeBFloat16, "this processor has no bfloat16 products"))
  func theArithmeticCanChangeWhileTheModelIsOpen() throws {
    let file = golden("labelled/model.safetensors")
    func plan(_ precision: Precision?) -> LanePlan {
      var plan = Self.plan(Knobs(b: 1.3))
      var run = plan.run
      run.precision = precision
      plan = LanePlan(run: run, schedule: plan.schedule)
      return plan
    }
    func last(_ gatherer: Gatherer, _ precision: Precision?) throws -> StepPictures {
      let steps = gatherer.run([PanelJob(panel: 0, plan: plan(precision))])?[0]
      return try #require(steps?.last)
    }
    let started = Gatherer(try LoadedModel(file, precision: .fp32))
    let (before, changed, back) = (
      try last(started, nil), try last(started, .bf16), try last(started, .fp32)
    )
    let other = try last(Gatherer(try LoadedModel(file, precision: .bf16)), nil)
    #expect(changed.prediction == other.prediction && changed.output == other.output)
    #expect(back.output == before.output && changed.output != before.output)
  }

  @Test func thousandsOfMovesLeaveBoundedMemory() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    let came = DispatchSemaphore(value: 0)
    let worker = TrajectoryWorker(model) { came.signal() }
    var recipe = Recipe(model: model.name, precision: .fp32, panels: Panel.models)
    (recipe.label, recipe.sampler.steps) = (0, 4)
    var state = ExplorerState(
      model: model.name, fingerprint: "", precision: .fp32, description: model.description,
      settings: Settings(recipe, model.description, noiseFromFile: false), themes: ["dark"], theme: 0,
      size: CellSize(columns: 80, rows: 24))
    func carryOut(_ effects: [ExplorerEffect]) {
      for case .run(let jobs) in effects { worker.run(jobs) }
    }
    carryOut(state.bringUpToDate())
    let keys: [InputEvent] = [
      .key(.right, []), .key(.down, []), .key(.right, .shift), .typed("n"), .key(.left, []), .typed("i"),
      .key(.tab, []), .typed("+"), .typed("u"), .typed("a"), .typed("-"), .typed("A"), .typed("D"),
    ]
    var finished = 0
    for move in 0..<4000 {
      carryOut(state.update(.input(keys[(move * 7 + move / 13) % keys.count])))
      for message in worker.take() { carryOut(state.update(message)) }
      let kept = worker.kept
      #expect(kept.runs <= 24 && kept.bytes <= 256 << 20)
      // Now and then a person stops and looks.
      guard move % 200 == 0 else { continue }
      while state.isRunning {
        guard came.wait(timeout: .now() + 60) == .success else { break }
        for message in worker.take() { carryOut(state.update(message)) }
      }
      if !state.isRunning { finished += 1 }
    }
    worker.close()
    #expect(finished == 20, "every run that is waited for comes to its end")
    #expect(state.runs.cache.byteCount <= state.runs.cache.capacity)
    #expect(state.history.undoStack.count <= 1000)
    #expect(state.runs.tracks.count <= state.settings.panels.count)
  }

  @Test func whoLeavesWaitsForNoRun() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    let came = DispatchSemaphore(value: 0)
    let runner = EffectRunner(model) { came.signal() }
    let plan = Self.plan(Knobs(), steps: 999)
    runner.carryOut([.run([PanelJob(panel: 0, plan: plan)])], of: Fixture.state())
    #expect(came.wait(timeout: .now() + 30) == .success)
    runner.close()
    let steps = runner.take().count
    #expect((1..<plan.stepCount).contains(steps), "\(steps) of \(plan.stepCount)")
  }

  @Test func longRunsOfManyImagesAreKeptByTheirSize() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    let gatherer = Gatherer(model)
    var sizes: [Int] = []
    for b in 0..<3 {
      let plan = Self.plan(Knobs(b: 1 + Double(b) / 10), steps: 30, images: 9)
      _ = try #require(gatherer.run([PanelJob(panel: 0, plan: plan)]))
      sizes.append(gatherer.worker.kept.bytes)
    }
    // 30 steps of 9 images: the pictures alone are 2 x 16 x 16 x 3 bytes each.
    #expect(sizes[0] > 30 * 9 * 2 * 16 * 16 * 3)
    #expect(sizes[2] == 3 * sizes[0], "what is told is what is kept")
  }

  @Test func severalImagesStandInASheet() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    let gatherer = Gatherer(model)
    let one = try #require(gatherer.run([PanelJob(panel: 0, plan: Self.plan(Knobs(), steps: 2))])?[0])
    let four = try #require(
      gatherer.run([PanelJob(panel: 0, plan: Self.plan(Knobs(), steps: 2, images: 4))])?[0])
    #expect(four[1].prediction.width == 32 && four[1].prediction.height == 32)
    for row in 0..<16 {
      let width = 16 * 3
      #expect(
        four[1].prediction.pixels[row * 2 * width..<row * 2 * width + width]
          == one[1].prediction.pixels[row * width..<(row + 1) * width], "the first image is the one alone")
    }
  }

  @Test func whatAPatchLooksAtAddsUpAndFollowsTheMask() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    let gatherer = Gatherer(model)
    for (strength, isSame) in [(1.0, false), (0.0, true)] {
      var knobs = Knobs()
      knobs.maskStrength = strength
      let plan = Self.plan(knobs, steps: 3)
      _ = try #require(gatherer.run([PanelJob(panel: 0, plan: plan)]))
      for block in 0..<5 {
        let place = AttentionPlace(block: block, patch: 9)
        guard
          case .attention(let probe)? = gatherer.probe(
            ProbeRequest(plan: plan, step: 1, question: .attention(place)))
        else {
          Issue.record("no answer of block \(block)")
          continue
        }
        #expect(probe.tokenNames == ["label", "time"])
        for head in probe.heads {
          for shares in [head.before, head.after] {
            #expect(shares.patches.count == 64 && shares.patches.allSatisfy { $0 >= 0 })
            #expect(abs((shares.tokens + shares.patches).reduce(0, +) - 1) < 1e-5)
          }
          #expect((head.before == head.after) == isSame)
        }
      }
      guard
        case .attentionStatistics(let blocks)? = gatherer.probe(
          ProbeRequest(plan: plan, step: 1, question: .attentionStatistics))
      else {
        Issue.record("no statistics")
        continue
      }
      #expect(blocks.map(\.count) == [4, 4, 4, 4, 4])
      #expect(blocks.allSatisfy { $0.allSatisfy { ($0.before == $0.after) == isSame } })
      let lost = ProbeRequest(plan: Self.plan(knobs, steps: 9), step: 1, question: .attentionStatistics)
      #expect(gatherer.probe(lost) == nil, "of a run that was never made")
    }
  }
}
