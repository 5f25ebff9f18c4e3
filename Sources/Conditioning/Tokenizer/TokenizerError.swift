import Files

/// Why a folder has no tokenizer that can be used; one line that ends with what to do.
package struct TokenizerError: Error, Equatable, CustomStringConvertible {
  package let file: String
  package let defect: TokenizerDefect

  package var description: String { "\(file): \(defect)" }
}

package enum TokenizerDefect: Error, Equatable, CustomStringConvertible {
  case missing
  case withoutMerges
  case unreadable
  case notJSON
  /// Of `merges.txt`, from 1.
  case line(Int)
  /// A merge, from 0, of something that the vocabulary has not.
  case merge(place: Int, missing: String)
  case special(String)
  case number

  package var description: String {
    switch self {
    case .missing:
      "there is no tokenizer in it, expected vocab.json and merges.txt; download the whole folder"
    case .withoutMerges:
      "it has a vocab.json and no merges.txt, which says how words fall into tokens; download that file too"
    case .unreadable: "it cannot be read as a tokenizer's file; check its permissions, or download it again"
    case .notJSON: "it is no JSON object as a tokenizer has it; download it again"
    case .line(let line): "line \(line) is not two symbols with a space between them; download it again"
    case .merge(let place, let missing):
      "merge \(place + 1) needs the token \(quoted(missing)), which its vocabulary has not; download both files again"
    case .special(let text):
      "the special token \(quoted(text)) is not in its vocabulary; download the whole folder again"
    case .number: "its vocabulary has a number that is no token's, expected 0 to 16777215; download it again"
    }
  }
}
