import Console
import Denoising
import Engines
import Explorer
import Foundation
import Models
import Pictures
import Recipes
import TestSupport
import Testing
import Widgets

/// Prompts in the explorer, and latents as they become pictures, with the bundled model that draws from text.
@Suite(.serialized) struct PromptTests {
  private let model: LoadedModel

  init() throws {
    model = try LoadedModel(
      golden("../../models/emoji"), ModelHints(preview: .linear), precision: .fp32)
  }

  private func recipe(_ prompt: String = "a cat on blue") throws -> Recipe {
    var recipe = Recipe(model: "emoji", precision: .fp32, panels: Array(Panel.models.prefix(2)))
    recipe.run = RunSettings(model.description.defaultRun)
    (recipe.precision, recipe.steps, recipe.run.prompts, recipe.run.guidance) = (.fp32, 3, [prompt], 3)
    return recipe
  }

  private func state(columns: Int = 100, rows: Int = 30) throws -> ExplorerState {
    ExplorerState(
      model: "emoji", fingerprint: model.fingerprint, precision: .fp32, description: model.description,
      settings: Settings(try recipe(), model.description, noiseFromFile: false), themes: ["dark"], theme: 0,
      size: CellSize(columns: columns, rows: rows))
  }

  private func press(_ keys: [InputEvent], _ state: inout ExplorerState) -> [ExplorerEffect] {
    keys.flatMap { state.update(.input($0)) }
  }

  private func type(_ text: String) -> [InputEvent] { text.map { .typed($0) } }

  @Test func aPromptIsTypedTakenBackAndRecalled() throws {
    var state = try state()
    let effects = press(
      type("/") + [.key(.character("u"), .control)] + type("a dog") + [.key(.enter, [])], &state)
    #expect(state.settings.run.prompts == ["a dog"])
    #expect(effects.contains { if case .run(let jobs) = $0 { jobs.count == 2 } else { false } })
    _ = press(type("/") + [.key(.up, []), .key(.up, []), .key(.enter, [])], &state)
    #expect(state.settings.run.prompts == ["a cat on blue"])
    _ = press(type("uu"), &state)
    #expect(state.settings.run.prompts == ["a cat on blue"])
    _ = press(type("\\dogs") + [.key(.enter, [])], &state)
    #expect(state.settings.run.negatives == ["dogs"])
    // Nothing is taken where it is left.
    _ = press(type("/x") + [.key(.escape, [])], &state)
    #expect(state.settings.run.prompts == ["a cat on blue"])
  }

  @Test func aPanelCanHaveAPromptOfItsOwn() throws {
    var state = try state()
    _ = press(type("/") + [.key(.escape, [])] + type("o"), &state)
    _ = press(type("/") + [.key(.character("u"), .control)] + type("pizza") + [.key(.enter, [])], &state)
    #expect(state.settings.run.prompts == ["a cat on blue"])
    #expect(state.selectedPanel.own[.prompt] == .texts(["pizza"]))
    let command = state.recipe.command(labels: [], output: "a.png")
    #expect(command.contains("--prompt 'a cat on blue'") && command.contains("prompt=pizza"), "\(command)")
  }

  @Test func thePromptStandsOnTheScreen() throws {
    let screen = ExplorerView(try state(), theme: .dark).draw().lines.joined(separator: "\n")
    #expect(screen.contains("“a cat on blue”"))
    #expect(screen.contains("/ prompt"))
  }

  @Test func aPromptThatIsReadInPiecesIsSaidToBeOnceAndWhenItIsTypedAgain() throws {
    var state = try state()
    let long = LongPrompt(text: "a dog", pieces: 3)
    let words = "the prompt that begins 'a dog' is long: it is read in 3 pieces"
    _ = state.update(.readInPieces(long))
    #expect(state.message?.text == words && state.message?.isError == false)
    _ = press(type("x"), &state)
    _ = state.update(.readInPieces(long))
    #expect(state.message?.text != words)
    _ = press(type("/") + [.key(.character("u"), .control)] + type("a dog") + [.key(.enter, [])], &state)
    #expect(state.message?.text == words)
  }

  @Test func theEngineSaysWhatItReadsInPieces() throws {
    var state = try state()
    let long = Array(repeating: "cat", count: 100).joined(separator: " ")
    let effects = press(
      type("/") + [.key(.character("u"), .control), .paste(long), .key(.enter, [])], &state)
    #expect(state.settings.run.prompts == [long] && state.message == nil)
    let came = DispatchSemaphore(value: 0)
    let worker = TrajectoryWorker(model) { came.signal() }
    defer { worker.close() }
    for case .run(let jobs) in effects { worker.run(jobs) }
    var found: [LongPrompt] = []
    while !state.isAtRest, came.wait(timeout: .now() + 60) == .success {
      for message in worker.take() {
        if case .readInPieces(let prompt) = message { found.append(prompt) }
        for case .run(let jobs) in state.update(message) { worker.run(jobs) }
      }
    }
    #expect(found == [LongPrompt(text: long, pieces: 2)], "of two panels, once")
    #expect(state.message?.text.hasSuffix("is long: it is read in 2 pieces") == true)
  }

