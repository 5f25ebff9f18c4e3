import Files

/// Why a `config.json` describes no network that can be built here.
package struct UNetConfigurationError: Error, Equatable, CustomStringConvertible {
  package let file: String
  package let defect: UNetDefect

  package var description: String { "\(file): \(defect)" }
}

package enum UNetDefect: Error, Equatable, CustomStringConvertible {
  case notAnObject
  /// nil where there is none.
  case unknownClass(String?)
  case value(option: String, found: String, expected: String)
  /// An option that diffusers has and this program has not.
  case notBuilt(option: String, found: String, built: String)
  /// Options that do not go together.
  case contradiction(String)

  package var description: String {
    switch self {
    case .notAnObject: "it is no JSON object; download it again"
    case .unknownClass(nil):
      "there is no `_class_name`; give the config.json of a UNet2DModel or UNet2DConditionModel"
    case .unknownClass(let name?):
      "`_class_name` is \(quoted(name)), expected UNet2DModel or UNet2DConditionModel; give a U-Net's folder"
    case .value(let option, let found, let expected):
      "`\(option)` is \(found), expected \(expected); correct it"
    case .notBuilt(let option, let found, let built):
      "`\(option)` is \(found), which is not built here: \(built) is; use another model"
    case .contradiction(let text): "\(text); correct it"
    }
  }
}
