import Foundation

/// A prompt as words, numbers and signs, cleaned and cut as transformers' fast CLIP tokenizer does it.
enum TextPieces {
  /// NFC, every run of white space as one space, lower case.
  static func cleaned(_ text: String) -> [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
      if scalar.properties.isWhitespace {
        if scalars.last != " " { scalars.append(" ") }
      } else {
        // Each by itself, as Rust does it: no final sigma.
        scalars += scalar.properties.lowercaseMapping.unicodeScalars
      }
    }
    return scalars
  }

  /// The pattern `<|startoftext|>|<|endoftext|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+`, what it
  /// does not match dropped; the two marks fall apart again into signs, letters, signs.
  static func pieces(of text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
    var pieces: [ArraySlice<Unicode.Scalar>] = []
    var rest = text[...]
    func take(_ count: Int) {
      pieces.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    while let first = rest.first {
      if let mark = marks.first(where: { rest.starts(with: $0) }) {
        take(2)
        take(mark.count - 4)
        take(2)
      } else if let ending = endings.first(where: { rest.starts(with: $0) }) {
        take(ending.count)
      } else {
        switch Kind(first) {
        case .space: rest = rest.dropFirst()
        case .digit: take(1)
        case let kind: take(rest.prefix { Kind($0) == kind }.count)
        }
      }
    }
    return pieces
  }

  private static let marks = ["<|startoftext|>", "<|endoftext|>"].map { Array($0.unicodeScalars) }
  private static let endings = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map { Array($0.unicodeScalars) }

  private enum Kind {
    case space, letter, digit, sign

    init(_ scalar: Unicode.Scalar) {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
      case .decimalNumber, .letterNumber, .otherNumber: self = .digit
      default: self = scalar.properties.isWhitespace ? .space : .sign
      }
    }
  }
}
