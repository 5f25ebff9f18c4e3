import ArgumentParser
import Denoising
import Recipes

/// The knobs of FreeU and of the mask. What is not given stays as `Knobs` has it.
struct KnobOptions: ParsableArguments {
  @OptionGroup var preset: PresetOption

  @Option(parsing: .unconditional, help: Knob.b.help) var b: String?
  @Option(parsing: .unconditional, help: Knob.s.help) var s: String?
  @Option(parsing: .unconditional, help: Knob.freeUVersion.help) var freeuVersion: Int?
  @Option(help: Knob.skipFilter.help) var skipFilter: Knobs.SkipFilter?
  @Option(parsing: .unconditional, help: Knob.threshold.help) var threshold: Int?
  @Option(parsing: .unconditional, help: Knob.blocks.help) var blocks: String?
  @Option(help: Knob.freeURule.help) var freeuRule: Knobs.FreeURule?
  @Option(parsing: .unconditional, help: Knob.freeUSteps.help) var freeuSteps: String?
  @Option(parsing: .unconditional, help: Knob.maskStrength.help) var maskStrength: Double?
  @Option(parsing: .unconditional, help: Knob.addedMask.help) var addedMask: Double?
  @Option(parsing: .unconditional, help: Knob.alphaGain.help) var alphaGain: Double?
  @Option(parsing: .unconditional, help: Knob.sigmaGain.help) var sigmaGain: Double?
  @Option(parsing: .unconditional, help: Knob.mixture.help) var mixture: String?

  func validate() throws {
    for (knob, value) in assignments { _ = try KnobAssignment.apply(knob, value, to: Knobs()) }
  }

  /// The preset's knobs with the options' over them.
  /// - Precondition: `validate()` did not throw.
  func knobs() throws -> Knobs {
    try assignments.reduce(try preset.load()?.knobs ?? Knobs()) {
      try KnobAssignment.apply($1.0, $1.1, to: $0)
    }
  }

  /// Knobs that were given, even if they change nothing.
  var given: [Knob] { assignments.map(\.0) }

  private var assignments: [(Knob, String)] {
    Knob.allCases.compactMap { knob in text(of: knob).map { (knob, $0) } }
  }

  private func text(of knob: Knob) -> String? {
    switch knob {
    case .b: b
    case .s: s
    case .freeUVersion: freeuVersion.map { "\($0)" }
    case .skipFilter: skipFilter?.rawValue
    case .threshold: threshold.map { "\($0)" }
    case .blocks: blocks
    case .freeURule: freeuRule?.rawValue
    case .freeUSteps: freeuSteps
    case .maskStrength: maskStrength.map { "\($0)" }
    case .addedMask: addedMask.map { "\($0)" }
    case .alphaGain: alphaGain.map { "\($0)" }
    case .sigmaGain: sigmaGain.map { "\($0)" }
    case .mixture: mixture
    }
  }
}

extension Knob {
  /// Of the option of the knob's name.
  fileprivate var help: ArgumentHelp { ArgumentHelp(entry.help, valueName: entry.placeholder) }
}

extension Knobs.FreeURule: ExpressibleByArgument {}
extension Knobs.SkipFilter: ExpressibleByArgument {}
