import Console
import Explorer
import Testing

/// A key that can do nothing says why, and what is wrong is said whole.
struct SaidReasonTests {
  @Test(arguments: [
    ("N", "seed 0 is the first"), ("0", "b is as it comes"), ("home ,", "this is the first step"),
    ("[", "differences are shown by d"), ("9", "there are 3 panels"), ("1 (", "Model 1 is the first panel"),
    ("3 )", "Model 3 is the last panel"),
  ])
  func aKeyThatDoesNothingSaysWhy(keys: String, text: String) {
    var state = Fixture.state()
    state.finishRuns()
    state.press(keys)
    #expect(state.message?.text == text)
  }

  @Test func aPatchIsMovedBesideTheMask() {
    var state = Fixture.state()
    _ = state.update(.input(.key(.left, .alt)))
    #expect(state.message?.text == "a patch is looked at beside the mask, which m shows")
    state.press("m")
    let before = state.maskView.place.patch
    _ = state.update(.input(.key(.left, .alt)))
    #expect(state.maskView.place.patch == before - 1 && state.message == nil)
  }

  @Test(arguments: [("= 9 9 9 9 9 enter", "-1000 to 1000"), ("= - 2 0 0 0 enter", "-1000 to 1000")])
  func whatIsTypedBeyondTheRangeIsRefused(keys: String, range: String) throws {
    var state = Fixture.state()
    state.press("= back back back back back back")
    state.press("esc")
    let before = state.settings
    state.press(keys)
    #expect(state.settings == before)
    let said = try #require(state.message)
    #expect(said.isError && said.text.contains(range), "\(said.text)")
  }

  @Test(arguments: [
    "--steps", "--b", "--seed", "--threshold", "--count", "--label", "--guidance", "--blocks",
  ])
  func anOptionIsFoundByItsName(option: String) {
    var state = Fixture.state()
    state.press(":")
    for character in option { _ = state.update(.input(.typed(character))) }
    state.press("enter")
    let names = ["--count": "images", "--threshold": "cutoff"]
    let wanted = names[option] ?? String(option.dropFirst(2))
    #expect([wanted, String(option.dropFirst(2))].contains(state.control(state.focus)?.name ?? ""))
  }

  @Test func whatIsWrongWithASweepIsReadWhole() {
    var state = Fixture.state(columns: 120, rows: 40)
    state.press("X")
    _ = state.update(.input(.key(.character("u"), .control)))
    for character in "b=1:2" { _ = state.update(.input(.typed(character))) }
    state.press("enter")
    #expect(state.lines.contains { $0.contains("start:end:step") && !$0.contains("enter sets") })
  }

  @Test func theStripOfALargePanelSaysWhichImage() {
    var state = Fixture.state(columns: 200, rows: 60)
    state.press("i z")
    state.finishRuns()
    #expect(state.lines.contains { $0.contains("the steps of image 1") })
  }
}
