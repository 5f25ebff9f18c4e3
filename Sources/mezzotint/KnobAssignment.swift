import ArgumentParser
import Denoising
import Recipes

/// `name=value` pairs of knobs, as `--panel b=1.3,s=0.9` and the options of the same names have them.
enum KnobAssignment {
  static let names = [
    "b", "s", "freeu-version", "skip-filter", "threshold", "blocks", "freeu-steps", "mask-strength",
    "alpha-gain",
    "sigma-gain", "mixture",
  ]

  /// - Throws: `ValidationError` with the knob's name, what was found and what is expected.
  static func apply(_ name: String, _ value: String, to knobs: Knobs) throws -> Knobs {
    var knobs = knobs
    switch name {
    case "b": knobs.b = try number()
    case "s": knobs.s = try number()
    case "freeu-version": knobs.version = try integer(1...2)
    case "skip-filter":
      guard let filter = Knobs.SkipFilter(rawValue: value) else { throw wrong("fourier or uniform") }
      knobs.skipFilter = filter
    case "threshold": knobs.threshold = try integer(0...1024)
    case "blocks":
      if value == "all" {
        knobs.blocks = nil
      } else {
        let blocks = value.split(separator: value.contains("+") ? "+" : ",", omittingEmptySubsequences: false)
          .map { Int($0) }
        guard !blocks.contains(where: { ($0 ?? -1) < 0 }) else {
          throw wrong("block numbers as in 0,1, or all")
        }
        knobs.blocks = Set(blocks.compactMap(\.self))
      }
    case "freeu-steps":
      let ends = value.split(separator: "-", omittingEmptySubsequences: false).map { Double($0) }
      guard ends.count == 2, let from = ends[0], let to = ends[1], 0 <= from, from <= to, to <= 1 else {
        throw wrong("a part of the run as in 0.0-0.5")
      }
      knobs.freeUSteps = Knobs.StepRange(from: from, to: to)
    case "mask-strength": knobs.maskStrength = try number()
    case "alpha-gain": knobs.alphaGain = try number()
    case "sigma-gain": knobs.sigmaGain = try number()
    case "mixture":
      for part in value.split(separator: "+") {
        let pair = part.split(separator: ":", maxSplits: 1)
        guard pair.count == 2, let key = MixtureKey(text: pair[0]), let number = Double(pair[1]),
          abs(number) <= 1000
        else { throw wrong("block.head.kernel.alpha:value or .sigma:value, several joined by +") }
        knobs.mixture[key] = number
      }
    default:
      throw ValidationError(
        "\(name): there is no such knob; expected one of \(names.joined(separator: ", ")).")
    }
    return knobs

    func number() throws -> Double {
      // Far beyond anything that leaves a picture, and far from what single precision cannot hold.
      guard let number = Double(value), abs(number) <= 1000 else {
        throw wrong("a number from -1000 to 1000")
      }
      return number
    }
    func integer(_ range: ClosedRange<Int>) throws -> Int {
      guard let number = Int(value), range.contains(number) else {
        throw wrong("a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    func wrong(_ expected: String) -> ValidationError {
      ValidationError("\(name) \(value): expected \(expected).")
    }
  }

  /// A panel from `b=1.3,s=0.9`; within it several blocks are written 0+1.
  static func panel(_ text: String, number: Int, from defaults: Knobs) throws -> Panel {
    var panel = Panel(name: "Panel \(number)", knobs: defaults)
    for part in text.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else {
        throw ValidationError("--panel \(text): expected pairs as in b=1.3,s=0.9, found \(part).")
      }
      if pair[0] == "name" {
        panel.name = pair[1]
      } else {
        panel.knobs = try apply(pair[0], pair[1], to: panel.knobs)
      }
    }
    return panel
  }
}
