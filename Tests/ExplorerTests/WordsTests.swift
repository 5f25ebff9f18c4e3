import Console
import Explorer
import Testing

/// The page of the view that is open: formula, symbols with their values, what to look for, source.
struct WordsTests {
  @Test(arguments: [
    (
      "m", "The mask on in 0 head 1",
      [
        "softmax((Q Kᵀ/√d) ∘ M) V",
        "α1 σ1", "strength", "1.00", "arXiv:2309.05375",
      ]
    ),
    ("G", "What the heads of in 0 look at", ["softmax over j", "patch 5,5", "1/n", "arXiv:1706.03762"]),
    ("G G", "How widely heads look", ["ln n", "4.19 nats", "arXiv:2010.11929"]),
    (
      "s", "Spectra of what meets in out 0",
      [
        "A(r) = mean", "1.30 in Model 2",
        "1.00, on frequencies", "32 pixels",
      ]
    ),
    (
      "Z", "The network, and where panels first differ",
      ["‖x - y‖ / ‖y‖", "in 0", "out 3", "mid", "x a panel's", "of the time"]
    ),
    ("s a-up a-up", "Features of out 0", ["PC 1–3", "min m", "arXiv:2309.11497"]),
  ])
  func everyViewHasAPageThatComesFirst(keys: String, title: String, parts: [String]) {
    for (columns, rows) in [(80, 24), (120, 40)] {
      var state = Fixture.state(columns: columns, rows: rows)
      state.finishRuns()
      for key in keys.split(separator: " ") {
        if key == "a-up" { _ = state.update(.input(.key(.up, .alt))) } else { state.press(String(key)) }
      }
      state.press("?")
      let text = state.lines.joined(separator: "\n")
      for part in [title, "page 1 of"] + parts { #expect(text.contains(part), "\(part)\n\(text)") }
      #expect(!text.contains("…"), "\(text)")
      for _ in 0..<2 where !state.lines[0].contains("Keys and signs") { state.press("space") }
      #expect(state.lines[0].contains("Keys and signs"))
    }
  }

  @Test func ofThePanelsTheKeysComeFirstAndTheWordsLast() {
    var state = Fixture.state()
    state.press("?")
    #expect(state.lines[0].contains("Keys and signs"))
    for _ in 0..<9 { state.press("space") }
    #expect(state.lines[0].contains("What is shown"))
    #expect(state.lines.contains { $0.contains("x₀ = ") })
  }
}
