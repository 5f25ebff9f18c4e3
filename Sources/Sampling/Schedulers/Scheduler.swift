import Tensors

/// One of diffusers' schedulers under way: from x to x, evaluation by evaluation of the network.
///
/// Each is a value that carries its own history, so that a copied trajectory goes on by itself. Their arithmetic
/// follows diffusers 0.3x's classes of the same names, which the files of models were written for, and not the
/// papers where the two differ.
protocol Scheduler: Sendable {
  /// The evaluations of the network, in order.
  var points: [SchedulerPoint] { get }
  /// The standard deviation of x at the beginning.
  var startScale: Double { get }

  /// - Parameters:
  ///   - x: [batch, channel, row, column], in the scheduler's own scale.
  ///   - output: the network's for it, of the same shape.
  ///   - place: which of `points` this is.
  ///   - noise: for schedulers that add some; one draw of x's whole shape at a time.
  /// - Returns: x for the next evaluation, or the final one; and the image that the network predicts, within its limit.
  mutating func advance(
    _ x: Tensor, _ output: Tensor, at place: Int, noise: inout SeededNoise
  ) -> (x: Tensor, clean: Tensor)
}

/// One evaluation of the network.
struct SchedulerPoint: Sendable {
  /// What the network is told; may be a fraction.
  let timestep: Double
  /// √((1 - ᾱ) / ᾱ) of x there.
  let sigma: Double
  /// The step that it belongs to, from 0.
  let step: Int
  /// False for a step's second evaluation and those after it.
  let isRecorded: Bool

  /// One evaluation for each step.
  static func steps(_ timesteps: [Double], _ sigmas: some Sequence<Double>) -> [SchedulerPoint] {
    zip(timesteps, sigmas).enumerated().map { step, point in
      SchedulerPoint(timestep: point.0, sigma: point.1, step: step, isRecorded: true)
    }
  }

  static func steps(_ timesteps: [Int], _ table: BetaTable) -> [SchedulerPoint] {
    steps(timesteps.map { Double($0) }, timesteps.map { table.sigmas[$0] })
  }
}

extension SchedulerConfiguration {
  /// - Parameters:
  ///   - steps: how many.
  ///   - eta: DDIM's share of new noise, TCD's γ; nil for the class's own, 0 and 0.3.
  /// - Throws: `SchedulerError` for steps that the class cannot take.
  func makeScheduler(steps: Int, eta: Double?) throws(SchedulerError) -> any Scheduler {
    let table = BetaTable(self)
    switch kind {
    case .ddpm: return try DDPMScheduler(self, table, steps: steps)
    case .ddim: return try DDIMScheduler(self, table, steps: steps, eta: eta ?? 0)
    case .pndm: return try PNDMScheduler(self, table, steps: steps)
    case .euler: return try EulerScheduler(self, table, steps: steps)
    case .eulerAncestral: return try EulerAncestralScheduler(self, table, steps: steps)
    case .heun: return try HeunScheduler(self, table, steps: steps)
    case .lms: return try LMSScheduler(self, table, steps: steps)
    case .kdpm2: return try KDPM2Scheduler(self, table, steps: steps)
    case .dpmMultistep: return try DPMMultistepScheduler(self, table, steps: steps)
    case .dpmSinglestep: return try DPMSinglestepScheduler(self, table, steps: steps)
    case .unipc: return try UniPCScheduler(self, table, steps: steps)
    case .deis: return try DEISScheduler(self, table, steps: steps)
    case .lcm: return try LCMScheduler(self, table, steps: steps)
    case .tcd: return try TCDScheduler(self, table, steps: steps, gamma: eta ?? 0.3)
    }
  }

  /// What the noise is multiplied by where x is x₀ + σ ε: spacings that leave the noisiest timesteps out let it stand
  /// for image and noise together.
  func startScale(_ ladder: Ladder) -> Double {
    let largest = ladder.sigmas.max() ?? 0
    return spacing == .leading ? (largest * largest + 1).squareRoot() : largest
  }
}

/// Σ aᵢ xᵢ, summed in double precision and rounded once; what has the factor 0 is not looked at.
func weighted(_ terms: (Double, Tensor)...) -> Tensor { weighted(terms) }

func weighted(_ terms: [(Double, Tensor)]) -> Tensor {
  precondition(!terms.isEmpty && terms.allSatisfy { $0.1.shape == terms[0].1.shape })
  var sums = [Double](repeating: 0, count: terms[0].1.values.count)
  for (factor, tensor) in terms where factor != 0 {
    for index in sums.indices { sums[index] += factor * Double(tensor.values[index]) }
  }
  return Tensor(terms[0].1.shape, values: sums.map { Float($0) })
}
