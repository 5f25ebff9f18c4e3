import Files

/// Why a text encoder cannot be used; one line that ends with what to do.
package struct TextEncoderError: Error, Equatable, CustomStringConvertible {
  package let file: String
  package let defect: TextEncoderDefect

  package init(file: String, defect: TextEncoderDefect) { (self.file, self.defect) = (file, defect) }

  package var description: String { "\(file): \(defect)" }
}

package enum TextEncoderDefect: Error, Equatable, CustomStringConvertible {
  case missing(String)
  case notAConfiguration
  case value(option: String, found: String, expected: String)
  case notBuilt(option: String, found: String, built: String)
  /// A tokenizer that says more than the encoder knows.
  case vocabulary(tokenizer: Int, encoder: Int)
  case length(tokenizer: Int, encoder: Int)
  /// What its encoders say of a prompt, and what its network takes.
  case width(text: Int, network: Int)
  /// More layers than it can do without.
  case skip(Int, layers: Int)

  package var description: String {
    switch self {
    case .missing(let name): "its \(name) is missing; download the whole folder"
    case .notAConfiguration: "it is no text encoder's config.json; download it again"
    case .value(let option, let found, let expected):
      "`\(option)` is \(found), expected \(expected); correct it"
    case .notBuilt(let option, let found, let built):
      "`\(option)` is \(quoted(found)), which is not built here: \(built) is; use another model"
    case .vocabulary(let tokenizer, let encoder):
      "its tokenizer has \(tokenizer) tokens and its text encoder \(encoder); give the ones that belong together"
    case .length(let tokenizer, let encoder):
      "its tokenizer gives \(tokenizer) tokens at a time and its text encoder takes \(encoder); "
        + "give the ones that belong together"
    case .width(let text, let network):
      "its text encoders give \(text) numbers and its network takes \(network); give the ones that belong together"
    case .skip(let count, let layers):
      "\(count) layers to skip of \(layers), expected 0 to \(layers - 1); skip fewer"
    }
  }
}
