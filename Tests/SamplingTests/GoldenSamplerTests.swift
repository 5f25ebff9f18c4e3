import Checkpoints
import Foundation
import Sampling
import Tensors
import TestSupport
import Testing

/// Against diffusers' schedulers and the PyTorch reference, with the same weights and noise.
@Suite struct GoldenSamplerTests {
  private struct Golden: Decodable {
    let timesteps: [Double]
    let sigmas: [Double]
  }

  @Test(arguments: [
    "ddim-trailing", "ddim-leading", "dpmpp-2m", "dpmpp-2m-trailing", "dpmpp-2m-karras", "euler",
    "euler-karras", "heun", "heun-karras", "unipc",
  ])
  func finalImageIsTheOneOfDiffusers(name: String) throws {
    let file = try SafetensorsFile(golden("labelled/samplers.safetensors"))
    let table = try JSONDecoder().decode(
      [String: Golden].self, from: Data((file.metadata["samplers"] ?? "").utf8))
    let expected = try #require(table[name])
    let spacing = Spacing.allCases.first { name.hasSuffix("-" + $0.rawValue) }
    let kind = spacing.map { String(name.dropLast($0.rawValue.count + 1)) } ?? name
    let settings = SamplerSettings(
      sampler: try #require(SamplerKind(rawValue: kind)), steps: 10, spacing: spacing ?? .linspace,
      clip: false)

    let model = try GoldenModel("labelled")
    let labels = try file.integers(named: "labels")
    var trajectory = try Trajectory(
      noise: file.tensor(named: "noise"), generator: SeededNoise(seed: 0), schedule: model.schedule,
      prediction: model.prediction, settings: settings)
    let (steps, evaluations) = trajectory.finish { model.output($0, labels: labels) }

    #expect(steps.count == 10)
    #expect(evaluations.count == settings.evaluationCount)
    let visited = evaluations.map { Float($0.timestep) }
    let timesteps = expected.timesteps.map { Float($0) }
    // Karras: diffusers works σ out from an ᾱ in single precision, which moves t by 0.006.
    #expect(difference(visited, timesteps, tolerance: 1e-5, name: "timesteps") == nil)
    if !expected.sigmas.isEmpty {
      let sigmas = evaluations.map { Float($0.sigma) }
      // Relative to each, not to the largest: diffusers keeps ᾱ in single precision.
      for (found, expected) in zip(sigmas, expected.sigmas) {
        #expect(abs(found / Float(expected) - 1) < 2e-4)
      }
    }
    let image = try #require(trajectory.result)
    let final = try file.tensor(named: name + ".final")
    #expect(difference(image, final, tolerance: 5e-4, name: name) == nil)
  }

  private struct Settings: Decodable {
    let steps: Int
    let guidance: Float
    let timesteps: [Double]
    let knobs: NaiveKnobs
  }

  /// The plain model predicts ε, and the first step, at σ = 157, magnifies the rounding of what it says by as much; the
  /// labelled one predicts v.
  @Test(arguments: [("labelled", Float(5e-5)), ("plain", 5e-4)])
  func everyStepIsTheOneOfTheReference(name: String, tolerance: Float) throws {
    let file = try SafetensorsFile(golden("\(name)/ddim.safetensors"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let settings = try decoder.decode(Settings.self, from: Data((file.metadata["settings"] ?? "").utf8))
    let model = try GoldenModel(name)
    let labels = file.contains("labels") ? try file.integers(named: "labels") : nil
    var trajectory = try Trajectory(
      noise: file.tensor(named: "noise"), generator: SeededNoise(seed: 0), schedule: model.schedule,
      prediction: model.prediction, settings: SamplerSettings(sampler: .ddim, steps: settings.steps))
    #expect(trajectory.timesteps == settings.timesteps)
    let (steps, _) = trajectory.finish {
      model.output($0, labels: labels, knobs: settings.knobs, guidance: settings.guidance)
    }
    for step in steps {
      let (x, clean) = ("x.\(step.index)", "x0.\(step.index)")
      let input = try file.tensor(named: x)
      let prediction = try file.tensor(named: clean)
      #expect(difference(step.input, input, tolerance: tolerance, name: x) == nil)
      #expect(difference(step.prediction, prediction, tolerance: tolerance, name: clean) == nil)
    }
    let final = try file.tensor(named: "final")
    #expect(difference(try #require(trajectory.result), final, tolerance: tolerance, name: "final") == nil)
  }
}
