import ArgumentParser
import Denoising
import Recipes

/// `name=value` pairs of knobs, as `--panel b=1.3,s=0.9` and the options of the same names have them.
enum KnobAssignment {
  static let names = KnobName.allCases.map(\.rawValue)

  /// - Throws: `ValidationError` with the knob's name, what was found and what is expected.
  static func apply(_ name: String, _ value: String, to knobs: Knobs) throws -> Knobs {
    guard let knob = KnobName(rawValue: name) else {
      throw ValidationError(
        "\(name): there is no such knob; expected one of \(names.joined(separator: ", ")).")
    }
    var knobs = knobs
    do {
      try knob.set(value, in: &knobs)
    } catch {
      throw ValidationError("\(error).")
    }
    return knobs
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
