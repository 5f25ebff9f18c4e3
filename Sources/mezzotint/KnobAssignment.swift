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

  /// A panel from `b=1.3,s=0.9`; within it several blocks are written 0+1. `preset=NAME` sets every knob,
  /// `name=TEXT` the title, which may hold commas.
  static func panel(_ text: String, number: Int, from defaults: Knobs) throws -> Panel {
    var panel = Panel(name: "Panel \(number)", knobs: defaults)
    for (key, value) in try pairs(of: text) {
      switch key {
      case "name": panel.name = value
      case "preset": panel.knobs = try PresetOption.preset(named: value).knobs
      default: panel.knobs = try apply(key, value, to: panel.knobs)
      }
    }
    return panel
  }

  private static func pairs(of text: String) throws -> [(key: String, value: String)] {
    var pairs: [(key: String, value: String)] = []
    for part in text.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      if pair.count == 2, names.contains(pair[0]) || pairs.last?.key != "name" {
        pairs.append((pair[0], pair[1]))
      } else if let last = pairs.indices.last, pairs[last].key == "name" {
        pairs[last].value += ",\(part)"
      } else {
        throw ValidationError("--panel \(text): expected pairs as in b=1.3,s=0.9, found \(part).")
      }
    }
    return pairs
  }
}
