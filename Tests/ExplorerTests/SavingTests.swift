import Console
import Denoising
import Explorer
import Foundation
import Pictures
import Recipes
import TestSupport
import Testing
import Widgets

struct SavingTests {
  @Test func copiedLinesAreAlsoShown() {
    var state = Fixture.state()
    state.modelReference = "models/own.safetensors"
    guard case .copy(let line) = state.press("y").first else {
      Issue.record("nothing is copied")
      return
    }
    #expect(line.hasPrefix("mezzotint sample models/own.safetensors --seed 0 --label robot "))
    #expect(line.contains("'--name=Model 2' --b 1.3 "))
    #expect(state.message?.text == "copied: \(line)")
    guard case .copy(let all) = state.press("Y").first else {
      Issue.record("nothing is copied")
      return
    }
    #expect(all.hasPrefix("mezzotint compare "))
    guard case .copy(let python) = state.press("F").first else {
      Issue.record("nothing is copied")
      return
    }
    #expect(python.hasPrefix("pipe.enable_freeu(s1=1, s2=1, b1=1.3, b2=1.3)"))
  }

  @Test(arguments: [(80, 24), (50, 20), (200, 60)])
  func aLongLineIsShownWholeUntilTheNextKey(columns: Int, rows: Int) {
    var state = Fixture.state(columns: columns, rows: rows)
    state.finishRuns()
    let before = state.lines
    guard case .copy(let line) = state.press("y").first else {
      Issue.record("nothing is copied")
      return
    }
    let shown = state.lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(shown.contains("copied: \(line)"))
    let rows = TextWrapping.lines(of: "copied: \(line)", width: columns - 4).count
    #expect(
      state.lines.prefix(state.size.rows - rows - 1) == before.prefix(state.size.rows - rows - 1),
      "no more is covered than it takes")
    state.press("down")
    #expect(state.message == nil)
    #expect(state.lines.count { $0.contains("--seed") } == 0)
  }

  @Test func aPressOnALongLineOnlyTakesItAway() {
    var state = Fixture.state()
    state.press("y")
    let before = state.settings
    _ = state.update(
      .input(.mouse(MouseEvent(point: CellPoint(column: 16, row: 21), button: .left, action: .press))))
    #expect(state.message == nil)
    #expect(state.settings == before && state.focus == .knob(.b))
    _ = state.update(
      .input(.mouse(MouseEvent(point: CellPoint(column: 16, row: 21), button: .left, action: .press))))
    #expect(state.focus != .knob(.b), "without it the same press meets a knob")
  }

  @Test func aPresetIsTakenIntoTheSelectedPanelAsOneStepOfUndo() {
    var state = Fixture.state()
    #expect(state.press("e") == [.list(.presets)])
    _ = state.update(.presets(Preset.builtIn, warning: nil))
    #expect(state.lines.contains { $0.contains("soft mask") })
    state.press("l a t e enter")
    #expect(state.layers.isBare)
    #expect(state.settings.panels[1].knobs.freeUSteps == .init(from: 0.4, to: 1))
    #expect(state.settings.panels[0].knobs == Knobs())
    state.press("u")
    #expect(state.settings.panels[1].knobs == Knobs(b: 1.3, s: 1))
  }

  @Test func presetsThatTheModelCannotFollowAreNotOffered() {
    var state = Fixture.state(traits: Fixture.traits(mask: false))
    _ = state.update(.presets(Preset.builtIn, warning: "x.toml, line 2: wrong"))
    let offered = state.layers[PresetMenu.self]?.presets
    #expect(offered?.isEmpty == false && offered?.contains { $0.name == "no mask" } == false)
    #expect(state.message?.isError == true)
    state.press("esc")
    #expect(state.layers.isBare)
  }

  @Test func theSelectedPanelsKnobsAreSavedUnderATypedName() {
    var state = Fixture.state()
    state.press("E")
    #expect(state.lines[22].contains("name of the preset"))
    let effects = state.press("w a r m space 2 enter")
    #expect(effects == [.save(.preset(Preset(name: "warm 2", knobs: Knobs(b: 1.3, s: 1), isOwn: true)))])
    #expect(state.press("E enter") == [])
    #expect(state.message?.isError == true)
  }

  @Test func savedFilesNeverTakeTheNameOfAnother() throws {
    let folder = try TemporaryFolder()
    let saver = FileSaver(folder: folder.url, presets: PresetLibrary(folder: folder.file("presets")))
    var state = Fixture.state()
    #expect(
      Self.said(saver.save(.panels, of: state, theme: .dark))
        == "the run is not finished yet; save when it is")
    state.finishRuns()
    let wanted: [(SaveRequest, String)] = [
      (.panels, "avatars-robot-seed0-b1_1.3_1-s1_1_0.8.png"),
      (.panels, "avatars-robot-seed0-b1_1.3_1-s1_1_0.8-2.png"),
      (.panel(place: 1), "avatars-robot-seed0-b1.3-s1-model-2.png"),
      (.panel(place: 1), "avatars-robot-seed0-b1.3-s1-model-2-2.png"),
      (.screen, "avatars-robot-seed0-b1_1.3_1-s1_1_0.8-screen.svg"),
      (.screen, "avatars-robot-seed0-b1_1.3_1-s1_1_0.8-screen-2.svg"),
    ]
    for (request, name) in wanted {
      #expect(Self.said(saver.save(request, of: state, theme: .dark)) == name)
    }
    #expect(Set(try folder.names) == Set(wanted.map(\.1)))
    let panel = folder.file("avatars-robot-seed0-b1.3-s1-model-2.png")
    #expect(try Recipe(inPNG: panel).panels == [Panel(name: "Model 2", knobs: Knobs(b: 1.3, s: 1))])
    #expect(try PNGFile(contentsOf: panel).picture == Fixture.picture(110))
    let svg = try String(
      contentsOf: folder.file("avatars-robot-seed0-b1_1.3_1-s1_1_0.8-screen.svg"), encoding: .utf8)
    #expect(svg.contains(">mezzotint</text>"))
  }

  /// (before, keys, name)
  @Test(arguments: [
    ("right", "avatars-robot-seed0-b1.32-s1-model-2.png"), ("c", "avatars-cat-seed0-b1.3-s1-model-2.png"),
    ("n", "avatars-robot-seed1-b1.3-s1-model-2.png"),
    ("down left", "avatars-robot-seed0-b1.3-s0.98-model-2.png"),
    ("= 1 . 3 , 1 . 4 enter", "avatars-robot-seed0-b1.3-1.4-s1-model-2.png"),
    ("c c", "avatars-no-label-seed0-b1.3-s1-model-2.png"),
  ])
  func whatLooksDifferentHasAnotherName(keys: String, name: String) throws {
    let folder = try TemporaryFolder()
    let saver = FileSaver(folder: folder.url, presets: PresetLibrary(folder: folder.file("presets")))
    var state = Fixture.state()
    state.finishRuns()
    _ = saver.save(.panel(place: 1), of: state, theme: .dark)
    state.press(keys)
    state.finishRuns()
    #expect(Self.said(saver.save(.panel(place: 1), of: state, theme: .dark)) == name)
  }

  @Test func thePanelsSheetHasNamesKnobsAndGaps() throws {
    let folder = try TemporaryFolder()
    let saver = FileSaver(folder: folder.url, presets: PresetLibrary(folder: folder.file("presets")))
    var state = Fixture.state()
    state.finishRuns()
    guard case .saved(let dark) = saver.save(.panels, of: state, theme: .dark) else { return }
    let picture = try PNGFile(contentsOf: folder.file(dark)).picture
    #expect(picture.width > 3 * 128 && picture.height > 128 + 40)
    #expect(picture[0, 0] == SheetTheme.dark.background)
    for value in [100, 110, 120] as [UInt8] {
      let pixel = RGB(value, value, value)
      var count = 0
      for y in 0..<picture.height {
        for x in 0..<picture.width where picture[x, y] == pixel { count += 1 }
      }
      #expect(count == 128 * 128)
    }
    var light = Theme.Role(RGB(255, 255, 255))
    light.attributes = []
    let paper = Theme(name: "paper", roles: [.background: light, .text: Theme.Role(.black)])
    guard case .saved(let name) = saver.save(.panels, of: state, theme: paper) else { return }
    #expect(try PNGFile(contentsOf: folder.file(name)).picture[0, 0] == SheetTheme.light.background)
    #expect(try Recipe(inPNG: folder.file(name)).panels == Panel.models)
  }

  @Test func aFolderThatCannotBeWrittenIsOneLine() {
    let saver = FileSaver(
      folder: URL(filePath: "/nowhere"), presets: PresetLibrary(folder: URL(filePath: "/proc/x")))
    var state = Fixture.state()
    state.finishRuns()
    for request in [SaveRequest.panels, .screen, .preset(Preset(name: "a", knobs: Knobs()))] {
      let text = Self.said(saver.save(request, of: state, theme: .dark))
      #expect(!text.isEmpty && !text.contains("\n"))
    }
  }

  @Test func aSlowDiskHoldsUpNobody() throws {
    let folder = try TemporaryFolder()
    // Its thread stands still after the first file.
    let gate = DispatchSemaphore(value: 0)
    let saver = FileSaver(folder: folder.url, presets: PresetLibrary(folder: folder.url))
    let queue = SavingQueue(saver) { gate.wait() }
    queue.save(.screen, of: Fixture.state(), theme: .dark)
    let late = Preset(name: "late", knobs: Knobs(b: 1.5), isOwn: true)
    queue.save(.preset(late), of: Fixture.state(), theme: .dark)
    queue.list(.presets)
    #expect(queue.take().count <= 1 && !queue.isIdle)
    for _ in 0..<3 { gate.signal() }
    queue.drain()
    guard case .presets(let presets, nil) = queue.take().last else {
      Issue.record("the list does not come last")
      return
    }
    #expect(queue.isIdle)
    #expect(presets.first == late)
    #expect(Set(try folder.names) == ["avatars-robot-seed0-b1_1.3_1-s1_1_0.8-screen.svg", "late.toml"])
  }

  private static func said(_ message: ExplorerMessage) -> String {
    switch message {
    case .saved(let text), .failed(let text): text
    default: ""
    }
  }
}
