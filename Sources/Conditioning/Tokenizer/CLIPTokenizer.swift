import Foundation

/// From a prompt to the numbers that CLIP's text encoder takes, as transformers' fast `CLIPTokenizer` does it.
///
/// Radford et al. 2021, arXiv:2103.00020. Any vocabulary of this kind will do, also a small one.
package struct CLIPTokenizer: Sendable {
  /// Tokens that the encoder takes at a time, with the two around them: 77.
  package let length: Int
  /// What stands before and behind a prompt.
  package let start, end: Int
  /// What fills up behind the end: the end again for Stable Diffusion 1, 0 for 2.
  package let padding: Int
  /// ",", where a long prompt is cut best; nil where the vocabulary has none.
  package let comma: Int?
  /// One more than the largest token.
  package let vocabularySize: Int
  /// Texts that stand for one token wherever they are, the longest first.
  private let specials: [(text: [UInt8], token: Int)]
  private let pairs: BytePairs

  /// - Parameter folder: with `vocab.json` and `merges.txt`, or `tokenizer.json`; `special_tokens_map.json` and
  ///   `tokenizer_config.json` as far as they are there. Of `merges.txt` alone the vocabulary follows.
  /// - Parameter padding: the token that fills up; nil: as the folder says.
  /// - Throws: `TokenizerError`.
  package init(folder: URL, padding: String? = nil) throws(TokenizerError) {
    let files = try TokenizerFiles(folder)
    var (vocabulary, names) = (files.vocabulary, files.special)
    names.padding = padding ?? names.padding
    func token(_ text: String) throws(TokenizerError) -> Int {
      guard let token = vocabulary[text] else { throw files.error(.special(text)) }
      return token
    }
    (start, end) = (try token(names.start), try token(names.end))
    (self.padding, length) = (try token(names.padding), files.length)
    comma = vocabulary[",\(BytePairs.wordEnd)"]
    vocabularySize = 1 + (vocabulary.values.max() ?? 0)
    let unknown = try token(names.unknown)
    var texts: [(text: [UInt8], token: Int)] = []
    for name in Set([names.start, names.end, names.padding, names.unknown]) where !name.isEmpty {
      texts.append((Array(name.utf8), try token(name)))
    }
    specials = texts.sorted { $0.text.count > $1.text.count }
    do {
      pairs = try BytePairs(vocabulary: vocabulary, merges: files.merges, unknown: unknown)
    } catch {
      throw files.error(.merge(place: error.place, missing: error.missing))
    }
  }

  /// The tokens of a prompt without those around them, as many as they are.
  package func tokens(of text: String) -> [Int] { words(of: text).flatMap(\.tokens) }

  /// The words of a prompt, as they are before they become tokens, and the tokens of each.
  package func words(of text: String) -> [(text: String, tokens: [Int])] {
    var words: [(text: String, tokens: [Int])] = []
    let bytes = Array(text.utf8)
    var from = 0
    func take(to end: Int) {
      guard from < end else { return }
      let cleaned = TextPieces.cleaned(String(decoding: bytes[from..<end], as: UTF8.self))
      for piece in TextPieces.pieces(of: cleaned) {
        let bytes = Array(piece.map { Array(UTF8.encode($0) ?? .init()) }.joined())
        words.append((String(decoding: bytes, as: UTF8.self), pairs.tokens(of: bytes)))
      }
    }
    var place = 0
    while place < bytes.count {
      guard let special = specials.first(where: { bytes[place...].starts(with: $0.text) }) else {
        place += 1
        continue
      }
      take(to: place)
      words.append((String(decoding: special.text, as: UTF8.self), [special.token]))
      place += special.text.count
      from = place
    }
    take(to: bytes.count)
    return words
  }

  /// A prompt as `length` tokens: start, as many of the prompt as there is room for, end, padding.
  package func callAsFunction(_ text: String) -> [Int] { filled(tokens(of: text).prefix(length - 2)) }

  /// - Parameter tokens: of a prompt, at most `length - 2`.
  /// - Returns: `length` tokens.
  func filled(_ tokens: some Collection<Int>) -> [Int] {
    precondition(tokens.count <= length - 2, "\(tokens.count) tokens for \(length)")
    let row = [start] + tokens + [end]
    return row + Array(repeating: padding, count: length - row.count)
  }
}
