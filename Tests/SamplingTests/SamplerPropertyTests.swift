import Sampling
import Tensors
import TestSupport
import Testing

@Suite struct SamplerPropertyTests {
  private let shape = [3, 3, 4, 4]

  private func run(
    _ settings: SamplerSettings, schedule: NoiseSchedule.Kind = .linear, prediction: Prediction = .v,
    noise: Tensor? = nil, seed: UInt64 = 4, _ network: (Evaluation) -> Tensor
  ) throws -> (steps: [DenoisingStep], evaluations: [Evaluation], result: Tensor) {
    var generator = SeededNoise(seed: seed)
    let drawn = generator.normals(shape)
    var trajectory = try Trajectory(
      noise: noise ?? drawn, generator: generator, schedule: NoiseSchedule(schedule),
      prediction: prediction, settings: settings)
    let (steps, evaluations) = trajectory.finish(network)
    #expect(trajectory.isFinished && steps.count == trajectory.stepCount)
    #expect(evaluations.count == settings.evaluationCount)
    return (steps, evaluations, try #require(trajectory.result))
  }

  /// Not perfect, not constant, and cheap: bends the input a little, differently at each timestep.
  private func crookedNetwork(_ evaluation: Evaluation) -> Tensor {
    let bend = Float(0.2 + evaluation.timestep / 2000)
    return Tensor(
      evaluation.input.shape,
      values: evaluation.input.values.map { bend * $0 - 0.3 * $0 * $0 / (1 + $0 * $0) })
  }

  @Test(arguments: SamplerKind.solvers, Spacing.allCases)
  func everySamplerReachesTheDataWhenTheDenoiserIsPerfect(kind: SamplerKind, spacing: Spacing) throws {
    var generator = SeededNoise(seed: 9)
    let images = Tensor(shape, values: generator.normals(shape).values.map { max(-1, min(1, $0)) })
    for schedule in NoiseSchedule.Kind.allCases {
      for prediction in Prediction.allCases {
        for steps in [1, 2, 7, 30] {
          let denoiser = PerfectDenoiser(images: images, prediction: prediction)
          let settings = SamplerSettings(sampler: kind, steps: steps, spacing: spacing, eta: 0.5)
          let run = try run(settings, schedule: schedule, prediction: prediction) { denoiser($0) }
          let name = "\(kind) \(spacing) \(schedule) \(prediction) \(steps)"
          // One step from σ = 20,000 magnifies the rounding of ε as much.
          let isSteep = steps == 1 && prediction == .epsilon && run.evaluations[0].sigma > 1000
          let tolerance: Float = isSteep ? 2e-2 : 1e-4
          #expect(difference(run.result, images, tolerance: tolerance, name: name) == nil)
          #expect(run.evaluations.allSatisfy { (0...999).contains($0.timestep) })
        }
      }
    }
  }

  /// With a perfect denoiser the exact way is x = α x₀ + √(1 - ᾱ) ε with one ε all along.
  @Test(arguments: [SamplerKind.ddim, .euler, .heun, .dpmpp2m, .unipc], Spacing.allCases)
  func deterministicSamplersStayOnTheStraightWay(kind: SamplerKind, spacing: Spacing) throws {
    var generator = SeededNoise(seed: 9)
    let images = Tensor(shape, values: generator.normals(shape).values.map { max(-1, min(1, $0)) })
    let denoiser = PerfectDenoiser(images: images, prediction: .sample)
    let settings = SamplerSettings(sampler: kind, steps: 8, spacing: spacing)
    let evaluations = try run(settings, prediction: .sample) { denoiser($0) }.evaluations
    func epsilon(_ evaluation: Evaluation) -> [Float] {
      PerfectDenoiser(images: images, prediction: .epsilon)(evaluation).values
    }
    let first = epsilon(evaluations[0])
    for evaluation in evaluations where evaluation.sigma > 0.1 {
      let found = epsilon(evaluation)
      #expect(difference(found, first, tolerance: 1e-4, name: "ε at \(evaluation.timestep)") == nil)
    }
  }

  @Test(arguments: [Spacing.linspace, .karras], [false, true])
  func ddpmIsDDIMWithAllTheNoise(spacing: Spacing, clip: Bool) throws {
    let ddpm = SamplerSettings(sampler: .ddpm, steps: 12, spacing: spacing, clip: clip)
    let ddim = SamplerSettings(sampler: .ddim, steps: 12, spacing: spacing, eta: 1, clip: clip)
    let one = try run(ddpm, crookedNetwork)
    let other = try run(ddim, crookedNetwork)
    for (a, b) in zip(one.steps, other.steps) {
      #expect(difference(a.input, b.input, tolerance: 1e-5, name: "x.\(a.index)") == nil)
    }
    #expect(difference(one.result, other.result, tolerance: 1e-5, name: "final") == nil)
  }

  @Test func etaChangesDDIMAloneAndOnlyAboveZero() throws {
    let still = try run(SamplerSettings(sampler: .ddim, steps: 6, clip: false), crookedNetwork)
    let moved = try run(SamplerSettings(sampler: .ddim, steps: 6, eta: 0.5, clip: false), crookedNetwork)
    #expect(still.steps[0].prediction == moved.steps[0].prediction)
    #expect(still.result != moved.result)
    for kind in SamplerKind.solvers where kind != .ddim {
      let without = try run(SamplerSettings(sampler: kind, steps: 6), crookedNetwork)
      let with = try run(SamplerSettings(sampler: kind, steps: 6, eta: 0.5), crookedNetwork)
      #expect(without.result == with.result)
    }
  }

  /// One ancestral step is Euler's to σ↓ and then σ↑ times one draw of the whole shape.
  @Test func ancestralStepIsAnEulerStepAndOneDraw() throws {
    let settings = SamplerSettings(sampler: .eulerAncestral, steps: 5, clip: false)
    let run = try run(settings, prediction: .epsilon, crookedNetwork)
    var generator = SeededNoise(seed: 4)
    _ = generator.normals(shape)
    for (here, there) in zip(run.evaluations, run.evaluations.dropFirst()) {
      let (from, to) = (here.sigma, there.sigma)
      let up = (to * to * (from * from - to * to) / (from * from)).squareRoot()
      let down = (to * to - up * up).squareRoot()
      let slope = crookedNetwork(here).values
      let draw = generator.normals(shape).values
      let expected = here.input.values.indices.map { index in
        let x = Double(here.input.values[index]) * (1 + from * from).squareRoot()
        let next = x + (down - from) * Double(slope[index]) + up * Double(draw[index])
        return Float(next / (1 + to * to).squareRoot())
      }
      let name = "step \(here.step)"
      #expect(difference(there.input.values, expected, tolerance: 1e-4, name: name) == nil)
    }
  }

  @Test(arguments: SamplerKind.solvers)
  func copyOfATrajectoryBranches(kind: SamplerKind) throws {
    var generator = SeededNoise(seed: 1)
    let noise = generator.normals(shape)
    var trajectory = try Trajectory(
      noise: noise, generator: generator, schedule: NoiseSchedule(.cosine), prediction: .v,
      settings: SamplerSettings(sampler: kind, steps: 6))
    for _ in 0..<3 {
      let evaluation = try #require(trajectory.nextEvaluation)
      _ = trajectory.advance(with: crookedNetwork(evaluation))
    }
    var same = trajectory
    var other = trajectory
    _ = trajectory.finish(crookedNetwork)
    _ = other.finish { evaluation in scaled(crookedNetwork(evaluation), by: 0.5) }
    _ = same.finish(crookedNetwork)
    #expect(same.result == trajectory.result)
    #expect(other.result != trajectory.result)
  }

  private func scaled(_ tensor: Tensor, by factor: Float) -> Tensor {
    Tensor(tensor.shape, values: tensor.values.map { factor * $0 })
  }

  @Test(arguments: [SamplerKind.ddim, .euler, .heun, .dpmpp2m, .unipc])
  func rowOfABatchIsThatRowAlone(kind: SamplerKind) throws {
    var generator = SeededNoise(seed: 8)
    let noise = generator.normals(shape)
    let settings = SamplerSettings(sampler: kind, steps: 6)
    let batch = try run(settings, noise: noise, crookedNetwork).result
    let size = shape[1...].reduce(1, *)
    for row in 0..<shape[0] {
      let values = Array(noise.values[row * size..<(row + 1) * size])
      let alone = Tensor([1] + shape[1...], values: values)
      let result = try run(settings, noise: alone, crookedNetwork).result
      #expect(result.values == Array(batch.values[row * size..<(row + 1) * size]))
    }
  }

  @Test(arguments: SamplerKind.solvers)
  func clippedPredictionsStayInRangeAndCountForTheStep(kind: SamplerKind) throws {
    let settings = SamplerSettings(sampler: kind, steps: 5)
    let clipped = try run(settings, prediction: .epsilon) { scaled(crookedNetwork($0), by: -1) }
    for step in clipped.steps {
      #expect(step.prediction.values.allSatisfy { abs($0) <= 1 })
    }
    // The last step goes to first order, so it ends at the last prediction.
    let last = try #require(clipped.steps.last)
    #expect(difference(clipped.result, last.prediction, tolerance: 1e-5, name: "final") == nil)
  }

  @Test func heunRecordsItsFirstEvaluations() throws {
    let run = try run(SamplerSettings(sampler: .heun, steps: 4), crookedNetwork)
    #expect(run.evaluations.map(\.step) == [0, 0, 1, 1, 2, 2, 3])
    #expect(run.evaluations.map(\.isRecorded) == [true, false, true, false, true, false, true])
    #expect(run.steps.map(\.timestep) == [999, 666, 333, 0])
    #expect(run.evaluations.map(\.timestep) == [999, 666, 666, 333, 333, 0, 0])
  }
}
