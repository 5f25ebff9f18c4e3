import Files

/// What is wrong in a `config.json`, about "it": one line that ends with what to do.
package enum ConfigurationDefect: Error, Equatable, CustomStringConvertible {
  case notAnObject
  /// nil where there is none.
  case unknownClass(String?, known: [String])
  case value(option: String, found: String, expected: String)
  /// An option that diffusers has and this program has not.
  case notBuilt(option: String, found: String, built: String)
  /// Options that do not go together.
  case contradiction(String)

  package var description: String {
    switch self {
    case .notAnObject: "it is no JSON object; download it again"
    case .unknownClass(let name, let known):
      "`_class_name` is \(name.map(quoted) ?? "missing"), expected \(known.joined(separator: " or ")); give the "
        + "folder of such a network"
    case .value(let option, let found, let expected):
      "`\(option)` is \(found), expected \(expected); correct it"
    case .notBuilt(let option, let found, let built):
      "`\(option)` is \(found), which is not built here: \(built) is; use another model"
    case .contradiction(let text): "\(text); correct it"
    }
  }
}
