import Denoising
import Explorer
import Recipes
import Testing

/// What holds for every control, because each is a line of a table.
struct ControlTests {
  private static let controls = Control.table(for: Fixture.traits()).map(\.id)

  /// The fixture with one control in focus.
  private static func state(_ focus: ControlID) -> ExplorerState {
    var state = Fixture.state(columns: 120, rows: 40)
    while state.focus != focus { state.press("down") }
    return state
  }

  @Test func everyLineOfTheTablesThatHasAScaleIsOnTheScreen() {
    let traits = Fixture.traits()
    let moved = Set(
      Self.controls.map { id -> String in
        switch id {
        case .knob(let knob, _), .end(let knob, _): knob.name
        case .maskBlock, .maskHead, .kernel: Knob.mixture.name
        case .run(let setting): setting.name
        }
      })
    for knob in Knob.allCases { #expect(moved.contains(knob.name)) }
    for setting in RunSetting.allCases {
      #expect(moved.contains(setting.name) == (setting.entry.scale(traits) != .none), "\(setting.name)")
    }
    #expect(Set(Self.controls).count == Self.controls.count)
  }

  @Test(arguments: controls)
  func aControlMovesWhatItIsCalledAndNothingElse(id: ControlID) {
    var state = Self.state(id)
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
    }
    #expect(panel.own == old.own)
  }

  @Test(arguments: controls)
  func resettingAControlBringsBackWhatWasThere(id: ControlID) {
    var state = Self.state(id)
    state.press("0")
    let before = state.settings
    state.press("left left 0")
    #expect(state.settings == before)
  }

  @Test(arguments: controls)
  func aSettingOfTheRunCanBeAPanelsOwn(id: ControlID) {
    guard case .run(let setting) = id else { return }
    var state = Self.state(id)
    state.press("o left right right")
    let isOwn = state.selectedPanel.own[setting] != nil
    #expect(isOwn == (setting.owner == .panel))
    #expect((state.settings.run[setting] == Self.state(id).settings.run[setting]) == isOwn)
  }
}