  @Test func aModelWithoutTextSaysSo() throws {
    let labelled = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    let recipe = Recipe(model: "", precision: .fp32, panels: Panel.models)
    var state = ExplorerState(
      model: "", fingerprint: "", precision: .fp32, description: labelled.description,
      settings: Settings(recipe, labelled.description, noiseFromFile: false), themes: ["dark"], theme: 0,
      size: CellSize(columns: 80, rows: 24))
    _ = press(type("/"), &state)
    #expect(state.message?.text == "this model reads no text" && state.message?.isError == true)
  }

  /// A step that is looked at closely is shown by the model's own autoencoder, once nothing runs.
  @Test func aStepThatIsShownLargeIsDecoded() throws {
    var state = try state()
    let came = DispatchSemaphore(value: 0)
    let worker = TrajectoryWorker(model) { came.signal() }
    defer { worker.close() }
    var asked: [Int] = []
    func carryOut(_ effects: [ExplorerEffect]) {
      for effect in effects {
        switch effect {
        case .run(let jobs): worker.run(jobs)
        case .decode(let request):
          asked.append(request.step)
          worker.decode(request)
        default: break
        }
      }
    }
    func settle() {
      while !state.isAtRest, came.wait(timeout: .now() + 60) == .success {
        for message in worker.take() { carryOut(state.update(message)) }
      }
    }
    carryOut(state.begin())
    settle()
    carryOut(press([.key(.home, [])], &state))
    #expect(state.isAtRest && asked.isEmpty, "small panels show what is quick")
    carryOut(press(type("z"), &state))
    carryOut(press(type("t"), &state))
    #expect(asked == [0], "once, whatever else happens")
    settle()
    let step = try #require(state.runs.tracks[state.selectedPanel.id]?.steps[0])
    let latents = try #require(step.latents)
    #expect(step.decoded?.width == 64 && step.prediction.width == 16)
    let whole = try model.run { try $0.pictures(of: latents) }
    #expect(step.decoded == pictures(of: whole)[0])
    carryOut(press([.key(.end, [])], &state))
    #expect(asked == [0] && state.isAtRest, "the last one is there")
  }

  /// Each step quickly, the end by the model's own autoencoder: what `mezzotint sample` writes.
  @Test func stepsAreLookedAtQuicklyAndTheEndIsDecoded() throws {
    var state = try state()
    let came = DispatchSemaphore(value: 0)
    let worker = TrajectoryWorker(model) { came.signal() }
    func settle(_ effects: [ExplorerEffect]) {
      for case .run(let jobs) in effects { worker.run(jobs) }
      while !state.isAtRest, came.wait(timeout: .now() + 60) == .success {
        for message in worker.take() {
          for case .run(let jobs) in state.update(message) { worker.run(jobs) }
        }
      }
    }
    settle(state.begin())
    #expect(state.isAtRest)
    let steps = try #require(state.runs.tracks[0]?.steps)
    #expect(steps.map(\.prediction.width) == [16, 16, 16])
    #expect(steps.map { $0.decoded?.width } == [nil, nil, 64])
    let recipe = try recipe()
    let expected = try model.run { network in
      var run = try SamplingRun(recipe, network.description)
      while !run.isFinished { _ = try run.advance(with: network) }
      return try run.results.map { pictures(of: try network.pictures(of: $0))[0] }
    }
    #expect(state.settings.panels.map { state.runs.tracks[$0.id]?.steps.last?.decoded } == expected)
    // What was known is there again at once, decoded.
    settle(press(type("n"), &state))
    _ = press(type("N"), &state)
    #expect(state.isAtRest && state.runs.tracks[0]?.isDecoded == true)
    #expect(state.runs.tracks[0]?.steps.last?.decoded == expected[0])
    worker.close()
  }

  @Test func aSessionWithPromptsIsReplayed() throws {
    let folder = try TemporaryFolder()
    var state = try state()
    let recorder = try ActionRecorder(folder.path("a.jsonl"), state)
    for event in type("/") + [.key(.character("u"), .control)] + type("a dog") + [.key(.enter, [])] {
      recorder.note(.input(event), before: state)
      _ = state.update(.input(event))
    }
    recorder.end(state)
    let replay = try Replay(ActionFile(contentsOf: folder.file("a.jsonl")), model: model)
    var last: ExplorerState?
    try replay.play { state, _ in
      last = state
      return true
    }
    #expect(last?.settings.run.prompts == ["a dog"])
  }
}
