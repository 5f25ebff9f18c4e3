import Checkpoints
import Denoising
import Engines
import Foundation
import Models
import Recipes
import Tensors
import TestSupport
import Testing

/// A published U-ViT that draws latents from text, with the autoencoder and the text encoder that lie beside it.
struct TextUViTTests {
  /// - Parameter text: the pipeline whose text encoder it is; nil for none.
  private static func place(text: String?) throws -> (folder: TemporaryFolder, source: ModelSource) {
    let folder = try text.map { try PipelineFolder(textOf: $0).folder } ?? TemporaryFolder()
    try FileManager.default.copyItem(at: golden("published/text.pth"), to: folder.file("nnet_ema.pth"))
    try FileManager.default.createDirectory(at: folder.file("vae"), withIntermediateDirectories: true)
    for file in ["config.json", "diffusion_pytorch_model.safetensors"] {
      try FileManager.default.copyItem(at: golden("latents/sd1/\(file)"), to: folder.file("vae/\(file)"))
    }
    return (folder, ModelSource(folder.file("nnet_ema.pth"), ModelHints(heads: 2)))
  }

  private static func withModel(
    _ precision: Precision = .fp32, _ body: (LoadedModel) throws -> Void
  ) throws {
    let (folder, source) = try place(text: "sd1")
    try body(LoadedModel(source.url, source.hints, precision: precision, threads: 1))
    withExtendedLifetime(folder) {}
  }

  @Test func itComputesWhatTheReferenceComputes() throws {
    try Self.withModel { model in
      let cases = try SafetensorsFile(golden("published/text.safetensors"))
      let knobs = [Knobs(), Knobs(b: 1.3, s: 0.8), Knobs(b: 1.2, s: 0.5)]
      let time = model.description.time
      for index in 0..<3 {
        func tensor(_ part: String) throws -> Tensor { try cases.tensor(named: "case.\(index).\(part)") }
        var turned = knobs[index]
        turned.version = index == 2 ? 1 : 2
        let (told, contexts) = (try tensor("t").values, try tensor("context").values)
        let count = contexts.count / 2
        let rows = (0..<2).map { row in
          let context = Tensor([77, 16], values: Array(contexts[row * count..<(row + 1) * count]))
          return DenoisingRow(
            timestep: time.timestep(for: Double(told[row])),
            condition: Condition(context: ConditionTensor(context)), knobs: turned)
        }
        let samples = try tensor("x")
        let found = try model.run { try $0(samples, rows) }
        #expect(difference(found, try tensor("out"), tolerance: 1e-4, name: "case \(index)") == nil)
      }
    }
  }

  @Test func itsStepsAreStableDiffusionsAndItsGuidanceTheAuthors() throws {
    try Self.withModel { model in
      let description = model.description
      #expect(description.pictureShape == [3, 64, 64] && description.sampleShape == [4, 8, 8])
      #expect(description.prompting == Prompting(isToldGuidance: false) && description.knowsGuidance)
      #expect(description.labelling == nil && description.defaultRun.guidance == 2)
      #expect(description.time(0) == 1 && description.time(999) == 1000)
      #expect(abs(description.schedule.alphaBars[0] - 0.99915) < 1e-12)
    }
  }

  /// Whatever is drawn beside it, and with the empty prompt where none is given.
  @Test(arguments: Precision.available)
  func aPromptIsDrawn(precision: Precision) throws {
    try Self.withModel(precision) { model in
      func drawn(_ prompts: [String], _ negatives: [String]) throws -> [Float] {
        var recipe = Recipe(model: "", precision: precision, panels: [Panel(name: "", knobs: Knobs(b: 1.2))])
        recipe.run = RunSettings(model.description.defaultRun)
        (recipe.precision, recipe.steps, recipe.count) = (precision, 2, prompts.count)
        (recipe.run.prompts, recipe.run.negatives) = (prompts, negatives)
        let done = recipe
        return try model.run { network in
          var run = try SamplingRun(done, network.description)
          while !run.isFinished { _ = try run.advance(with: network) }
          return run.results[0].values
        }
      }
      let alone = try drawn(["a photo"], [])
      let beside = try drawn(["a photo", "it's"], [])
      #expect(Array(beside.prefix(alone.count)) == alone)
      let (other, empty) = (try drawn(["it's"], []), try drawn(["a photo"], [""]))
      let negative = try drawn(["a photo"], ["blurry"])
      #expect(other != alone && empty == alone && negative != alone)
    }
  }

