/// The schedulers of the diffusers library that are known here; the raw values are its names of their classes.
package enum SchedulerKind: String, Sendable, Hashable, Codable, CaseIterable {
  case ddpm = "DDPMScheduler"
  case ddim = "DDIMScheduler"
  case pndm = "PNDMScheduler"
  case euler = "EulerDiscreteScheduler"
  case eulerAncestral = "EulerAncestralDiscreteScheduler"
  case heun = "HeunDiscreteScheduler"
  case lms = "LMSDiscreteScheduler"
  case kdpm2 = "KDPM2DiscreteScheduler"
  case dpmMultistep = "DPMSolverMultistepScheduler"
  case dpmSinglestep = "DPMSolverSinglestepScheduler"
  case unipc = "UniPCMultistepScheduler"
  case deis = "DEISMultistepScheduler"
  case lcm = "LCMScheduler"
  case tcd = "TCDScheduler"

  /// Whether its x is x₀ + σ ε and not √ᾱ x₀ + √(1 - ᾱ) ε.
  package var worksInSigma: Bool {
    switch self {
    case .euler, .eulerAncestral, .heun, .lms, .kdpm2: true
    default: false
    }
  }

  /// Whether it is a solver of the DPM family: its spacings have one point more than steps, and the spacing of σ goes
  /// over all of training.
  var isMultistep: Bool {
    switch self {
    case .dpmMultistep, .dpmSinglestep, .unipc, .deis: true
    default: false
    }
  }

  /// The fields of a configuration that the class has; it takes no notice of others, which files have from the class
  /// that they were written for.
  var fields: Set<String> {
    let common: Set = [
      "num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "trained_betas", "prediction_type",
    ]
    let spacing: Set = ["timestep_spacing", "steps_offset"]
    let clip: Set = ["clip_sample", "clip_sample_range"]
    let threshold: Set = ["thresholding", "dynamic_thresholding_ratio", "sample_max_value"]
    let zero: Set = ["rescale_betas_zero_snr"]
    let sigmas: Set = ["use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"]
    let solver: Set = [
      "solver_order", "solver_type", "lower_order_final", "use_flow_sigmas", "use_dynamic_shifting",
    ]
    let dpm: Set = ["algorithm_type", "final_sigmas_type", "lambda_min_clipped", "variance_type"]
    let consistency = spacing.union(zero).union([
      "original_inference_steps", "timestep_scaling", "set_alpha_to_one",
    ])
    let own: Set<String> =
      switch self {
      case .ddpm: spacing.union(clip).union(threshold).union(zero).union(["variance_type"])
      case .ddim: spacing.union(clip).union(threshold).union(zero).union(["set_alpha_to_one"])
      case .pndm: spacing.union(["skip_prk_steps", "set_alpha_to_one"])
      case .euler:
        spacing.union(sigmas).union(zero).union([
          "sigma_min", "sigma_max", "interpolation_type", "timestep_type", "final_sigmas_type",
        ])
      case .eulerAncestral: spacing.union(zero)
      case .heun: spacing.union(sigmas).union(clip)
      case .lms, .kdpm2: spacing.union(sigmas)
      case .dpmMultistep:
        spacing.union(sigmas).union(threshold).union(zero).union(solver).union(dpm).union([
          "use_lu_lambdas", "euler_at_final",
        ])
      case .dpmSinglestep: sigmas.union(threshold).union(solver).union(dpm)
      case .unipc:
        spacing.union(sigmas).union(threshold).union(zero).union(solver).union([
          "predict_x0", "disable_corrector", "solver_p", "final_sigmas_type", "sigma_min", "sigma_max",
          "shift_terminal",
        ])
      case .deis: spacing.union(sigmas).union(threshold).union(solver).union(["algorithm_type"])
      case .lcm: consistency.union(clip).union(threshold)
      // It has fields for clipping, and clips nothing.
      case .tcd: consistency
      }
    return common.union(own)
  }
}
