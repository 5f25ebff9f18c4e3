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
  /// On two threads each has a part of the batch, and the parts' gradients are added.
  @Test(arguments: ["labelled", "plain"], [1, 2])
  func everyGradientAgreesWithTheReference(name: String, threads: Int) throws {
    let golden = try GoldenGradients(name)
    let problems = try EngineThread().sync { () throws -> [String] in
      let engine = try ComputeEngine(threads: threads)
      let parameters = try Parameters(engine, golden.configuration)
      try parameters.load(TensorScope(golden.model))
      let network = try DataParallel(engine, parameters, batch: golden.batch.timesteps.count)
      var problems: [String?] = []
      // Twice: nothing may be left over from the first time.
      for _ in 0..<2 {
        let losses = try network.forward(golden.batch)
        let loss = losses.reduce(0, +) / Float(losses.count)
        problems.append(difference([loss], [golden.loss], tolerance: 1e-5, name: "loss"))
        try network.backward(golden.batch)
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

  @Test(arguments: ["labelled", "plain"])
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
