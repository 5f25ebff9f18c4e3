/// A value that a setting cannot take: `b wide: expected a number from -1000 to 1000`.
package struct SettingError: Error, Equatable, CustomStringConvertible {
  package let name: String
  /// Nil where there is no setting of that name.
  package let found: String?
  package let expected: String

  package init(name: String, found: String?, expected: String) {
    (self.name, self.found, self.expected) = (name, found, expected)
  }

  package var description: String {
    guard let found else { return "\(name): there is no such knob; expected one of \(expected)" }
    return "\(name) \(found): expected \(expected)"
  }
}
