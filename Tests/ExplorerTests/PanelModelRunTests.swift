import Console
import Denoising
import Engines
import Explorer
import Foundation
import Models
import Recipes
import Sampling
import TestSupport
import Testing
import Widgets

/// Panels of two models with a real engine.
@Suite(.serialized) struct PanelModelRunTests {
  private static func wait(
    for worker: TrajectoryWorker, _ came: DispatchSemaphore, until isDone: (ExplorerMessage) -> Bool
  ) -> [ExplorerMessage] {
    var all: [ExplorerMessage] = []
    while !all.contains(where: isDone), came.wait(timeout: .now() + 60) == .success { all += worker.take() }
    return all
  }

  @Test func panelsOfTwoModelsRunTogetherAsEachAlone() throws {
    let folder = try ModelFolder()
    let model = try LoadedModel(folder.file("masked"), precision: .fp32, threads: 1)
    let came = DispatchSemaphore(value: 0)
    let worker = TrajectoryWorker(model) { came.signal() }
    worker.open(ModelRequest(panel: 1, reference: folder.file("plain").path))
    var plain: KnownModel?
    for case .modelOpened(1, let opened) in Self.wait(
      for: worker, came, until: { if case .modelOpened = $0 { true } else { false } })
    { plain = opened }
    let identity = try #require(plain?.identity)
    let run = RunSettings(noise: .seed(3), label: 1, sampler: SamplerSettings(steps: 4))
    let plans = [
      LanePlan(run: run, schedule: KnobSchedule(Knobs())),
      LanePlan(model: identity, run: run, schedule: KnobSchedule(Knobs())),
    ]
    worker.run(plans.enumerated().map { PanelJob(panel: $0, plan: $1) }, models: [identity])
    var last: [Int: StepPictures] = [:]
    while last[0]?.index != 3 || last[1]?.index != 3 {
      guard came.wait(timeout: .now() + 60) == .success else { break }
      for case .stepped(let panel, _, let step) in worker.take() { last[panel] = step }
    }
    for (place, file) in ["masked", "plain"].enumerated() {
      let single = try LoadedModel(folder.file(file), precision: .fp32, threads: 1)
      var recipe = Recipe(model: file, precision: .fp32, panels: [Panel(name: "", knobs: Knobs())])
      (recipe.seed, recipe.label, recipe.sampler.steps) = (3, 1, 4)
      let done = recipe
      let result = try single.run { network in
        var run = try SamplingRun(done, network.description)
        while !run.isFinished { _ = try run.advance(with: network) }
        return run.results[0]
      }
      #expect(last[place]?.prediction == pictures(of: result)[0], "\(file)")
    }
    #expect(last[0]?.input != last[1]?.input || last[0]?.prediction != last[1]?.prediction)
    worker.open(ModelRequest(panel: 1, reference: golden("plain/model.safetensors").path))
    let refused = Self.wait(for: worker, came) { if case .failed = $0 { true } else { false } }
    guard case .failed(let text) = refused.last else {
      Issue.record("a model of another size was taken")
      return
    }
    #expect(text.contains("it draws images of 3x32x32, expected images of 3x16x16"))
    worker.close()
  }

  @Test func aSessionWithTwoModelsIsReplayed() throws {
    let folder = try ModelFolder()
    let model = try LoadedModel(folder.file("masked"), precision: .fp32, threads: 1)
    func shows(_ text: String) -> (CellBuffer) -> Bool { { $0.lines.contains { $0.contains(text) } } }
    let terminal = MemoryTerminal(
      size: CellSize(columns: 120, rows: 40),
      script: [
        .wait("the end", until: shows("■ 4/4")), .events([.typed("C")]),
        .wait("the list", until: shows("enter takes it into Model 2")),
        .events([.paste(folder.file("plain").path), .key(.enter, [])]),
        .wait("the model", until: shows("plain  b 1.30")), .wait("the end", until: shows("■ 4/4")),
        .events([.typed("u"), .typed("U")]), .wait("the end", until: shows("■ 4/4")),
        .events([.typed("g"), .typed("q")]),
      ])
    var recipe = Recipe(model: model.name, precision: .fp32, panels: Panel.models)
    (recipe.label, recipe.sampler.steps) = (0, 4)
    let state = ExplorerState(
      model: model.name, fingerprint: model.fingerprint, precision: model.precision,
      description: model.description,
      settings: Settings(recipe, model.description, noiseFromFile: false), themes: ["dark"], theme: 0,
      size: terminal.size)
    let file = folder.url.appending(path: "session.jsonl")
    let program = ExplorerProgram(
      state, model: model, terminal: terminal, themes: [.dark], saver: FileSaver(folder: folder.url),
      recorder: try ActionRecorder(file.path, state))
    #expect(program.run() == 0)
    #expect(terminal.unmet == nil)
    #expect(program.state.selectedPanel.own.model?.name == "plain")

    let replay = try Replay(
      ActionFile(contentsOf: file), model: LoadedModel(folder.file("masked"), precision: .fp32, threads: 1),
      modelFile: { [places = [folder.url]] in try ModelLibrary().recorded($0, or: places) })
    try replay.play { _, _ in true }
    #expect(replay.state.settings == program.state.settings)
    #expect(replay.state.panelsView.content == .output)
    for panel in program.state.settings.panels {
      let (first, second) = (program.state.shownStep(of: panel), replay.state.shownStep(of: panel))
      #expect(first?.prediction == second?.prediction && first?.output == second?.output)
    }
  }
}
