import Checkpoints
import Denoising
import Tensors
import TestSupport
import Testing
import Training

struct TorchTwinTests {
  /// Clipping, AdamW, what decays, the learning rate and the moving average, as `Tools/torch` has them.
  @Test func twoStepsGiveTheWeightsOfThePyTorchTwin() throws {
    let case_ = try GoldenGradients("labelled")
    let problems = try onEngine { engine -> [String] in
      let expected = try SafetensorsFile(golden("labelled/steps.safetensors"))
      let parameters = try Parameters(engine, case_.configuration)
      try parameters.load(TensorScope(case_.model))
      let network = try DataParallel(engine, parameters, batch: 4)
      var losses: [Float] = []
      for step in 1...2 {
        let parts = try network.gradients(case_.batch)
        let norm = AdamW.gradientNorm(engine, parameters)
        AdamW().update(
          engine, parameters, step: step,
          learningRate: LearningRate().value(step: step + 100, progress: 0), gradientNorm: norm)
        losses += [parts.reduce(0, +) / 4, norm]
      }
      var problems = [
        difference(losses, try expected.tensor(named: "losses").values, tolerance: 1e-4, name: "losses")
      ]
      for name in expected.names where name.contains(".") {
        let (kind, tensor) = (name.prefix(7), String(name.dropFirst(8)))
        let row = kind == "weights" ? parameters.values : parameters.averages
        problems.append(
          difference(
            parameters.tensor(parameters.entry(tensor), in: row), try expected.tensor(named: name),
            tolerance: 1e-4, name: name))
      }
      #expect(problems.count == 15)
      return problems.compactMap(\.self)
    }
    #expect(problems == [])
  }
}
