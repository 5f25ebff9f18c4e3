/// Why a prompt is not taken; one line that ends with what to do.
package enum PromptError: Error, Equatable, CustomStringConvertible {
  case tooLong(characters: Int)
  case notText
  /// In more pieces than a network of a fixed number of tokens takes.
  case pieces(Int)

  /// Some sixty times what an encoder takes at once.
  package static let most = 20_000

  package var description: String {
    switch self {
    case .tooLong(let characters):
      "the prompt has \(characters) characters, expected at most \(Self.most); shorten it"
    case .pieces(let count):
      "the prompt takes \(count) pieces of 75 tokens, and this model's network takes one; shorten it"
    case .notText: "the prompt has bytes that are no UTF-8 text; type it again, or convert it to UTF-8"
    }
  }

  /// - Throws: for a prompt that nothing can be done with.
  package static func check(_ prompt: String) throws(PromptError) {
    let characters = prompt.unicodeScalars.count
    guard characters <= most else { throw .tooLong(characters: characters) }
    // What stands for bytes that could not be read.
    guard !prompt.unicodeScalars.contains("\u{FFFD}") else { throw .notText }
  }
}
