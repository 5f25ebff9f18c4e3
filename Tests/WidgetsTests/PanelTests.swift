import Console
import Testing
import Widgets

@Suite struct PanelTests {
  @Test func aFrameHasATitleAndANote() {
    let frame = Frame(title: "Model 1", note: "b 1.30")
    let expected = """
      ╭─ Model 1 ──── b 1.30 ─╮
      │                       │
      ╰───────────────────────╯
      """
    #expect(screen(25, 3) { frame.draw(into: &$0, in: $1, theme: .dark) } == expected)
    #expect(Frame.inside(CellRect(column: 0, row: 0, columns: 25, rows: 3)).columns == 23)
  }

  @Test func whereRoomIsShortTheNoteGoesFirst() {
    let frame = Frame(title: "Model 1", note: "b 1.30")
    #expect(
      screen(15, 2) { frame.draw(into: &$0, in: $1, theme: .dark) } == "╭─ Model 1 ───╮\n╰─────────────╯")
    #expect(screen(10, 2) { frame.draw(into: &$0, in: $1, theme: .dark) } == "╭─ Mod… ─╮\n╰────────╯")
  }

  @Test func aSelectedFrameIsBoldInAnyColor() {
    var buffer = CellBuffer(width: 9, height: 3)
    Frame(title: "x", isSelected: true).draw(into: &buffer, in: buffer.bounds, theme: .dark)
    #expect(buffer[0, 0].style == Theme.dark[.selected])
    #expect(buffer[0, 0].attributes.contains(.bold))
  }

  @Test func aPopupClearsWhatIsBelowIt() {
    let shown = screen(12, 4) { buffer, rect in
      buffer.fill(rect, style: .plain, glyph: Glyph("."))
      let inside = Frame(title: "Hi").drawPopup(
        into: &buffer, in: CellRect(column: 1, row: 0, columns: 10, rows: 4), theme: .dark)
      buffer.write("text", in: inside, style: .plain)
    }
    #expect(
      shown == """
        .╭─ Hi ───╮.
        .│ text   │.
        .│        │.
        .╰────────╯.
        """)
  }

  @Test func tabsAreFoundWhereTheyAreDrawn() {
    let bar = TabBar(names: ["One", "Two"], active: 1)
    #expect(screen(12, 1) { bar.draw(into: &$0, in: $1, theme: .dark) } == "One   Two")
    let rect = CellRect(column: 2, row: 5, columns: 9, rows: 1)
    #expect(bar.tab(at: CellPoint(column: 3, row: 5), in: rect) == 0)
    #expect(bar.tab(at: CellPoint(column: 8, row: 5), in: rect) == 1)
    #expect(bar.tab(at: CellPoint(column: 6, row: 5), in: rect) == nil)
    #expect(bar.tab(at: CellPoint(column: 11, row: 5), in: rect) == nil)
  }

  @Test func switchesShowTheirStateWithoutColors() {
    let row = Switches(items: [.init(label: "0", isOn: true), .init(label: "1", isOn: false)], focused: 0)
    #expect(screen(12, 1) { row.draw(into: &$0, in: $1, theme: .dark) } == "■ 0  □ 1")
    let rect = CellRect(column: 0, row: 0, columns: 12, rows: 1)
    #expect(row.item(at: CellPoint(column: 5, row: 0), in: rect) == 1)
    #expect(row.item(at: CellPoint(column: 4, row: 0), in: rect) == nil)
  }

  @Test func aSparklineIsStretchedOrAveraged() {
    let rising = Sparkline(values: [0, 1, 2, 3, 4, 5, 6, 7, 8], range: 0...8)
    #expect(screen(9, 1) { rising.draw(into: &$0, in: $1, theme: .dark) } == "▁▁▂▃▄▅▆▇█")
    let gap = Sparkline(values: [1, .nan, 1], range: 0...2)
    #expect(screen(3, 1) { gap.draw(into: &$0, in: $1, theme: .dark) } == "▄ ▄")
    let tall = Sparkline(values: [0, 1], range: 0...1)
    #expect(screen(4, 2) { tall.draw(into: &$0, in: $1, theme: .dark) } == "  ██\n▁▁██")
    let means = Sparkline(values: [0, 8, 8, 8], range: 0...8)
    #expect(screen(2, 1) { means.draw(into: &$0, in: $1, theme: .dark) } == "▄█")
    // Two rows above 0 and one below; what hangs down is a lower block in exchanged colours.
    let signed = Sparkline(values: [2, 0, -0.5, -1], range: -1...2, isFromZero: true)
    #expect(screen(4, 3) { signed.draw(into: &$0, in: $1, theme: .dark) } == "█\n█▁\n  ▄")
  }

  @Test func tabsThatDoNotFitAreOnPagesWithArrows() {
    var bar = TabBar(names: (1...12).map { "Model \($0)" }, active: 0)
    #expect(
      screen(40, 1) { bar.draw(into: &$0, in: $1, theme: .dark) }
        == "  Model 1   Model 2   Model 3          ›")
    bar.active = 4
    #expect(
      screen(40, 1) { bar.draw(into: &$0, in: $1, theme: .dark) }
        == "‹ Model 4   Model 5   Model 6          ›")
    let rect = CellRect(column: 0, row: 0, columns: 40, rows: 1)
    #expect(bar.tab(at: CellPoint(column: 39, row: 0), in: rect) == 6)
    #expect(bar.tab(at: CellPoint(column: 0, row: 0), in: rect) == 2)
    bar.names.removeLast()
    bar.active = 10
    #expect(
      screen(40, 1) { bar.draw(into: &$0, in: $1, theme: .dark) }
        == "‹ Model 9   Model 10   Model 11", "the last page is as full as the others")
    bar.names.append("Model 12")
    bar.active = 0
    #expect(bar.tab(at: CellPoint(column: 0, row: 0), in: rect) == nil)
    // From one page to the next all are met, each seen whole while it is active.
    for place in 0..<11 {
      bar.active = place
      let rects = bar.rects(in: rect)
      #expect(rects[place].columns == bar.names[place].count)
      let next = rects[place + 1].isEmpty ? CellPoint(column: 39, row: 0) : rects[place + 1].origin
      #expect(bar.tab(at: next, in: rect) == place + 1)
    }
  }

  @Test func textIsBrokenBetweenWords() {
    #expect(TextWrapping.lines(of: "one two three\n\nfour", width: 8) == ["one two", "three", "", "four"])
    #expect(TextWrapping.lines(of: "a 'b  c' d", width: 8) == ["a 'b  c'", "d"], "quoted blanks stay")
    #expect(TextWrapping.lines(of: "a /long/path b", width: 5) == ["a", "/long", "/path", "b"])
    #expect(TextWrapping.lines(of: "日本語", width: 3) == ["日", "本", "語"])
    let shown = screen(6, 2) { buffer, rect in
      buffer.write(paragraph: "a bc def ghi", in: rect, style: .plain)
    }
    #expect(shown == "a bc\ndef")
  }

  @Test func noPanelCrashesOnASmallScreen() {
    onEverySmallScreen { buffer, rect in
      Frame(title: "日本語", note: "note", isSelected: true).draw(into: &buffer, in: rect, theme: .dark)
      _ = Frame(title: "x").drawPopup(into: &buffer, in: rect, theme: .dark)
      TabBar(names: ["One", "Two"], active: 9).draw(into: &buffer, in: rect, theme: .dark)
      Switches(items: [.init(label: "日", isOn: true)]).draw(into: &buffer, in: rect, theme: .dark)
      Sparkline(values: [], highlighted: 3).draw(into: &buffer, in: rect, theme: .dark)
      Sparkline(values: [.nan, 1, .infinity], range: 1...1).draw(into: &buffer, in: rect, theme: .dark)
      buffer.write(paragraph: "one two", in: rect, style: .plain)
      TabBar(names: ["a", "日本語", "c"], active: 1).draw(into: &buffer, in: rect, theme: .dark)
    }
  }
}