  /// As the heads of every block have them, patch by patch, in the mean; each patch is two places wide.
  @Test func placesLookAtTheWordsOfThePromptAsTheHeadsDo() throws {
    try Self.withModel { model in
      var generator = SeededNoise(seed: 4)
      let sample = generator.normals([1] + model.description.sampleShape)
      let row = DenoisingRow(
        timestep: 300, condition: Condition(prompt: Prompt("a photo")), knobs: Knobs(b: 1.2))
      func ask(_ question: ProbeQuestion) throws -> ProbeAnswer? {
        try model.run { try $0.probe(sample, row, question) }
      }
      guard case .words(let maps)? = try ask(.words) else {
        Issue.record("no answer")
        return
      }
      #expect(maps.grid == Grid(side: 8) && maps.tokens.count == 77)
      #expect(maps.words.map(\.text) == ["a", "photo"] && maps.words[0].places == [1])
      let blocks = model.description.attention.count
      var patches = [[Float]](repeating: [Float](repeating: 0, count: 16), count: 77)
      for block in 0..<blocks {
        for patch in 0..<16 {
          guard case .attention(let probe)? = try ask(.attention(AttentionPlace(block: block, patch: patch)))
          else {
            Issue.record("no answer of block \(block)")
            return
          }
          #expect(probe.tokenNames.count == 78)
          #expect(probe.summed(probe.heads[0].after).map(\.name) == ["time", "prompt"])
          for head in probe.heads {
            for token in 0..<77 {
              patches[token][patch] += head.after.tokens[1 + token] / Float(blocks * probe.heads.count)
            }
          }
        }
      }
      let expected = patches.flatMap { Self.doubled($0) }
      #expect(
        difference(maps.tokens.flatMap(\.self), expected, tolerance: 1e-5, name: "words") == nil)
      let sums = (0..<64).map { place in maps.tokens.reduce(0) { $0 + $1[place] } }
      #expect(sums.allSatisfy { $0 > 0 && $0 < 1 }, "patches look at each other, too")
    }
  }

  /// A 4x4 map on 8x8 places, straight between neighbours.
  private static func doubled(_ map: [Float]) -> [Float] {
    func neighbours(_ place: Int) -> (Int, Int, Float) {
      // Of each patch one place lies a quarter before its middle, the other a quarter behind it.
      let first = (place + 1) / 2 - 1
      return (max(0, first), min(3, first + 1), place % 2 == 0 ? 0.75 : 0.25)
    }
    return (0..<8).flatMap { row in
      (0..<8).map { column in
        let (upper, lower, down) = neighbours(row)
        let (left, right, along) = neighbours(column)
        func between(_ row: Int) -> Float {
          map[row * 4 + left] * (1 - along) + map[row * 4 + right] * along
        }
        return between(upper) * (1 - down) + between(lower) * down
      }
    }
  }

  @Test func aPromptOfSeveralPiecesIsRefused() throws {
    try Self.withModel { model in
      let long = Array(repeating: "photo", count: 80).joined(separator: " ")
      let short = try model.run { try $0.windows(of: Prompt("a photo")) }
      #expect(short == 1)
      let text = complaint { try model.run { try $0.windows(of: Prompt(long)) } }
      #expect(text.contains("takes 2 pieces of 75 tokens") && !text.contains("\n"), "\(text)")
    }
  }

  /// Latents of 0.2301 times an autoencoder's, whatever its configuration says.
  @Test func itsLatentsHaveTheAuthorsScale() throws {
    try Self.withModel { model in
      let (folder, source) = try Self.place(text: nil)
      try FileManager.default.removeItem(at: source.url)
      try FileManager.default.copyItem(at: golden("published/latents.pth"), to: source.url)
      let other = try LoadedModel(source.url, precision: .fp32, threads: 1)
      withExtendedLifetime(folder) {}
      var generator = SeededNoise(seed: 2)
      let latents = generator.normals([1, 4, 8, 8])
      let larger = Tensor(latents.shape, values: latents.values.map { $0 * 0.2301 / 0.18215 })
      let found = try model.run { try $0.pictures(of: larger) }
      let expected = try other.run { try $0.pictures(of: latents) }
      #expect(difference(found, expected, tolerance: 1e-4, name: "the picture") == nil)
    }
  }

  @Test(arguments: [
    (nil, "draws from text, and no text encoder lies beside it"), ("sdxl", "its network takes 16"),
  ])
  func whatIsMissingBesideItIsSaid(text: String?, message: String) throws {
    let (folder, source) = try Self.place(text: text)
    defer { withExtendedLifetime(folder) {} }
    let found = complaint { try ModelRegistry.model(at: source) }
    #expect(found.contains(message) && !found.contains("\n"), "\(found)")
  }
}
