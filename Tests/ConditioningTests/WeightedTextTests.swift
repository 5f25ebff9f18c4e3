import Conditioning
import TestSupport
import Testing

struct WeightedTextTests {
  /// The first ones stand in A1111's own description of its syntax.
  @Test(arguments: [
    ("normal text", ["normal text|1.0"]),
    ("an (important) word", ["an |1.0", "important|1.1", " word|1.0"]),
    ("(unbalanced", ["unbalanced|1.1"]),
    (#"\(literal\]"#, ["(literal]|1.0"]),
    ("(unnecessary)(parens)", ["unnecessaryparens|1.1"]),
    (
      "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
      [
        "a |1.0", "house|1.573", " |1.1", "on|1.0", " a |1.1", "hill|0.55", ", sun, |1.1", "sky|1.464",
        ".|1.1",
      ]
    ),
    ("a) b] c:d", ["a) b] c:d|1.0"]),
    ("(a: 1.5 )", ["a|1.5"]),
    ("(a:-1)", ["a|-1.0"]),
    ("(a:1.2.3)", ["a:1.2.3|1.1"]),
    (":1.2)", [":1.2)|1.0"]),
    ("", ["|1.0"]),
    ("a BREAK b", ["a|1.0", "BREAK", "b|1.0"]),
    ("BREAKFAST", ["BREAKFAST|1.0"]),
    (
      "a \n BREAK(b)BREAK, OUTBREAK éBREAK BREAK",
      [
        "a|1.0", "BREAK", "|1.0", "b|1.1", "|1.0", "BREAK", ", OUTBREAK éBREAK|1.0", "BREAK", "|1.0",
      ]
    ),
  ])
  func bracketsAreReadAsA1111Does(prompt: String, expected: [String]) {
    let runs = WeightedText.runs(of: prompt).map { run in
      run.isBreak ? "BREAK" : "\(run.text)|\((run.weight * 1000).rounded() / 1000)"
    }
    #expect(runs == expected)
  }

  @Test func everyTokenHasTheWeightOfItsPart() throws {
    let tokenizer = try CLIPTokenizer(folder: clipFolder)
    let windows = try tokenizer.windows(of: WeightedText.runs(of: "a (red cat:1.2) BREAK dog"))
    #expect(windows.count == 2)
    #expect(windows[0].tokens.prefix(5) == [49406, 320, 736, 2368, 49407])
    #expect(windows[0].weights.prefix(5) == [1, 1, 1.2, 1.2, 1])
    #expect(windows[1].weights == Array(repeating: 1, count: 77))
  }
}
