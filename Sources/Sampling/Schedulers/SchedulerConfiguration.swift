/// How one of diffusers' schedulers goes: every field with a value, the file's or the class's default.
package struct SchedulerConfiguration: Sendable, Hashable, Codable {
  package enum BetaSchedule: String, Sendable, Hashable, Codable, CaseIterable {
    case linear
    /// The square of what is linear in √β.
    case scaledLinear = "scaled_linear"
    case cosine = "squaredcos_cap_v2"
    case sigmoid
    case laplace
    case exponential = "exp"
  }

  package enum TimestepSpacing: String, Sendable, Hashable, Codable, CaseIterable {
    case linspace, leading, trailing
  }

  /// How far apart the σ are, where the timesteps do not say it.
  package enum SigmaSpacing: String, Sendable, Hashable, Codable {
    /// As the timesteps have them.
    case timesteps
    /// Karras et al. 2022, eq. 5, ρ = 7; arXiv:2206.00364.
    case karras
    /// Even in log σ.
    case exponential
    /// By the quantiles of the beta distribution with α = β = 0.6; Lee et al. 2024, arXiv:2407.12173.
    case beta
    /// Even in λ; Lu et al. 2022, arXiv:2206.00927.
    case lu
  }

  /// What is done to a predicted image.
  package enum Limit: Sendable, Hashable, Codable {
    case none
    /// Clamped to ± this.
    case clip(Double)
    /// Saharia et al. 2022, section 2.3 (arXiv:2205.11487): per image, clamped to its own `ratio` quantile of |x₀|,
    /// which counts as 1 to `most`, and divided by it.
    case threshold(ratio: Double, most: Double)
  }

  package enum Variance: String, Sendable, Hashable, Codable, CaseIterable {
    case small = "fixed_small"
    case smallLog = "fixed_small_log"
    case large = "fixed_large"
    case largeLog = "fixed_large_log"
  }

  package enum Algorithm: String, Sendable, Hashable, Codable, CaseIterable {
    case dpmSolver = "dpmsolver"
    case dpmSolverPlus = "dpmsolver++"
    case sde = "sde-dpmsolver"
    case sdePlus = "sde-dpmsolver++"

    /// Whether it extrapolates x₀ and not ε.
    var predictsImage: Bool { self == .dpmSolverPlus || self == .sdePlus }
    var isStochastic: Bool { self == .sde || self == .sdePlus }
  }

  package enum SolverType: String, Sendable, Hashable, Codable, CaseIterable {
    case midpoint, heun, bh1, bh2, logrho
  }

  package var kind: SchedulerKind
  /// How many the model was trained with.
  package var trainTimesteps: Int
  package var betaSchedule: BetaSchedule
  package var betaStart, betaEnd: Double
  /// One for each timestep, in place of the schedule.
  package var trainedBetas: [Double]?
  package var rescalesToZeroSNR: Bool
  package var prediction: Prediction
  package var spacing: TimestepSpacing
  package var stepsOffset: Int
  package var sigmaSpacing: SigmaSpacing
  /// The ends of the σ's spacing; nil for those of the schedule.
  package var sigmaMin, sigmaMax: Double?
  /// Euler: σ even in their logarithm whatever the timesteps are.
  package var interpolatesLogarithms: Bool
  /// Euler: the network is fed ¼ ln σ.
  package var feedsLogSigma: Bool
  /// The last σ is the schedule's smallest and not 0.
  package var endsAtSmallestSigma: Bool
  package var limit: Limit
  package var variance: Variance
  /// The last step ends at ᾱ = 1 and not at ᾱ₀.
  package var endsAtOne: Bool
  package var skipsRungeKutta: Bool
  package var solverOrder: Int
  package var algorithm: Algorithm
  package var solverType: SolverType
  package var lowersOrderAtEnd: Bool
  package var endsWithEuler: Bool
  /// λ below which nothing is sampled; nil for no limit.
  package var smallestLambda: Double?
  /// UniPC: extrapolates x₀ and not ε.
  package var predictsImage: Bool
  /// UniPC: steps that are not corrected.
  package var uncorrectedSteps: [Int]
  /// LCM, TCD: how many steps it was distilled for.
  package var originalSteps: Int
  package var timestepScaling: Double
}

