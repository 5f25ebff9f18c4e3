import Foundation

/// What a tokenizer's folder says.
struct TokenizerFiles {
  private let path: String
  let vocabulary: [String: Int]
  /// The most frequent pair first.
  let merges: [(left: Substring, right: Substring)]
  let special: (start: String, end: String, padding: String, unknown: String)
  /// Tokens that an encoder takes at a time.
  let length: Int

  /// CLIP's; transformers' value for "any" is larger than a whole number.
  private static let usualLength = 77
  private static let lengths = 3.0...16384.0
  /// A vocabulary has a few megabytes at most.
  private static let longest = 1 << 26

  init(_ folder: URL) throws(TokenizerError) {
    path = folder.relativePath
    func data(_ name: String) throws(TokenizerError) -> Data? {
      let file = folder.appending(path: name)
      guard FileManager.default.fileExists(atPath: file.path) else { return nil }
      guard let handle = try? FileHandle(forReadingFrom: file),
        let data = try? handle.read(upToCount: Self.longest + 1), data.count <= Self.longest
      else { throw TokenizerError(file: file.relativePath, defect: .unreadable) }
      return data
    }
    func json<Value: Decodable>(_ name: String, _ type: Value.Type) throws(TokenizerError) -> Value? {
      guard let data = try data(name) else { return nil }
      guard let value = try? JSONDecoder().decode(type, from: data) else {
        throw TokenizerError(file: folder.appending(path: name).relativePath, defect: .notJSON)
      }
      return value
    }
    let config = try json("tokenizer_config.json", SpecialTokens.self)
    let map = try json("special_tokens_map.json", SpecialTokens.self)
    func text(_ part: KeyPath<SpecialTokens, SpecialTokens.Text?>, _ standard: String) -> String {
      map?[keyPath: part]?.content ?? config?[keyPath: part]?.content ?? standard
    }
    let end = text(\.eos_token, "<|endoftext|>")
    special = (text(\.bos_token, "<|startoftext|>"), end, text(\.pad_token, end), text(\.unk_token, end))
    length =
      config?.model_max_length.flatMap { Self.lengths.contains($0) ? Int($0) : nil } ?? Self.usualLength

    let words = try json("vocab.json", [String: Int].self)
    if let merges = try data("merges.txt") {
      self.merges = try Self.merges(of: merges, file: folder.appending(path: "merges.txt").relativePath)
      vocabulary = words ?? Self.vocabulary(of: self.merges, special: [special.start, special.end])
    } else if let whole = try json("tokenizer.json", WholeTokenizer.self) {
      vocabulary = whole.model.vocab
      merges = whole.model.merges.map(\.pair)
    } else {
      throw TokenizerError(file: path, defect: words == nil ? .missing : .withoutMerges)
    }
    guard vocabulary.values.allSatisfy({ 0..<1 << 24 ~= $0 }) else { throw error(.number) }
  }

  func error(_ defect: TokenizerDefect) -> TokenizerError { TokenizerError(file: path, defect: defect) }

  /// Two symbols in a line; the first line may say a version.
  private static func merges(
    of data: Data, file: String
  ) throws(TokenizerError) -> [(left: Substring, right: Substring)] {
    guard let text = String(data: data, encoding: .utf8) else {
      throw TokenizerError(file: file, defect: .unreadable)
    }
    var merges: [(left: Substring, right: Substring)] = []
    for (place, line) in text.utf8.split(separator: UInt8(ascii: "\n")).enumerated() {
      if place == 0, line.starts(with: "#version".utf8) { continue }
      let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
      if words.isEmpty { continue }
      guard words.count == 2 else { throw TokenizerError(file: file, defect: .line(place + 1)) }
      merges.append((Substring(words[0]), Substring(words[1])))
    }
    return merges
  }

  /// The numbers that CLIP itself gives: bytes, bytes at the end of a word, merges, special tokens.
  private static func vocabulary(
    of merges: [(left: Substring, right: Substring)], special: [String]
  ) -> [String: Int] {
    let bytes = ByteSymbols.order.map { ByteSymbols.all[Int($0)] }
    let words = bytes + bytes.map { $0 + BytePairs.wordEnd } + merges.map { String($0.left + $0.right) }
    return Dictionary(zip(words + special, 0...), uniquingKeysWith: { first, _ in first })
  }
}

/// `special_tokens_map.json`, and the same fields in `tokenizer_config.json`.
private struct SpecialTokens: Decodable {
  let bos_token, eos_token, pad_token, unk_token: Text?
  let model_max_length: Double?

  /// A string, or an object around it.
  struct Text: Decodable {
    let content: String

    private enum Key: CodingKey { case content }

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        content = text
      } else {
        content = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .content)
      }
    }
  }
}

/// `tokenizer.json`, of which transformers' later versions write nothing else.
private struct WholeTokenizer: Decodable {
  let model: Model

  struct Model: Decodable {
    let vocab: [String: Int]
    let merges: [Merge]
  }

  /// "a b", or ["a", "b"].
  struct Merge: Decodable {
    let pair: (left: Substring, right: Substring)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let words =
        if let text = try? container.decode(String.self) {
          text.split(separator: " ")
        } else {
          try container.decode([String].self).map { $0[...] }
        }
      guard words.count == 2 else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "a merge of two symbols")
      }
      pair = (words[0], words[1])
    }
  }
}
