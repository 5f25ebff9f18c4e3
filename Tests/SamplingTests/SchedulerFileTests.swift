import Foundation
import Sampling
import Tensors
import Testing

@Suite struct SchedulerFileTests {
  private func file(_ json: String) throws -> SchedulerFile { try SchedulerFile(Array(json.utf8)) }

  private func line(_ json: String) -> String? {
    #expect(throws: SchedulerError.self) { _ = try file(json).configuration() }?.description
  }

  @Test(arguments: SchedulerKind.allCases)
  func aFileWithTheClassAloneHasItsDefaults(kind: SchedulerKind) throws {
    let c = try file(#"{"_class_name": "\#(kind.rawValue)"}"#).configuration()
    let defaults = try SchedulerConfiguration.defaults(kind)
    #expect(c == defaults)
    #expect(c.kind == kind && c.trainTimesteps == 1000 && c.prediction == .epsilon && c.stepsOffset == 0)
    let startsLeading: Set<SchedulerKind> = [.ddpm, .ddim, .pndm, .lcm, .tcd]
    #expect(c.spacing == (startsLeading.contains(kind) ? .leading : .linspace))
    #expect(c.limit == (kind == .ddpm || kind == .ddim ? .clip(1) : .none))
    let isLatent: Set<SchedulerKind> = [.heun, .kdpm2, .lcm, .tcd]
    #expect(c.betaStart == (isLatent.contains(kind) ? 0.00085 : 0.0001))
    #expect(c.betaSchedule == (kind == .lcm || kind == .tcd ? .scaledLinear : .linear))
    #expect(c.endsAtOne == (kind != .pndm))
    #expect(c.lowersOrderAtEnd == (kind != .dpmSinglestep))
    let again = try JSONDecoder().decode(SchedulerConfiguration.self, from: JSONEncoder().encode(c))
    #expect(again == c)
  }

  @Test func whatPythonWritesAndJSONLacksIsRead() throws {
    let json = """
      {"_class_name": "DPMSolverMultistepScheduler", "_diffusers_version": "0.30.0", "lambda_min_clipped": -Infinity,
       "note \\" -Infinity": "Infinity", "variance_type": null, "prediction_type": "v-prediction", "unknown": {"a": [1]}}
      """
    let c = try file(json).configuration()
    #expect(c.smallestLambda == nil && c.prediction == .v)
  }

  /// A PNDM file of Stable Diffusion 1 given to Euler: what the file does not set is Euler's own.
  @Test func anotherClassTakesTheFieldsThatItHas() throws {
    let json = """
      {"_class_name": "PNDMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
       "steps_offset": 1, "skip_prk_steps": true, "set_alpha_to_one": false, "clip_sample": false,
       "timestep_spacing": "leading", "_use_default_values": ["timestep_spacing"]}
      """
    let pndm = try file(json).configuration()
    #expect(pndm.spacing == .leading && pndm.skipsRungeKutta && !pndm.endsAtOne)
    let euler = try file(json).configuration(as: .euler)
    #expect(euler.kind == .euler && euler.spacing == .linspace && euler.stepsOffset == 1)
    #expect(euler.betaSchedule == .scaledLinear && euler.betaEnd == 0.012)
    let ddpm = try file(json).configuration(as: .ddpm)
    #expect(ddpm.limit == .none && !ddpm.skipsRungeKutta)
    #expect(euler.limit == .none)
  }

  @Test(arguments: [
    ("[]", "it is no JSON object; give a scheduler_config.json"),
    ("{\"a\": ", "it is no JSON object; give a scheduler_config.json"),
    ("{}", "it has no '_class_name'; give a scheduler_config.json"),
    (
      #"{"_class_name": "DDIMScheduler", "beta_schedule": "sigmoid"}"#,
      "its 'beta_schedule' is 'sigmoid', expected one of linear, scaled_linear, squaredcos_cap_v2; "
        + "correct it"
    ),
    (
      #"{"_class_name": "DDIMScheduler", "prediction_type": "flow_prediction"}"#,
      "its 'prediction_type' is 'flow_prediction', expected one of epsilon, v_prediction, v-prediction, sample; "
        + "correct it"
    ),
    (
      #"{"_class_name": "PNDMScheduler", "prediction_type": "sample"}"#,
      "its 'prediction_type' is 'sample', expected one of epsilon, v_prediction, v-prediction; "
        + "correct it"
    ),
    (
      #"{"_class_name": "DDPMScheduler", "variance_type": "learned_range"}"#,
      "its 'variance_type' is 'learned_range', expected one of fixed_small, fixed_small_log, fixed_large, "
        + "fixed_large_log; correct it"
    ),
    (
      #"{"_class_name": "UniPCMultistepScheduler", "use_flow_sigmas": true}"#,
      "its 'use_flow_sigmas' is true, expected false; correct it"
    ),
    (
      #"{"_class_name": "EulerDiscreteScheduler", "use_karras_sigmas": true, "use_beta_sigmas": true}"#,
      "its 'use_beta_sigmas' is true, expected false beside use_karras_sigmas; "
        + "correct it"
    ),
    (
      #"{"_class_name": "DDPMScheduler", "num_train_timesteps": 1e9}"#,
      "its 'num_train_timesteps' is 1000000000, expected a whole number from 2 to 1000000; "
        + "correct it"
    ),
    (
      #"{"_class_name": "DDPMScheduler", "clip_sample": 1}"#,
      "its 'clip_sample' is 1, expected true or false; correct it"
    ),
    (
      #"{"_class_name": "DDPMScheduler", "trained_betas": [0.1, 0.2]}"#,
      "its 'trained_betas' is a list of 2, expected one number for each timestep; "
        + "correct it"
    ),
    (
      #"{"_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "dpmsolver"}"#,
      "its 'final_sigmas_type' is zero, expected sigma_min with dpmsolver; "
        + "correct it"
    ),
  ])
  func whatIsNotKnownIsRefusedByName(json: String, expected: String) {
    #expect(line(json) == expected)
  }

  @Test func anUnknownClassIsRefusedByName() {
    let line = line(#"{"_class_name": "FlowMatch\nScheduler"}"#)
    #expect(
      line?.hasPrefix(
        #"its class 'FlowMatch\nScheduler' is not known here; put the file of one of these in its place: "#)
        == true)
    #expect(line?.contains { $0.isNewline } == false)
  }

  @Test(arguments: [
    (SchedulerKind.ddim, 0, "0 steps are not possible with DDIMScheduler here; choose 1 to 1000"),
    (.euler, 1001, "1001 steps are not possible with EulerDiscreteScheduler here; choose 1 to 1000"),
    (.unipc, 1000, "1000 steps are not possible with UniPCMultistepScheduler here; choose 1 to 999"),
    (.pndm, 3, "3 steps are not possible with PNDMScheduler here; choose 4 to 1000"),
    (.lcm, 51, "51 steps are not possible with LCMScheduler here; choose 1 to 50"),
  ])
  func impossibleStepsAreOneLine(kind: SchedulerKind, steps: Int, line: String) throws {
    let configuration = try SchedulerConfiguration.defaults(kind)
    let error = #expect(throws: SchedulerError.self) {
      try Trajectory(
        noise: Tensor([1, 1, 1, 1]), generator: SeededNoise(seed: 0), scheduler: configuration, steps: steps)
    }
    #expect(error?.description == line)
  }

  /// The class's own 50 are too many for it.
  @Test(arguments: [SchedulerKind.lcm, .tcd], [2, 25, 47])
  func aShortTrainingIsDistilledForNoMoreStepsThanItHas(kind: SchedulerKind, timesteps: Int) throws {
    let c = try file(#"{"_class_name": "\#(kind.rawValue)", "num_train_timesteps": \#(timesteps)}"#)
      .configuration()
    #expect(c.originalSteps == timesteps)
    let trajectory = try Trajectory(
      noise: Tensor([1, 1, 1, 1]), generator: SeededNoise(seed: 0), scheduler: c, steps: timesteps)
    #expect(trajectory.timesteps == (0..<timesteps).reversed().map { Double($0) })
  }

  @Test func anOffsetBeyondTrainingIsOneLine() throws {
    let c = try file(#"{"_class_name": "DDIMScheduler", "steps_offset": 1}"#).configuration()
    let error = #expect(throws: SchedulerError.self) {
      try Trajectory(
        noise: Tensor([1, 1, 1, 1]), generator: SeededNoise(seed: 0), scheduler: c, steps: 1000)
    }
    #expect(
      error?.description
        == "it comes to timestep 1000, and training had 0 to 999; choose fewer steps or a smaller steps_offset"
    )
  }

  /// Every class, many numbers of steps: timesteps within training and finite numbers.
  @Test(arguments: SchedulerKind.allCases)
  func everyNumberOfStepsComesToAnEnd(kind: SchedulerKind) throws {
    let configuration = try SchedulerConfiguration.defaults(kind)
    for steps in [1, 2, 3, 4, 5, 16, 50] where kind != .pndm || steps > 3 {
      var generator = SeededNoise(seed: 1)
      let noise = generator.normals([1, 1, 2, 2])
      var trajectory = try Trajectory(
        noise: noise, generator: generator, scheduler: configuration, steps: steps)
      #expect(trajectory.stepCount == steps)
      var copy = trajectory
      while let evaluation = trajectory.nextEvaluation {
        #expect((0...999).contains(evaluation.timestep))
        _ = trajectory.advance(with: evaluation.input)
      }
      while let evaluation = copy.nextEvaluation { _ = copy.advance(with: evaluation.input) }
      let result = try #require(trajectory.result)
      #expect(result.values.allSatisfy { $0.isFinite })
      #expect(copy.result == result)
    }
  }
}
