import Checkpoints
import Denoising
import Foundation
import Pictures
import Recipes
import Tensors
import TestSupport
import Testing
import Training

/// Eight pictures of 8x8 that differ in everything, two labels.
func eightImages() -> ImageSet {
  var set = ImageSet(size: 8, labelNames: ["left", "right"])
  var noise = TrainingNoise(seed: 4, stream: 1)
  for index in 0..<8 {
    let corners = (0..<12).map { _ in UInt8(noise.integer(below: 256)) }
    var picture = Picture(width: 8, height: 8)
    for place in 0..<64 {
      let quarter = place / 32 * 2 + place % 8 / 4
      for channel in 0..<3 { picture.pixels[3 * place + channel] = corners[3 * quarter + channel] }
    }
    set.append(picture, label: index % 2)
  }
  return set
}

func smallSettings(_ change: (inout TrainingSettings) -> Void = { _ in }) -> TrainingSettings {
  var settings = TrainingSettings()
  settings.configuration.imageSize = 8
  settings.configuration.patchSize = 2
  settings.configuration.width = 48
  settings.configuration.depth = 2
  settings.configuration.heads = 2
  settings.configuration.classes = 3
  settings.configuration.labelNames = ["left", "right"]
  settings.batch = 8
  settings.precision = .fp32
  settings.validation = 0
  settings.budget = .images(8 * 40)
  change(&settings)
  return settings
}

func onEngine<Result: Sendable>(_ body: @escaping @Sendable (ComputeEngine) throws -> Result) throws -> Result
{
  try EngineThread().sync { try body(ComputeEngine(threads: 2)) }
}

struct TrainingRunTests {
  @Test(.enabled(if: ComputeEngine.hasNativeBFloat16, "this processor has no bfloat16 products"))
  func aResumedTrainingInBfloat16GivesTheLossesOfOneThatWasNotStopped() throws {
    try requireSameLosses(.bf16)
  }

  @Test func aResumedTrainingGivesTheLossesOfOneThatWasNotStopped() throws {
    try requireSameLosses(.fp32)
  }

  private func requireSameLosses(_ precision: Precision) throws {
    let folder = try TemporaryFolder()
    let (through, stopped) = try onEngine { engine in
      let settings = smallSettings {
        ($0.precision, $0.validation, $0.batch) = (precision, 0.13, 5)
        $0.flips = true
      }
      let whole = try TrainingRun(engine, settings, eightImages())
      var through: [Float?] = []
      for _ in 0..<12 { through.append(try whole.advance().loss) }
      through.append(try whole.validate())

      let file = folder.file("model.training.safetensors")
      let first = try TrainingRun(engine, settings, eightImages())
      var stopped: [Float?] = []
      for _ in 0..<5 { stopped.append(try first.advance().loss) }
      try first.save(to: file)
      let second = try TrainingRun(engine, resuming: file, settings, eightImages())
      for _ in 0..<7 { stopped.append(try second.advance().loss) }
      stopped.append(try second.validate())
      #expect(whole.parameters.averages.load(100) == second.parameters.averages.load(100))
      #expect(whole.history == second.history)
      return (through, stopped)
    }
    #expect(through == stopped)
    #expect(Set(through.map { $0?.bitPattern }).count == through.count)
  }

  @Test func eightImagesAreMemorised() throws {
    let folder = try TemporaryFolder()
    let gaps = try onEngine { engine in
      let settings = smallSettings {
        ($0.configuration.classes, $0.configuration.labelNames) = (9, (0..<8).map { "image \($0)" })
        ($0.batch, $0.labelDropout, $0.budget) = (16, 0, .images(16 * 450))
        $0.configuration.prediction = .sample
        $0.optimizer.averageDecay = 0.98
        ($0.learningRate.peak, $0.learningRate.warmUp) = (2e-3, 50)
      }
      var images = ImageSet(size: 8, labelNames: settings.configuration.labelNames)
      let pictures = eightImages()
      for index in 0..<8 {
        let pixels = Array(pictures.pixels[index * 192..<(index + 1) * 192])
        images.append(Picture(width: 8, height: 8, pixels: pixels), label: index)
      }
      let run = try TrainingRun(engine, settings, images)
      while !run.isFinished { _ = try run.advance() }
      let file = folder.file("model.safetensors")
      try run.saveModel(to: file)
      let model = try UViT(engine, SafetensorsFile(file), precision: .fp32)
      let drawn = try SampleSheet(count: 8, steps: 20).draw(model, name: "model", precision: .fp32).pictures
      return zip(drawn, 0..<8).map { picture, index in
        meanDifference(
          picture,
          Picture(width: 8, height: 8, pixels: Array(images.pixels[index * 192..<(index + 1) * 192])))
      }
    }
    // Of 255; two pictures of the set are about 80 apart.
    #expect(gaps.allSatisfy { $0 < 12 }, "\(gaps)")
  }

  @Test func aLossThatIsNotANumberStopsAndLeavesTheWeights() throws {
    try onEngine { engine in
      let run = try TrainingRun(engine, smallSettings(), eightImages())
      _ = try run.advance()
      let entry = run.parameters.entry("norm.bias")
      run.parameters.values.store([.nan], at: entry.offset)
      let before = run.parameters.averages.load(run.parameters.count)
      #expect(throws: TrainingError.notFinite(step: 2, what: "the loss", checkpoint: "c")) {
        try run.advance(checkpoint: "c")
      }
      #expect(run.step == 1)
      #expect(run.parameters.averages.load(run.parameters.count) == before)
    }
  }

  @Test func whatCannotChangeWhenResumingIsNamed() {
    let started = smallSettings()
    #expect(throws: TrainingError.otherSetting(name: "width", started: "48", given: "64")) {
      try smallSettings { $0.configuration.width = 64 }.requireSame(as: started)
    }
    #expect(throws: TrainingError.otherLabels(checkpoint: 2, data: 3)) {
      try smallSettings { $0.configuration.classes = 4 }.requireSame(as: started)
    }
    #expect(throws: Never.self) { try smallSettings { $0.budget = .minutes(3) }.requireSame(as: started) }
  }
}
