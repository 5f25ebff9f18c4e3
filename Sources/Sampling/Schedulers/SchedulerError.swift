/// Why a scheduler's configuration cannot be followed; one line about "it", the file, that ends with what to do.
package enum SchedulerError: Error, Hashable, CustomStringConvertible {
  case notAnObject
  case missingClass
  case unknownClass(String)
  case value(key: String, found: String, expected: String)
  case steps(found: Int, allowed: ClosedRange<Int>, kind: SchedulerKind)
  case spacing(found: Spacing, allowed: [Spacing], kind: SchedulerKind)
  /// A timestep beyond those of training.
  case timestep(Int, most: Int)

  package var description: String {
    switch self {
    case .notAnObject: "it is no JSON object; give a scheduler_config.json"
    case .missingClass: "it has no '_class_name'; give a scheduler_config.json"
    case .unknownClass(let name):
      "its class '\(shown(name))' is not known here; put the file of one of these in its place: "
        + SchedulerKind.allCases.map(\.rawValue).joined(separator: ", ")
    case .value(let key, let found, let expected):
      "its '\(key)' is \(shown(found)), expected \(expected); correct it"
    case .steps(let found, let allowed, let kind):
      "\(found) steps are not possible with \(kind.rawValue) here; "
        + "choose \(allowed.lowerBound) to \(allowed.upperBound)"
    case .spacing(let found, let allowed, let kind):
      "spacing \(found.rawValue) is not possible with \(kind.rawValue); choose "
        + allowed.map(\.rawValue).joined(separator: ", ")
    case .timestep(let found, let most):
      "it comes to timestep \(found), and training had 0 to \(most); choose fewer steps or a smaller steps_offset"
    }
  }

  /// Text of a file for a line on a terminal.
  private func shown(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(80).map {
      $0.value < 0x20 ? $0.escaped(asASCII: true) : String($0)
    }
    return scalars.joined()
  }
}
