import ArgumentParser
import Denoising
import Recipes

/// The knobs of FreeU and of the mask. What is not given stays as `Knobs` has it.
struct KnobOptions: ParsableArguments {
  @OptionGroup var preset: PresetOption

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("FreeU's backbone factor; 1 is off, 1.0 to 1.6 was published.", valueName: "b"))
  var b: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("FreeU's skip factor; 1 is off, 0.2 to 1.0 was published.", valueName: "s"))
  var s: Double?

  @Option(help: "1: b is constant. 2: b follows the averaged feature map. (default: 2)")
  var freeuVersion: Int?

  @Option(
    help: "What s scales: fourier (the lowest frequencies) or uniform (the whole skip). (default: fourier)")
  var skipFilter: Knobs.SkipFilter?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Half the width of the low-frequency square, in bins. (default: 1)", valueName: "bins")
  )
  var threshold: Int?

  @Option(
    help: ArgumentHelp(
      "Decoder blocks that FreeU acts on, from the middle outwards, as in 0,1. (default: all)",
      valueName: "blocks"))
  var blocks: String?

  @Option(
    help: ArgumentHelp(
      "The part of the run in which FreeU acts, as in 0.0-0.5. (default: 0.0-1.0)", valueName: "from-to"))
  var freeuSteps: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("1: the mask as learned. 0: plain attention. (default: 1)", valueName: "m"))
  var maskStrength: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Multiplies every α of the mask. (default: 1)", valueName: "a"))
  var alphaGain: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Multiplies every σ of the mask. (default: 1)", valueName: "g"))
  var sigmaGain: Double?

  @Option(
    help: ArgumentHelp(
      "Numbers of the mask that are not as learned, as in 0.1.2.alpha:0.4+0.1.2.sigma:3 (block.head.kernel).",
      valueName: "numbers"))
  var mixture: String?

  func validate() throws {
    for (name, value) in assignments { _ = try KnobAssignment.apply(name, value, to: Knobs()) }
  }

  /// The preset's knobs with the options' over them.
  /// - Precondition: `validate()` did not throw.
  func knobs() throws -> Knobs {
    try assignments.reduce(try preset.load()?.knobs ?? Knobs()) {
      try KnobAssignment.apply($1.0, $1.1, to: $0)
    }
  }

  private var assignments: [(KnobName, String)] {
    let given: [(KnobName, String?)] = [
      (.b, b.map { "\($0)" }), (.s, s.map { "\($0)" }), (.freeUVersion, freeuVersion.map { "\($0)" }),
      (.skipFilter, skipFilter?.rawValue), (.threshold, threshold.map { "\($0)" }), (.blocks, blocks),
      (.freeUSteps, freeuSteps), (.maskStrength, maskStrength.map { "\($0)" }),
      (.alphaGain, alphaGain.map { "\($0)" }), (.sigmaGain, sigmaGain.map { "\($0)" }),
      (.mixture, mixture),
    ]
    return given.compactMap { name, value in value.map { (name, $0) } }
  }

  /// Options that only a model with a mask understands were given, even if they change nothing.
  var asksForMask: Bool { maskStrength != nil || alphaGain != nil || sigmaGain != nil || mixture != nil }
}

extension Knobs.SkipFilter: ExpressibleByArgument {}
