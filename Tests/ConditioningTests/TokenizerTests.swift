import Conditioning
import Foundation
import TestSupport
import Testing

/// CLIP's tokenizer under another padding.
func clip(padding: String) throws -> CLIPTokenizer {
  let folder = try TemporaryFolder()
  try FileManager.default.copyItem(
    at: clipFolder.appending(path: "merges.txt"), to: folder.file("merges.txt"))
  try Data(#"{"pad_token": "\#(padding)"}"#.utf8).write(to: folder.file("special_tokens_map.json"))
  return try CLIPTokenizer(folder: folder.url)
}

struct TokenizerTests {
  private func answers(_ name: String) throws -> [String: JSONAnswer] {
    try JSONDecoder().decode([String: JSONAnswer].self, from: Data(contentsOf: golden("text/\(name).json")))
  }

  @Test(arguments: [("pad_eos", "<|endoftext|>"), ("pad_bang", "!")])
  func everyTokenIsThatOfTransformers(name: String, padding: String) throws {
    let answers = try answers("tokens")
    let tokenizer = try clip(padding: padding)
    let texts = try #require(answers["texts"]?.texts)
    let expected = try #require(answers[name]?.tokens)
    let wrong = zip(texts, expected).filter { tokenizer($0) != $1 }.map(\.0)
    #expect(wrong == [])
    #expect(texts.count == 16)
  }

  /// Any characters, in CLIP's vocabulary and in a small one.
  @Test(arguments: ["clip", "small"]) func wildTextsFallApartAsInTransformers(name: String) throws {
    let answers = try answers("tokens-more")
    let tokenizer = try CLIPTokenizer(folder: name == "clip" ? clipFolder : golden("text/vocabulary"))
    let texts = try #require(answers["texts"]?.texts)
    let expected = try #require(answers[name]?.tokens)
    let wrong = zip(texts, expected).filter { tokenizer.tokens(of: $0) != $1 }.map(\.0)
    #expect(wrong == [])
    #expect(texts.count > 100)
  }

  @Test func aFolderSaysItsPaddingAndItsLength() throws {
    let tokenizer = try CLIPTokenizer(folder: golden("text/vocabulary"))
    #expect(tokenizer.length == 24)
    #expect(tokenizer.padding == 0)
    #expect(tokenizer("a").count == 24)
    #expect(tokenizer("a").last == 0)
    #expect(try CLIPTokenizer(folder: clipFolder).padding == 49407)
  }

  @Test func aFolderOfOneFileIsTheSame() throws {
    let folder = try TemporaryFolder()
    let small = try JSONSerialization.jsonObject(with: Data(contentsOf: golden("text/vocabulary/vocab.json")))
    let text = try String(contentsOf: golden("text/vocabulary/merges.txt"), encoding: .utf8)
    let merges = text.split(separator: "\n").dropFirst().map { $0.split(separator: " ").map(String.init) }
    try JSONSerialization.data(withJSONObject: ["model": ["vocab": small, "merges": merges]])
      .write(to: folder.file("tokenizer.json"))
    let prompt = "the red cat, on blue"
    let expected = try CLIPTokenizer(folder: golden("text/vocabulary")).tokens(of: prompt)
    #expect(try CLIPTokenizer(folder: folder.url).tokens(of: prompt) == expected)
  }

  // MARK: Long prompts

  @Test func aLongPromptGoesOnInAnotherWindow() throws {
    let tokenizer = try CLIPTokenizer(folder: clipFolder)
    let words = Array(repeating: "cat", count: 160).joined(separator: " ")
    let windows = try tokenizer.windows(of: words)
    #expect(windows.map { $0.tokens.count { $0 == 2368 } } == [75, 75, 10])
    #expect(windows.allSatisfy { $0.tokens.count == 77 && $0.tokens.first == 49406 })
    #expect(try tokenizer.windows(of: "").map(\.tokens) == [tokenizer("")])
    #expect(try tokenizer.windows(of: "a cat").map(\.tokens) == [tokenizer("a cat")])
  }

  @Test func aWindowEndsAtACommaThatIsNear() throws {
    let tokenizer = try CLIPTokenizer(folder: clipFolder)
    func lengths(_ before: Int) throws -> [Int] {
      let cats = Array(repeating: "cat", count: before).joined(separator: " ")
      let more = Array(repeating: "dog", count: 80 - before).joined(separator: " ")
      return try tokenizer.windows(of: "\(cats), \(more)").map { $0.tokens.count { $0 != 49407 } - 1 }
    }
    // The comma is the 61st, the 56th and the 55th of 75.
    #expect(try lengths(60) == [61, 20])
    #expect(try lengths(55) == [56, 25])
    #expect(try lengths(54) == [75, 6])
  }

  /// Each word stands at its tokens' places among those of all windows.
  @Test(arguments: [
    "a cat on blue", "a (red:1.3) cat, [12] dogs BREAK houses; it's", "", "  cat", "<|endoftext|> a cat",
    Array(repeating: "cat,", count: 60).joined(separator: " "),
  ])
  func wordsStandWhereTheirTokensDo(prompt: String) throws {
    let tokenizer = try CLIPTokenizer(folder: clipFolder)
    let runs = WeightedText.runs(of: prompt)
    let words = try tokenizer.words(of: runs)
    let all = try tokenizer.windows(of: runs).flatMap(\.tokens)
    #expect(words.flatMap { $0.places.map { all[$0] } } == runs.flatMap { tokenizer.tokens(of: $0.text) })
    if prompt == "a cat on blue" {
      #expect(
        words.map(\.text) == ["a", "cat", "on", "blue"] && words.map(\.places) == [[1], [2], [3], [4]])
    }
    #expect(words.allSatisfy { !$0.text.isEmpty && !$0.places.isEmpty })
  }

  @Test func aPromptOfAMillionCharactersIsOneLine() throws {
    let tokenizer = try CLIPTokenizer(folder: clipFolder)
    #expect(throws: PromptError.tooLong(characters: 1_000_000)) {
      try tokenizer.windows(of: String(repeating: "a", count: 1_000_000))
    }
    // One word of the longest that is taken.
    let longest = try tokenizer.windows(of: String(repeating: "a", count: PromptError.most))
    #expect(longest.count > 10)
  }

  @Test func bytesThatAreNoTextAreOneLine() throws {
    let tokenizer = try CLIPTokenizer(folder: clipFolder)
    let prompt = String(decoding: [97, 0xFF, 98] as [UInt8], as: UTF8.self)
    #expect(throws: PromptError.notText) { try tokenizer.windows(of: prompt) }
  }

  // MARK: Bad folders

  @Test(arguments: [
    (["merges.txt"], "and no merges.txt, which says how words fall into tokens; download that file too"),
    (["merges.txt", "vocab.json"], "there is no tokenizer in it, expected vocab.json and merges.txt"),
  ])
  func whatIsMissingIsSaid(missing: [String], message: String) throws {
    let folder = try TemporaryFolder()
    for name in ["vocab.json", "merges.txt"] where !missing.contains(name) {
      try FileManager.default.copyItem(at: golden("text/vocabulary/\(name)"), to: folder.file(name))
    }
    #expect(try complaint(folder).contains(message))
  }

  @Test(arguments: [
    ("vocab.json", "[]", "vocab.json: it is no JSON object"),
    ("vocab.json", #"{"a": -1, "<|startoftext|>": 1, "<|endoftext|>": 2}"#, "a number that is no token's"),
    ("vocab.json", #"{"a": 0}"#, "the special token '<|startoftext|>' is not in its vocabulary"),
    ("merges.txt", "#version: 0.2\ni n\nt h e\n", "merges.txt: line 3 is not two symbols"),
    ("merges.txt", "t h\nq zz\n", "merge 2 needs the token 'zz', which its vocabulary has not"),
    ("special_tokens_map.json", #"{"pad_token": "<pad>"}"#, "the special token '<pad>'"),
    ("special_tokens_map.json", "{", "special_tokens_map.json: it is no JSON object"),
  ])
  func whatIsWrongIsSaid(file: String, text: String, message: String) throws {
    let folder = try TemporaryFolder()
    for name in ["vocab.json", "merges.txt", "special_tokens_map.json"] where name != file {
      try FileManager.default.copyItem(at: golden("text/vocabulary/\(name)"), to: folder.file(name))
    }
    try Data(text.utf8).write(to: folder.file(file))
    #expect(try complaint(folder).contains(message))
  }

  private func complaint(_ folder: TemporaryFolder) throws -> String {
    do {
      _ = try CLIPTokenizer(folder: folder.url)
      return "nothing"
    } catch { return "\(error)" }
  }
}

/// Texts, or tokens of each.
enum JSONAnswer: Decodable {
  case texts([String])
  case tokens([[Int]])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let texts = try? container.decode([String].self) {
      self = .texts(texts)
    } else {
      self = .tokens(try container.decode([[Int]].self))
    }
  }

  var texts: [String]? { if case .texts(let texts) = self { texts } else { nil } }
  var tokens: [[Int]]? { if case .tokens(let tokens) = self { tokens } else { nil } }
}
