import Console
import Explorer
import Testing

/// Panels that do not fit side by side: a row of tabs for all of them.
struct TabTests {
  private static func state(panels: Int, columns: Int = 80, rows: Int = 24) -> ExplorerState {
    var state = Fixture.state(columns: columns, rows: rows)
    while state.settings.panels.count < panels { state.press("A") }
    state.finishRuns()
    state.press("1")
    return state
  }

  private static func click(_ point: CellPoint, _ state: inout ExplorerState) {
    _ = state.update(.input(.mouse(MouseEvent(point: point, button: .left, action: .press))))
    _ = state.update(.input(.mouse(MouseEvent(point: point, button: .left, action: .release))))
  }

  @Test func thereAreNoTabsWhereAllPanelsFit() {
    #expect(ExplorerLayout(Self.state(panels: 3)).tabs.isEmpty)
    #expect(ExplorerLayout(Self.state(panels: 6, columns: 200, rows: 60)).tabs.isEmpty)
  }

  @Test func titlesStayReadableAndNothingIsLost() {
    var state = Self.state(panels: 12)
    var seen: Set<Int> = []
    for _ in 0..<12 {
      let layout = ExplorerLayout(state)
      #expect(layout.panels.count == 3)
      #expect(layout.panels.map(\.index).contains(state.selected))
      #expect(state.lines[1].contains(state.selectedPanel.name), "its tab is in sight")
      for place in layout.panels {
        let panel = state.settings.panels[place.index]
        let title = Array(state.lines[2])[place.title.column..<place.title.endColumn]
        #expect(String(title).contains(panel.name) && String(title).contains("s \(panel.knobs.s)"))
        #expect(place.picture.rows >= 10)
        seen.insert(place.index)
      }
      state.press("tab")
    }
    #expect(seen == Set(0..<12))
    #expect(state.lines[22].hasPrefix("  backbone"), "all the rest is where it was")
  }

  @Test func aPanelInSightIsChosenWithoutMovingAnything() {
    var state = Self.state(panels: 5)
    #expect(ExplorerLayout(state).panels.map(\.index) == [0, 1, 2])
    state.press("tab tab")
    #expect(ExplorerLayout(state).panels.map(\.index) == [0, 1, 2])
    state.press("tab")
    #expect(ExplorerLayout(state).panels.map(\.index) == [2, 3, 4])
    state.press("2")
    #expect(ExplorerLayout(state).panels.map(\.index) == [0, 1, 2])
  }

  @Test(arguments: [("", 5), ("z", 5), ("", 12), ("z", 12)])
  func everyPanelIsReachedByClicks(keys: String, panels: Int) {
    var state = Self.state(panels: panels)
    state.press(keys)
    for place in 1..<panels {
      let layout = ExplorerLayout(state)
      let name = layout.tabBar.rects(in: layout.tabs)[place]
      let arrow = CellPoint(column: layout.tabs.endColumn - 1, row: layout.tabs.row)
      Self.click(name.isEmpty ? arrow : name.origin, &state)
      #expect(state.selected == place)
    }
  }

  @Test(arguments: [(120, 40, 6, 24), (200, 60, 8, 32), (200, 60, 12, 28)])
  func panelsStandInRowsWhereThatShowsMore(columns: Int, rows: Int, panels: Int, width: Int) {
    let layout = ExplorerLayout(Self.state(panels: panels, columns: columns, rows: rows))
    #expect(layout.panels.map(\.index) == Array(0..<panels))
    #expect(layout.tabs.isEmpty)
    #expect(Set(layout.panels.map(\.picture.row)).count > 1)
    #expect(layout.panels.allSatisfy { $0.picture.columns >= width && $0.title.columns >= 24 })
  }

  @Test func narrowScreensKeepOnePanelWithItsTitle() {
    let state = Self.state(panels: 3, columns: 30)
    let layout = ExplorerLayout(state)
    #expect(layout.panels.map(\.index) == [0])
    #expect(state.lines[1].hasPrefix("  Model 1   Model 2"))
    #expect(state.lines[2].hasPrefix("› Model 1") && state.lines[2].hasSuffix("b 1.00  s 1.00"))
  }
}