extension SchedulerConfiguration {
  /// - Parameter fields: those of a file; the class's defaults stand for the rest.
  init(_ kind: SchedulerKind, _ fields: SchedulerFields) throws(SchedulerError) {
    let isConsistency = kind == .lcm || kind == .tcd
    let isDPM = kind == .dpmMultistep || kind == .dpmSinglestep
    let hasLatentBetas = isConsistency || kind == .heun || kind == .kdpm2
    self.kind = kind
    trainTimesteps = try fields.whole("num_train_timesteps", 1000, in: 2...1_000_000)
    betaSchedule = try fields.choice(
      "beta_schedule", isConsistency ? .scaledLinear : .linear,
      among: BetaSchedule.allCases.filter { schedule in
        switch schedule {
        case .linear, .scaledLinear, .cosine: true
        case .sigmoid, .laplace: kind == .ddpm
        case .exponential: kind == .heun
        }
      })
    betaStart = try fields.number("beta_start", hasLatentBetas ? 0.00085 : 0.0001, in: 0...1)
    betaEnd = try fields.number("beta_end", hasLatentBetas ? 0.012 : 0.02, in: 0...1)
    trainedBetas = try fields.numbers("trained_betas", count: trainTimesteps, in: 0...1)
    rescalesToZeroSNR = try fields.flag("rescale_betas_zero_snr", false)
    prediction = try fields.prediction(kind)
    let isLeading = kind == .ddpm || kind == .ddim || kind == .pndm || isConsistency
    spacing = try fields.choice("timestep_spacing", isLeading ? .leading : .linspace)
    stepsOffset = try fields.whole("steps_offset", 0, in: 0...trainTimesteps)
    sigmaSpacing = try fields.sigmaSpacing()
    sigmaMin = try fields.optionalNumber("sigma_min")
    sigmaMax = try fields.optionalNumber("sigma_max")
    interpolatesLogarithms =
      try fields.text("interpolation_type", "linear", among: ["linear", "log_linear"]) == "log_linear"
    feedsLogSigma =
      try fields.text("timestep_type", "discrete", among: ["discrete", "continuous"]) == "continuous"
      && prediction == .v
    endsAtSmallestSigma =
      try fields.text("final_sigmas_type", "zero", among: ["zero", "sigma_min"]) == "sigma_min"
    limit = try fields.limit(clips: kind == .ddpm || kind == .ddim)
    // The solvers of the DPM family have this field for networks that also learned a variance.
    variance = try fields.choice("variance_type", .small, nullMeans: isDPM ? .small : nil)
    endsAtOne = try fields.flag("set_alpha_to_one", kind != .pndm)
    skipsRungeKutta = try fields.flag("skip_prk_steps", false)
    solverOrder = try fields.whole("solver_order", 2, in: 1...(kind == .unipc ? 8 : 3))
    algorithm = try fields.algorithm(kind)
    solverType = try fields.solverType(kind)
    lowersOrderAtEnd = try fields.flag("lower_order_final", kind != .dpmSinglestep)
    endsWithEuler = try fields.flag("euler_at_final", false)
    smallestLambda = try fields.optionalNumber("lambda_min_clipped")
    predictsImage = try fields.flag("predict_x0", true)
    uncorrectedSteps = try fields.numbers("disable_corrector", in: 0...1e6)?.map { Int($0) } ?? []
    originalSteps = try fields.whole(
      "original_inference_steps", min(50, trainTimesteps), in: 1...trainTimesteps)
    timestepScaling = try fields.number("timestep_scaling", 10, in: 0...1e6)
    try fields.requireNothingElse()
    try requireSense()
  }

  /// What each field allows and all together do not.
  private func requireSense() throws(SchedulerError) {
    guard kind == .dpmMultistep || kind == .dpmSinglestep else { return }
    guard algorithm.predictsImage || endsAtSmallestSigma else {
      throw .value(key: "final_sigmas_type", found: "zero", expected: "sigma_min with \(algorithm.rawValue)")
    }
    guard algorithm != .sde || solverOrder < 3 else {
      throw .value(key: "solver_order", found: "3", expected: "1 or 2 with \(algorithm.rawValue)")
    }
  }
}
