import Checkpoints
import Denoising
import Foundation
import Sampling
import Tensors
import TestSupport
import Testing
import Training

/// The case that `make_golden.py` wrote: images, noise and times, the loss and every gradient.
struct GoldenGradients {
  let configuration: UViTConfiguration
  let batch: DenoisingBatch
  let loss: Float
  let file: SafetensorsFile
  let model: SafetensorsFile

  init(_ name: String) throws {
    model = try SafetensorsFile(golden("\(name)/model.safetensors"))
    file = try SafetensorsFile(golden("\(name)/grads.safetensors"))
    configuration = try UViTConfiguration(metadataOf: model)
    let (images, noise) = (try file.tensor(named: "images"), try file.tensor(named: "noise"))
    let timesteps = try file.integers(named: "t")
    batch = DenoisingBatch(
      images: images.values, noise: noise.values, timesteps: timesteps,
      labels: configuration.classes > 0 ? try file.integers(named: "y") : [], configuration)
    loss = try file.tensor(named: "loss").values[0]
  }
}

struct GoldenGradientTests {
  /// On two threads each has a part of the batch, and so has each pass of a thread; their gradients are added.
  @Test(arguments: ["labelled", "plain"], [(1, 16), (2, 16), (1, 3), (2, 1)])
  func everyGradientAgreesWithTheReference(name: String, split: (threads: Int, atOnce: Int)) throws {
    let golden = try GoldenGradients(name)
    let problems = try EngineThread().sync { () throws -> [String] in
      let engine = try ComputeEngine(threads: split.threads)
      let parameters = try Parameters(engine, golden.configuration)
      try parameters.load(TensorScope(golden.model))
      let network = try DataParallel(
        engine, parameters, batch: golden.batch.timesteps.count, imagesAtOnce: split.atOnce)
      var problems: [String?] = []
      // Twice: nothing may be left over from the first time.
      for _ in 0..<2 {
        let losses = try network.gradients(golden.batch)
        let loss = losses.reduce(0, +) / Float(losses.count)
        problems.append(difference([loss], [golden.loss], tolerance: 1e-5, name: "loss"))
        problems.append(
          difference(try network.losses(golden.batch), losses, tolerance: 1e-5, name: "losses again"))
        for entry in parameters.entries {
          problems.append(
            difference(
              parameters.tensor(entry, in: parameters.gradients),
              try golden.file.tensor(named: "grad.\(entry.name)"), tolerance: 1e-3, name: entry.name))
        }
      }
      #expect(parameters.entries.count + 4 <= golden.file.names.count)
      return problems.compactMap(\.self)
    }
    #expect(problems == [])
  }

  /// Five images, two at once: passes of one, two and two.
  @Test func passesOfUnlikeSizesGiveTheGradientOfOnePass() throws {
    let golden = try GoldenGradients("labelled")
    var five = golden.batch
    five.noisy += five.noisy.prefix(five.noisy.count / 4)
    five.target += five.target.suffix(five.target.count / 4)
    five.timesteps.append(500)
    five.labels.append(five.labels[1])
    let batch = five
    let problem = try EngineThread().sync { () throws -> String? in
      let engine = try ComputeEngine(threads: 1)
      let parameters = try Parameters(engine, golden.configuration)
      try parameters.load(TensorScope(golden.model))
      let found = try [16, 2].map { atOnce in
        let network = try DataParallel(engine, parameters, batch: 5, imagesAtOnce: atOnce)
        return try network.gradients(batch) + parameters.gradients.load(parameters.count)
      }
      return difference(found[1], found[0], tolerance: 1e-5, name: "gradient")
    }
    #expect(problem == nil)
  }

  /// A product is off by 2⁻⁹, and a gradient is a sum of many that nearly cancel: the smallest tensors, biases and the
  /// mask, are off by up to a fifth of their largest number. The loss, a mean of squares, is not.
  @Test(
    .enabled(if: ComputeEngine.hasNativeBFloat16, "this processor has no bfloat16 products"),
    arguments: ["labelled", "plain"])
  func bfloat16ComesCloseToTheReference(name: String) throws {
    let golden = try GoldenGradients(name)
    let problems = try EngineThread().sync { () throws -> [String] in
      let engine = try ComputeEngine()
      let parameters = try Parameters(engine, golden.configuration, precision: .bf16)
      try parameters.load(TensorScope(golden.model))
      let network = try TrainableUViT(engine, parameters, batch: golden.batch.timesteps.count)
      let losses = network.forward(golden.batch)
      let loss = losses.reduce(0, +) / Float(losses.count)
      try network.backward(golden.batch)
      let gradients = try parameters.entries.compactMap { entry in
        difference(
          parameters.tensor(entry, in: parameters.gradients),
          try golden.file.tensor(named: "grad.\(entry.name)"), tolerance: 0.2, name: entry.name)
      }
      return gradients + [difference([loss], [golden.loss], tolerance: 0.02, name: "loss")].compactMap(\.self)
    }
    #expect(problems == [])
  }
}
