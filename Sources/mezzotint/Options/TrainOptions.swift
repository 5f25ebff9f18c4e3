import ArgumentParser
import Denoising
import Sampling
import Training

/// The model that is trained and how; what is not given is as `TrainingSettings` has it, or as the training that is
/// resumed was begun.
struct TrainOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Pixels of a side; other pictures are resized. (default: 32)", valueName: "n"))
  var size: Int?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Pixels of a patch's side. (default: 4)", valueName: "n"))
  var patch: Int?
  @Option(parsing: .unconditional, help: ArgumentHelp("Channels of a token. (default: 256)", valueName: "n"))
  var width: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Blocks besides the middle one, even. (default: 8)", valueName: "n"))
  var depth: Int?
  @Option(parsing: .unconditional, help: ArgumentHelp("Attention heads. (default: 4)", valueName: "n"))
  var heads: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Gaussians of the mask in each head; 0: no mask. (default: 3)", valueName: "k"))
  var kernels: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Images to see, however often each. (default: 500000)", valueName: "n"))
  var imagesSeen: Int?
  @Option(parsing: .unconditional, help: ArgumentHelp("Train for this long instead.", valueName: "m"))
  var minutes: Double?
  @Option(parsing: .unconditional, help: ArgumentHelp("Images of a step. (default: 64)", valueName: "n"))
  var batch: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Between warm-up and decay. (default: 8e-4)", valueName: "rate"))
  var learningRate: Float?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How much of the weights' moving average stays. (default: 0.9995)", valueName: "m"))
  var ema: Float?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Chance that a label is left out. (default: 0.1)", valueName: "p"))
  var labelDropout: Float?
  @Flag(help: "Mirror every other image.") var flip = false
  @Option(help: "What the network predicts: v, epsilon or sample. (default: v)") var prediction: String?
  @Option(help: "How noise is spread over the timesteps: cosine or linear. (default: cosine)")
  var schedule: String?
  @Option(help: "Arithmetic: auto, fp32 or bf16. (default: auto)") var precision: Precision?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Of weights, order and noise. (default: 0)", valueName: "n"))
  var seed: UInt64?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Share of the images to test with. (default: 0.02)", valueName: "share"))
  var validation: Double?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Threads to compute on, at most one per CPU.", valueName: "n")
  )
  var threads: Int?

  func validate() throws {
    func expect(_ flag: String, _ value: (some Numeric & Comparable)?, _ isRight: Bool, _ range: String)
      throws
    {
      if let value, !isRight { throw ValidationError("--\(flag) \(value): expected \(range).") }
    }
    try expect("size", size, (1...1024) ~= (size ?? 1), "1 to 1024")
    try expect("patch", patch, (1...1024) ~= (patch ?? 1), "1 to 1024")
    try expect("width", width, (1...16384) ~= (width ?? 1), "1 to 16384")
    try expect("depth", depth, (0...256) ~= (depth ?? 0), "0 to 256")
    try expect("heads", heads, (1...1024) ~= (heads ?? 1), "1 to 1024")
    try expect("kernels", kernels, (0...64) ~= (kernels ?? 0), "0 to 64")
    try expect("images-seen", imagesSeen, (1...1 << 40) ~= (imagesSeen ?? 1), "1 or more")
    try expect("minutes", minutes, (0.001...1e6) ~= (minutes ?? 1), "more than 0")
    try expect("batch", batch, (1...4096) ~= (batch ?? 1), "1 to 4096")
    try expect("learning-rate", learningRate, (1e-9...1) ~= (learningRate ?? 1), "more than 0, at most 1")
    try expect("ema", ema, (0...0.999999) ~= (ema ?? 0), "0 or more, below 1")
    try expect("label-dropout", labelDropout, (0...1) ~= (labelDropout ?? 0), "0 to 1")
    try expect("validation", validation, (0...0.9) ~= (validation ?? 0), "0 to 0.9")
    try expect("threads", threads, (threads ?? 1) >= 1, "1 or more")
    if imagesSeen != nil, minutes != nil {
      throw ValidationError("--images-seen and --minutes: give one of them.")
    }
    if let prediction, !["v", "epsilon", "sample"].contains(prediction) {
      throw ValidationError("--prediction \(prediction): expected v, epsilon or sample.")
    }
    if let schedule, !["cosine", "linear"].contains(schedule) {
      throw ValidationError("--schedule \(schedule): expected cosine or linear.")
    }
  }

  /// Changes what was given and leaves the rest.
  /// - Throws: `UsageError` where no model can be as the options, or they and the others, say.
  func apply(to settings: inout TrainingSettings) throws {
    func set<Value>(_ target: inout Value, _ given: Value?) { if let given { target = given } }
    set(&settings.configuration.imageSize, size)
    set(&settings.configuration.patchSize, patch)
    set(&settings.configuration.width, width)
    set(&settings.configuration.depth, depth)
    set(&settings.configuration.heads, heads)
    set(&settings.configuration.maskKernels, kernels)
    set(&settings.configuration.prediction, prediction.flatMap(Prediction.init))
    set(&settings.configuration.schedule, schedule.flatMap(NoiseSchedule.Kind.init))
    set(&settings.budget, imagesSeen.map { .images($0) } ?? minutes.map { .minutes($0) })
    set(&settings.batch, batch)
    set(&settings.learningRate.peak, learningRate)
    set(&settings.optimizer.averageDecay, ema)
    set(&settings.labelDropout, labelDropout)
    set(&settings.precision, precision?.resolved)
    set(&settings.seed, seed)
    set(&settings.validation, validation)
    if flip { settings.flips = true }
    if let defect = settings.configuration.defect {
      throw UsageError(description: wording(of: TrainingError.configuration(defect: defect)))
    }
  }
}
