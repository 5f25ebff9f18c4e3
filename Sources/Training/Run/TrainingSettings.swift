import Denoising

/// Everything that decides what a training does; saved with it.
package struct TrainingSettings: Sendable, Hashable, Codable {
  package var configuration = UViTConfiguration()
  package var batch = 64
  package var seed: UInt64 = 0
  /// Chance that an image is shown without its label, which guidance needs.
  package var labelDropout: Float = 0.1
  /// Mirror every other image left to right.
  package var flips = false
  /// Share of the images that is never trained on.
  package var validation = 0.02
  /// fp32 or bf16, never auto.
  package var precision: Precision = Precision.auto.resolved
  package var optimizer = AdamW()
  package var learningRate = LearningRate()
  package var budget = Budget.images(500_000)

  package init() {
    configuration.maskKernels = 3
    configuration.prediction = .v
  }

  /// When the training ends.
  package enum Budget: Sendable, Hashable, Codable {
    /// Images seen, counted as often as they are shown.
    case images(Int)
    /// Minutes of training, those before a resumption included.
    case minutes(Double)
  }

  /// Share of the run that is done, 0…1.
  package func progress(step: Int, seconds: Double) -> Double {
    switch budget {
    case .images(let count): min(1, Double(step * batch) / Double(max(1, count)))
    case .minutes(let minutes): min(1, seconds / (60 * minutes))
    }
  }

  /// - Throws: `TrainingError.otherSetting` for what cannot change in the middle of a training; the budget and the
  ///   learning rate can.
  package func requireSame(as started: TrainingSettings) throws {
    let (c, s) = (configuration, started.configuration)
    if c.classes != s.classes {
      throw TrainingError.otherLabels(checkpoint: s.classes - 1, data: c.classes - 1)
    }
    let pairs: [(String, String, String)] = [
      ("size", "\(c.imageSize)", "\(s.imageSize)"), ("patch", "\(c.patchSize)", "\(s.patchSize)"),
      ("width", "\(c.width)", "\(s.width)"), ("depth", "\(c.depth)", "\(s.depth)"),
      ("heads", "\(c.heads)", "\(s.heads)"), ("kernels", "\(c.maskKernels)", "\(s.maskKernels)"),
      ("prediction", c.prediction.rawValue, s.prediction.rawValue),
      ("schedule", c.schedule.rawValue, s.schedule.rawValue),
      ("batch", "\(batch)", "\(started.batch)"), ("seed", "\(seed)", "\(started.seed)"),
      ("label-dropout", "\(labelDropout)", "\(started.labelDropout)"),
      ("flip", "\(flips)", "\(started.flips)"), ("validation", "\(validation)", "\(started.validation)"),
      ("precision", precision.rawValue, started.precision.rawValue),
      ("ema", "\(optimizer.averageDecay)", "\(started.optimizer.averageDecay)"),
    ]
    for (name, given, saved) in pairs where given != saved {
      throw TrainingError.otherSetting(name: name, started: saved, given: given)
    }
  }
}
