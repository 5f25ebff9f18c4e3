import Denoising
import Explorer
import Recipes
import Testing

/// What holds for every control, because each is a line of a table.
struct ControlTests {
  /// A control of the U-ViT, or of the U-Net.
  struct Line: Hashable, Sendable, CustomTestStringConvertible {
    let id: ControlID
    let isUNet: Bool
    var testDescription: String { isUNet ? "\(id) of a U-Net" : "\(id)" }

    static let all = [false, true].flatMap { isUNet in
      Control.table(for: isUNet ? Fixture.unet() : Fixture.traits()).map { Line(id: $0.id, isUNet: isUNet) }
    }

    /// The fixture with it in focus.
    var state: ExplorerState {
      var state = Fixture.state(
        columns: 120, rows: 40, traits: isUNet ? Fixture.unet() : Fixture.traits())
      while state.focus != id { state.press("down") }
      return state
    }
  }

  @Test func everyLineOfTheTablesThatHasAScaleIsOnTheScreen() {
    let traits = Fixture.traits()
    let moved = Set(
      Line.all.map { line -> String in
        switch line.id {
        case .knob(let knob, _), .end(let knob, _): knob.name
        case .maskBlock, .maskHead, .kernel: Knob.mixture.name
        case .run(let setting): setting.name
        case .lora: "lora"
        }
      })
    for knob in Knob.allCases { #expect(moved.contains(knob.name)) }
    for setting in RunSetting.allCases {
      let hasScale = setting.entry.scale(traits) != .none
      // What its model has no use for has none.
      #expect(moved.contains(setting.name) == (hasScale && !setting.isOfText), "\(setting.name)")
    }
    #expect(Set(Line.all).count == Line.all.count)
  }

  @Test(arguments: Line.all)
  func aControlMovesWhatItIsCalledAndNothingElse(line: Line) {
    var state = line.state
    let id = line.id
    let before = state.settings
    state.press("left")
    if state.settings == before { state.press("right") }
    if case .switches = state.control(id)?.kind { state.press("enter") }
    let (panel, old) = (state.selectedPanel, before.panels[1])
    let changed = Knob.allCases.filter {
      panel.knobs.changes(of: $0).map(\.value) != old.knobs.changes(of: $0).map(\.value)
    }
    let run = RunSetting.allCases.filter { state.settings.run[$0] != before.run[$0] }
    switch id {
    case .knob(let knob, _), .end(let knob, _): #expect(changed == [knob] && run == [])
    case .kernel: #expect(changed == [.mixture] && run == [])
    case .maskBlock, .maskHead: #expect(changed == [] && run == [])
    case .run(let setting): #expect(changed == [] && run == [setting])
    case .lora: #expect(changed == [] && run == [])
    }
    #expect(panel.own == old.own)
  }

  @Test(arguments: Line.all)
  func resettingAControlBringsBackWhatWasThere(line: Line) {
    var state = line.state
    state.press("0")
    let before = state.settings
    state.press("left left 0")
    #expect(state.settings == before)
  }

  @Test(arguments: Line.all)
  func aSettingOfTheRunCanBeAPanelsOwn(line: Line) {
    guard case .run(let setting) = line.id else { return }
    var state = line.state
    state.press("o left right right")
    let isOwn = state.selectedPanel.own[setting] != nil
    #expect(isOwn == (setting.owner == .panel))
    #expect((state.settings.run[setting] == line.state.settings.run[setting]) == isOwn)
  }
}

extension RunSetting {
  /// Of models that read prompts.
  fileprivate var isOfText: Bool { [.prompt, .negative, .plainPrompt].contains(self) }
}
