import Sampling
import Testing

/// Settings of a person's, and the scheduler file that a model brings.
struct SchedulerSettingsTests {
  private func file(_ json: String) throws -> SchedulerFile { try SchedulerFile(Array(json.utf8)) }

  private static let pndm = """
    {"_class_name": "PNDMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
     "steps_offset": 1, "skip_prk_steps": true, "set_alpha_to_one": false, "clip_sample": false}
    """

  @Test func aSamplerAloneIsTheFileWithItsClassesDefaults() throws {
    let file = try file(Self.pndm)
    #expect(
      try file.settings(for: .pndm, steps: 9)
        == SamplerSettings(sampler: .pndm, steps: 9, spacing: .leading, clip: false))
    // The file says nothing of the spacing.
    #expect(try file.settings(for: .euler, steps: 9).spacing == .linspace)
    #expect(try file.settings(for: .tcd, steps: 4).eta == 0.3)
    #expect(try file.settings(for: .ddim, steps: 4).clip == false)
  }

  /// What is set says the same as what was left out.
  @Test(arguments: SamplerKind.allCases)
  func resolvedSettingsAreTheFilesOwnWay(sampler: SamplerKind) throws {
    for extra in [
      "", #""use_karras_sigmas": true, "#, #""timestep_spacing": "trailing", "clip_sample": true, "#,
    ] {
      let file = try file(Self.pndm.replacing("{", with: "{" + extra))
      let settings = try file.settings(for: sampler, steps: 5)
      #expect(try file.configuration(for: settings) == file.configuration(as: sampler.scheduler))
      try file.validate(settings)
    }
  }

  @Test func whatIsSetGoesOverTheFile() throws {
    let file = try file(#"{"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "leading"}"#)
    let karras = try file.configuration(for: SamplerSettings(sampler: .euler, spacing: .karras, clip: false))
    #expect(karras.sigmaSpacing == .karras && karras.spacing == .leading)
    let ddim = try file.configuration(for: SamplerSettings(sampler: .ddim, spacing: .trailing, clip: false))
    #expect(ddim.spacing == .trailing && ddim.limit == .none)
    let clipped = try file.configuration(for: SamplerSettings(sampler: .ddim, spacing: .leading, clip: true))
    #expect(clipped.limit == .clip(1))
  }

  @Test func whatAClassCannotFollowIsSaid() throws {
    let file = try file(Self.pndm)
    let spacing = #expect(throws: SchedulerError.self) {
      try file.validate(SamplerSettings(sampler: .pndm, spacing: .karras))
    }
    #expect(
      spacing?.description
        == "spacing karras is not possible with PNDMScheduler; choose linspace, leading, trailing")
    #expect(throws: SchedulerError.self) {
      try file.validate(SamplerSettings(sampler: .ddim, steps: 1001, spacing: .leading))
    }
    let solver = #expect(throws: SamplingError.self) {
      try SamplerSettings(sampler: .lcm).validate(timesteps: 1000)
    }
    #expect(solver?.description.hasPrefix("lcm goes by a model's own scheduler file") == true)
  }

  @Test func pndmTakesOneEvaluationMoreAndHeunNearlyTwiceAsMany() throws {
    let file = try file(Self.pndm)
    func count(_ sampler: SamplerKind) throws -> Int {
      file.evaluationCount(try file.settings(for: sampler, steps: 6))
    }
    #expect(try count(.pndm) == 7)
    #expect(try count(.heun) == 11)
    #expect(try count(.ddim) == 6)
  }

  /// A network that was trained until no picture is left in the noise has no infinite σ for solvers of our own.
  @Test func theScheduleOfAFileIsFinite() throws {
    let file = try file(
      #"{"_class_name": "DDIMScheduler", "rescale_betas_zero_snr": true, "beta_schedule": "squaredcos_cap_v2"}"#
    )
    let schedule = try file.configuration().noiseSchedule
    #expect(abs(schedule.sigma(at: 999) - 4096) < 1e-3)
    #expect(schedule.alphaBars[0] > 0.99)
  }
}
