/// Why a `config.json` describes no network that can be built here.
package struct UNetConfigurationError: Error, Equatable, CustomStringConvertible {
  package let file: String
  package let defect: ConfigurationDefect

  package var description: String { "\(file): \(defect)" }
}
