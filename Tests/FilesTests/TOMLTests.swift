import Files
import Testing

/// TOML 1.0 as toml.io/en/v1.0.0 has it; the cases are those of its text.
struct TOMLTests {
  private static func table(_ text: String) throws -> [String: TOMLValue] {
    try TOMLValue.table(of: text, label: "a.toml").table
  }

  @Test func everyKindOfValueIsRead() throws {
    let text = """
      text = "a\\"b"
      whole = 3
      number = 1.5
      flag = true
      day = 2024-05-01
      list = [0, "a", [1]]
      [table.inner]
      deep = { key = "value" }
      """
    #expect(
      try Self.table(text) == [
        "text": .text("a\"b"), "whole": .integer(3), "number": .number(1.5), "flag": .flag(true),
        "day": .time,
        "list": .array([.integer(0), .text("a"), .array([.integer(1)])]),
        "table": .table(["inner": .table(["deep": .table(["key": .text("value")])])]),
      ])
  }

  @Test(arguments: [
    ("+99", 99), ("0", 0), ("-17", -17), ("1_000", 1000), ("0xdead_BEEF", 0xdead_beef), ("0o755", 0o755),
    ("0b1101", 13), ("-9223372036854775808", .min),
  ])
  func wholeNumbers(text: String, number: Int) throws {
    #expect(try Self.table("a = \(text)") == ["a": .integer(number)])
  }

  @Test(arguments: [
    ("+1.0", 1.0), ("3.1415", 3.1415), ("-0.01", -0.01), ("5e+22", 5e22), ("1e06", 1e6), ("-2E-2", -2e-2),
    ("6.626e-34", 6.626e-34), ("224_617.445_991", 224_617.445991), ("inf", .infinity), ("-inf", -.infinity),
  ])
  func numbers(text: String, number: Double) throws {
    #expect(try Self.table("a = \(text)") == ["a": .number(number)])
  }

  @Test(arguments: [
    #"'C:\Users\x'"#, #""C:\\Users\\x""#, "'''C:\\Users\\x'''", "\"\"\"\nC:\\\\Users\\\n   \\\\x\"\"\"",
    #""C:\u005CUsers\U0000005Cx""#,
  ])
  func kindsOfText(text: String) throws {
    #expect(try Self.table("a = \(text) # so\n") == ["a": .text(#"C:\Users\x"#)])
  }

  @Test func quotesMayStandAtTheEndOfTextInThreeOfThem() throws {
    #expect(try Self.table("a = \"\"\"x\"\"\"\"\"") == ["a": .text("x\"\"")])
    #expect(try Self.table("a = '''\r\n'x'\r\n'''\r\nb = 1") == ["a": .text("'x'\n"), "b": .integer(1)])
  }

  @Test(arguments: [
    "1979-05-27T07:32:00Z", "1979-05-27T00:32:00.999-07:00", "1979-05-27 07:32:00", "1979-05-27", "07:32:00",
  ])
  func times(text: String) throws {
    #expect(try Self.table("a = \(text)") == ["a": .time])
  }

  @Test func keysTablesAndTablesInTables() throws {
    let text = """
      \u{FEFF}"ä b".'c' = 1 # one
      site."google.com" = true
      3.14 = "pi"
      list = [ 1, # first
        2,
      ]
      [dog."tater.man"]
      type.name = "pug"
      [[fruit]]
      name = "apple"
      [fruit.physical]
      color = "red"
      [[fruit.variety]]
      name = "red delicious"
      [[fruit]]
      [x.y.z.w]
      [x]
      """
    let fruit: TOMLValue = .table([
      "name": .text("apple"), "physical": .table(["color": .text("red")]),
      "variety": .array([.table(["name": .text("red delicious")])]),
    ])
    #expect(
      try Self.table(text) == [
        "ä b": .table(["c": .integer(1)]), "site": .table(["google.com": .flag(true)]),
        "3": .table(["14": .text("pi")]), "list": .array([.integer(1), .integer(2)]),
        "dog": .table(["tater.man": .table(["type": .table(["name": .text("pug")])])]),
        "fruit": .array([fruit, .table([:])]),
        "x": .table(["y": .table(["z": .table(["w": .table([:])])])]),
      ])
  }

  /// Each with the line that is named.
  @Test(arguments: [
    ("[é]\nx=1\n", 1), ("a = 1\né = 2", 2), ("a = ", 1), ("= 1", 1), ("a 1", 1), ("a = 1 b = 2", 1),
    ("[a", 1),
    ("[a]]", 1), ("[[a]", 1), ("[]", 1), ("a = \"x", 1), ("a = \"\"\"\n\n", 1), ("a = [1, 2", 1),
    ("a = {b = 1\n}", 1), ("a = {b = 1,}", 1), ("a = 01", 1), ("a = 1__0", 1), ("a = _1", 1), ("a = 1.", 1),
    ("a = .5", 1), ("a = 0xg", 1), ("a = +0x1", 1), ("a = ++1", 1), ("a = 9223372036854775808", 1),
    ("a = \"\\x\"", 1), ("a = \"\\ud800\"", 1), ("a = \"\\u12\"", 1), ("a = tru", 1), ("a = \"\u{1}\"", 1),
    ("# \u{7F}", 1), ("a = 1\na = 2", 2), ("[a]\n[a]", 2), ("a.b = 1\n[a]", 2), ("a = 1\n[a.b]", 2),
    ("[a.b]\n[a]\nb.c = 1", 3), ("a = {}\n[a.b]", 2), ("a = []\n[[a]]", 2), ("[[a]]\n[a]", 2),
    ("a.b = 1\na.b.c = 2", 2), ("a = {b.c = 1, b = 2}", 1), ("a = 1\r", 1), ("\u{0}", 1), ("a.\nb = 1", 1),
  ])
  func whatIsWrongIsOneLineThatNamesItsPlace(text: String, line: Int) {
    let error = #expect(throws: TOMLFileError.self) { try Self.table(text) }
    #expect(error?.line == line)
    let wording = error?.description ?? ""
    #expect(wording.hasPrefix("a.toml, line \(line): "))
    #expect(!wording.contains { $0.isNewline || $0 == "\u{1}" || $0 == "\u{7F}" || $0 == "\u{0}" })
  }

  @Test func whatIsNestedWithoutEndIsRefused() {
    for text in [
      "a = " + String(repeating: "[", count: 100_000), "a = " + String(repeating: "{a=", count: 100_000),
      String(repeating: "a.", count: 100_000) + "a = 1", "[" + String(repeating: "a.", count: 100_000) + "a]",
    ] {
      #expect(throws: TOMLFileError.self) { try Self.table(text) }
    }
  }

  @Test func anyBytesEndInATableOrInALine() {
    let pieces = [
      "a", "=", "[", "]", "{", "}", "\"", "'", "\"\"\"", "'''", "\n", "\r\n", " ", "#", ".", ",", "1", "é",
      "\\", "\\u",
      "true", "1979-05-27", "0x", "\u{0}", "e", "-", "_",
    ]
    var state: UInt64 = 1
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<12 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(state >> 33) % pieces.count]
      }
      do {
        _ = try Self.table(text)
      } catch {
        #expect("\(error)".hasPrefix("a.toml, line "))
      }
    }
  }
}
