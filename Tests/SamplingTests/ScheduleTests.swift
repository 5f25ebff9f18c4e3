import Sampling
import Tensors
import TestSupport
import Testing

@Suite struct ScheduleTests {
  /// ᾱ as `reference.alpha_bar` gives it, in double precision.
  @Test func alphaBarIsTheReferences() {
    let linear = NoiseSchedule(.linear)
    let cosine = NoiseSchedule(.cosine)
    let expected: [(NoiseSchedule, Double, Double)] = [
      (linear, 0, 0.9999), (linear, 500, 0.07779665836502389), (linear, 999, 4.035829765375676e-05),
      (cosine, 0, 0.999958715775178), (cosine, 500, 0.49228517244880304),
      (cosine, 999, 2.4287669070348567e-09),
    ]
    for (schedule, timestep, value) in expected {
      #expect(abs(schedule.alphaBar(at: timestep) / value - 1) < 1e-12)
    }
  }

  @Test func sigmaIsInterpolatedBetweenTimestepsAndFoundAgain() {
    for kind in NoiseSchedule.Kind.allCases {
      let schedule = NoiseSchedule(kind)
      let middle = (schedule.sigma(at: 400) + schedule.sigma(at: 401)) / 2
      #expect(abs(schedule.sigma(at: 400.5) / middle - 1) < 1e-12)
      #expect(abs(schedule.alphaBar(at: 400.5) * (1 + middle * middle) - 1) < 1e-12)
      for timestep in [0.0, 1, 17, 500, 998, 999] {
        #expect(abs(schedule.timestep(atSigma: schedule.sigma(at: timestep)) - timestep) < 1e-9)
      }
      #expect(schedule.timestep(atSigma: 0) == 0)
      #expect(schedule.timestep(atSigma: 1e9) == 999)
    }
  }

  private func visited(
    _ sampler: SamplerKind, _ spacing: Spacing, _ steps: Int, _ kind: NoiseSchedule.Kind = .linear
  ) throws -> (timesteps: [Double], first: Evaluation) {
    let trajectory = try Trajectory(
      noise: Tensor([1], values: [1]), generator: SeededNoise(seed: 0), schedule: NoiseSchedule(kind),
      prediction: .v, settings: SamplerSettings(sampler: sampler, steps: steps, spacing: spacing))
    return (trajectory.timesteps, try #require(trajectory.nextEvaluation))
  }

  @Test func spacingsVisitTheTimestepsOfTheirNames() throws {
    #expect(try visited(.ddim, .linspace, 5).timesteps == [999, 749, 500, 250, 0])
    #expect(try visited(.ddim, .linspace, 1).timesteps == [999])
    #expect(try visited(.euler, .linspace, 5).timesteps == [999, 749.25, 499.5, 249.75, 0])
    #expect(try visited(.dpmpp2m, .linspace, 5).timesteps == [999, 799, 599, 400, 200])
    #expect(try visited(.ddpm, .leading, 3).timesteps == [666, 333, 0])
    #expect(try visited(.unipc, .leading, 3).timesteps == [750, 500, 250])
    #expect(try visited(.heun, .trailing, 3).timesteps == [999, 666, 332])
    #expect(try visited(.ddim, .karras, 10).timesteps == [999, 937, 864, 775, 663, 511, 301, 102, 18, 0])
  }

  @Test func noiseBeginsAtTheScaleOfTheSpacing() throws {
    // α x with x = σ times the noise, or √(σ² + 1) times it where the spacing leaves out the noisiest steps.
    let even = try visited(.euler, .linspace, 5).first
    #expect(
      abs(Double(even.input.values[0]) - even.sigma / (1 + even.sigma * even.sigma).squareRoot()) < 1e-6)
    #expect(abs(try visited(.euler, .leading, 5).first.input.values[0] - 1) < 1e-6)
    #expect(try visited(.unipc, .karras, 5).first.input.values[0] == 1)
  }

  @Test func solversInSigmaBeginTheCosineScheduleAt80() throws {
    let schedule = NoiseSchedule(.cosine)
    #expect(schedule.sigma(at: 999) > 1000)
    for sampler in SamplerKind.solvers {
      let (timesteps, first) = try visited(sampler, .karras, 10, .cosine)
      #expect(abs(first.sigma - 80) < 1e-9)
      #expect(timesteps[0] < 999 && timesteps.last == 0)
    }
    for sampler in [SamplerKind.euler, .eulerAncestral, .heun] {
      for spacing in [Spacing.linspace, .trailing] {
        let (timesteps, first) = try visited(sampler, spacing, 1000, .cosine)
        #expect(first.sigma == 80)
        #expect(zip(timesteps, timesteps.dropFirst()).allSatisfy { $0 > $1 })
      }
      #expect(try visited(sampler, .linspace, 10).timesteps[0] == 999)
      #expect(try visited(sampler, .leading, 10, .cosine).timesteps[0] == 900)
    }
    #expect(try visited(.ddim, .linspace, 10, .cosine).timesteps[0] == 999)
  }

  @Test(arguments: SamplerKind.solvers, Spacing.allCases)
  func mostStepsThatAreAllowedStayFinite(sampler: SamplerKind, spacing: Spacing) throws {
    let most = sampler == .dpmpp2m || sampler == .unipc ? 999 : 1000
    for kind in NoiseSchedule.Kind.allCases {
      let settings = SamplerSettings(sampler: sampler, steps: most, spacing: spacing)
      var trajectory = try Trajectory(
        noise: Tensor([2], values: [1, -0.5]), generator: SeededNoise(seed: 0),
        schedule: NoiseSchedule(kind), prediction: .v, settings: settings)
      _ = trajectory.finish { evaluation in
        Tensor([2], values: evaluation.input.values.map { 0.1 * $0 })
      }
      #expect(trajectory.result?.values.allSatisfy(\.isFinite) == true)
    }
  }

  @Test func settingsThatCannotBeFollowedAreRefusedInOneLine() {
    func message(_ settings: SamplerSettings) -> String? {
      #expect(throws: SamplingError.self) { try settings.validate(timesteps: 1000) }?.description
    }
    #expect(
      message(SamplerSettings(sampler: .ddim, steps: 0))
        == "0 steps are not possible with ddim here; choose 1 to 1000")
    #expect(
      message(SamplerSettings(sampler: .dpmpp2m, steps: 1000))
        == "1000 steps are not possible with dpmpp-2m here; choose 1 to 999")
    #expect(message(SamplerSettings(eta: 1.5)) == "eta 1.5 is out of range; choose 0 to 1")
    #expect(message(SamplerSettings(eta: .nan)) == "eta nan is out of range; choose 0 to 1")
  }
}
