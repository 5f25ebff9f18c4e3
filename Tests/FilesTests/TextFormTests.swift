import Files
import Foundation
import Testing

/// What is written as text is read back as it was.
struct TextFormTests {
  static let awkward = [
    "", "plain", "two words", "it's", "\"quoted\"", "back\\slash", "new\nline", "$HOME `id` *?", "-n", "ä✓😀",
    "\u{1}\u{1F}\t",
  ]

  static let steering = [
    "\u{15}rm -rf x\n", "a\u{1B}[2Jb", "it's\u{7}\\", "\u{202E}evil", "\u{9B}2J", "x\u{2028}y", "\u{FEFF}",
  ]

  @Test(arguments: awkward + steering) func aShellReadsAQuotedWordBack(word: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "printf '%s' \(shellQuoted(word))"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(String(decoding: bytes, as: UTF8.self) == word)
  }

  @Test(arguments: awkward + steering) func nothingThatIsPrintedOrCopiedSteersATerminal(text: String) throws {
    #expect(!shellQuoted(text).unicodeScalars.contains { $0.steersTerminals })
    #expect(!visible(text).unicodeScalars.contains { $0 != "\n" && $0 != "\t" && $0.steersTerminals })
    let json = try JSONText.text(of: [text])
    #expect(!json.unicodeScalars.contains { $0.steersTerminals })
    #expect(try JSONDecoder().decode([String].self, from: Data(json.utf8)) == [text])
  }

  @Test func whatJoinsEmojiIsText() {
    #expect(visible("👨\u{200D}👩 é\n\tx") == "👨\u{200D}👩 é\n\tx")
    #expect(visible("a\u{1B}[2J\u{202E}") == "a\\u{1B}[2J\\u{202E}")
  }

  @Test func plainWordsNeedNoQuotes() {
    for word in ["a", "models/x.safetensors", "b=1.3,s=0.8", "--name=a", "50%"] {
      #expect(shellQuoted(word) == word)
    }
  }

  @Test(arguments: awkward) func jsonReadsAQuotedStringBack(text: String) throws {
    let read = try JSONDecoder().decode([String].self, from: Data("[\(JSONText.quoted(text))]".utf8))
    #expect(read == [text])
  }

  @Test func jsonIsTheSameBytesEachTimeAndPrettyJSONHasWordsForWhatIsNotFinite() throws {
    let value = ["b/c": 1.5, "a": 2, "d": 0]
    #expect(try JSONText.text(of: value) == #"{"a":2,"b/c":1.5,"d":0}"#)
    #expect(try JSONText.bytes(of: value) == Array(#"{"a":2,"b/c":1.5,"d":0}"#.utf8))
    let pretty = try JSONText.text(of: ["a": Double.infinity, "b": .nan], isPretty: true)
    #expect(pretty == "{\n  \"a\" : \"inf\",\n  \"b\" : \"nan\"\n}")
  }

  @Test(arguments: awkward + ["a\0\u{7F}\u{1B}[2J\r\n"])
  func tomlReadsAQuotedValueBack(text: String) throws {
    let table = try TOMLValue.table(of: "a = \(TOMLValue.quoted(text))", label: "a.toml").table
    #expect(table == ["a": .text(text)])
  }

  @Test func whatIsNoTOMLNamesTheLine() {
    let error = #expect(throws: TOMLFileError.self) {
      try TOMLValue.table(of: "a = 1\nb = = 2", label: "x.toml")
    }
    #expect(error?.line == 2)
    #expect(error?.description.hasPrefix("x.toml, line 2: ") == true)
  }

  @Test func entriesComeInTheOrderOfTheFileWithTheirLines() throws {
    let entries = try TOMLEntries("z = 1\n# no\na = [0, 2]\nm = { b = 1 }\n", label: "x.toml")
    #expect(entries.entries.map(\.key) == ["z", "a"])
    #expect(entries.entries.map(\.text) == ["1", "0,2"])
    #expect(entries.entries.map(\.place) == ["x.toml, line 1", "x.toml, line 3"])
    #expect(
      entries.warnings == ["x.toml, line 4: m must be text, a number or true or false, and was skipped"])
  }

  @Test func theHashIsThatOfItsDefinition() {
    #expect(FowlerNollVo().digits == "cbf29ce484222325")
    var hash = FowlerNollVo()
    // One byte is one word here: FNV-1a's published value of "a".
    hash.mix(0x61)
    #expect(hash.digits == "af63dc4c8601ec8c")
    var words = FowlerNollVo()
    let rest = Array(UInt8(0)..<19).withUnsafeBytes { Array(words.mixWords(of: $0)) }
    #expect(rest == [16, 17, 18])
    var single = FowlerNollVo()
    single.mix(0x0706_0504_0302_0100)
    single.mix(0x0f0e_0d0c_0b0a_0908)
    #expect(words.hash == single.hash)
  }

  @Test func aNameFromAFileCannotSteerATerminal() {
    #expect(quoted("ok") == "'ok'")
    #expect(!quoted("\u{1B}[2J\u{202E}\n").contains { $0 == "\u{1B}" || $0 == "\u{202E}" || $0.isNewline })
    #expect(quoted(String(repeating: "x", count: 200)).count == 83)
  }
}
