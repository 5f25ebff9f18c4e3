import Console
import Testing
import Widgets

@Suite struct MenuTests {
  private let items = [
    HelpItem(keys: "q", label: "quit", priority: 2), HelpItem(keys: "?", label: "help", priority: 1),
    HelpItem(keys: "space", label: "play"), HelpItem(keys: "t", label: "theme"),
  ]

  @Test(arguments: [
    (60, "q quit   ? help   space play   t theme"), (37, "q quit   ? help   space play"),
    (27, "q quit   ? help"), (14, "q quit"), (5, ""),
  ])
  func theHelpBarDropsWhatMattersLeast(columns: Int, expected: String) {
    #expect(screen(columns, 1) { HelpBar(items: items).draw(into: &$0, in: $1, theme: .dark) } == expected)
  }

  private let table = HelpTable(sections: [
    .init(
      title: "Move", items: [HelpItem(keys: "←→", label: "step"), HelpItem(keys: "home", label: "first")]),
    .init(title: "Panel", items: [HelpItem(keys: "tab", label: "next")]),
  ])

  @Test func theHelpTableHasSectionsInColumns() {
    let one = """
      Move
      ←→    step
      home  first

      Panel
      tab   next
      """
    #expect(screen(20, 6) { table.draw(into: &$0, in: $1, theme: .dark) } == one)
    let two = """
      Move            Panel
      ←→    step      tab   next
      home  first
      """
    #expect(screen(30, 3) { table.draw(into: &$0, in: $1, theme: .dark) } == two)
  }

  @Test func whatDoesNotFitIsOnTheNextPage() {
    #expect(table.pageCount(in: CellSize(columns: 20, rows: 3)) == 2)
    #expect(screen(20, 3) { table.draw(into: &$0, in: $1, theme: .dark, page: 1) } == "Panel\ntab   next\n")
    #expect(table.pageCount(in: CellSize(columns: 1, rows: 1)) == 5)
    #expect(HelpTable(sections: []).pageCount(in: CellSize(columns: 0, rows: 0)) == 1)
  }

  @Test(
    arguments: [
      ("ab", [(Key.left, KeyModifiers()), (.character("x"), [])], "axb", 2),
      ("ab", [(.backspace, [])], "a", 1),
      ("ab", [(.home, []), (.delete, []), (.delete, []), (.delete, [])], "", 0),
      ("ab", [(.left, []), (.left, []), (.left, []), (.backspace, [])], "ab", 0),
      ("one two", [(.character("w"), .control)], "one ", 4),
      ("one two", [(.character("u"), .control)], "", 0),
      ("one", [(.character("a"), .control), (.character("k"), .control), (.character("日"), [])], "日", 1),
    ] as [(String, [(Key, KeyModifiers)], String, Int)])
  func keysEditTheText(before: String, keys: [(Key, KeyModifiers)], after: String, cursor: Int) {
    var field = TextField(text: before)
    for (key, modifiers) in keys { #expect(field.handle(key, modifiers) == true) }
    #expect(field.text == after)
    #expect(field.cursor == cursor)
  }

  @Test func otherKeysAreTheCallers() {
    var field = TextField(text: "a")
    #expect(field.handle(.enter) == false)
    #expect(field.handle(.tab) == false)
    #expect(field.handle(.character("x"), .alt) == false)
    #expect(field.text == "a")
  }

  @Test func pastedControlsAreLeftOut() {
    var field = TextField()
    field.insert("1.\n5\u{1B}[2J")
    #expect(field.text == "1.5[2J")
  }

  @Test func theFieldScrollsSoThatTheCursorIsSeen() {
    let field = TextField(text: "123456789", prompt: "b")
    #expect(screen(8, 1) { field.draw(into: &$0, in: $1, theme: .dark) } == "b 56789")
    var start = field
    _ = start.handle(.home)
    #expect(screen(8, 1) { start.draw(into: &$0, in: $1, theme: .dark) } == "b 123456")
    let empty = TextField(prompt: "b", placeholder: "0 to 2")
    #expect(screen(12, 1) { empty.draw(into: &$0, in: $1, theme: .dark) } == "b  0 to 2")
  }

  private let menu = ListMenu(
    items: ["Play", "Save picture", "Save preset", "Next theme", "Display"].map {
      .init(title: $0, detail: "k")
    })

  @Test func typingNarrowsTheListAndTheBeginningsComeFirst() {
    var menu = menu
    for character in "pl" { #expect(menu.handle(.character(character)) == true) }
    #expect(menu.matches.map { menu.items[$0].title } == ["Play", "Display"])
    for character in "zz" { _ = menu.handle(.character(character)) }
    #expect(menu.selectedItem == nil)
    for _ in 0..<4 { _ = menu.handle(.backspace) }
    for character in "spr" { _ = menu.handle(.character(character)) }
    #expect(menu.matches.map { menu.items[$0].title } == ["Save picture", "Save preset"])
  }

  @Test func whatItIsCalledGoesBeforeWhatIsSaidOfIt() {
    var menu = ListMenu(items: [
      .init(title: "Next picture: beta"), .init(title: "Turn η: fresh noise", names: ["η", "eta"]),
      .init(title: "Turn σ: a heta"), .init(title: "Set a table: the eta of all"), .init(title: "etage"),
      .init(title: "e then t then a"),
    ])
    menu.insert("eta")
    #expect(menu.matches == [1, 4, 3, 0, 2, 5], "name, beginning, word, part of a word, scattered letters")
    menu = ListMenu(items: [.init(title: "Turn b"), .init(title: "s and b", names: ["skip filter"])])
    menu.insert("filter skip")
    #expect(menu.matches == [1], "words in any order")
  }

  @Test func aLongDetailIsCutAndNotLeftOut() {
    let menu = ListMenu(items: [.init(title: "heroes", detail: "human, elf, dwarf, orc")], hasFilter: false)
    #expect(screen(24, 1) { menu.draw(into: &$0, in: $1, theme: .dark) } == "› heroes  human, elf, d…")
  }

  @Test func helpInTwoRowsGoesOnInTheSecond() {
    let bar = HelpBar(items: items)
    #expect(
      screen(27, 2) { bar.draw(into: &$0, in: $1, theme: .dark) }
        == "q quit   ? help\nspace play   t theme")
    let rect = CellRect(column: 0, row: 5, columns: 27, rows: 2)
    #expect(bar.item(at: CellPoint(column: 14, row: 6), in: rect)?.keys == "t")
    #expect(bar.item(at: CellPoint(column: 14, row: 5), in: rect)?.keys == "?")
  }

  @Test func theSelectionIsMarkedAndScrolls() {
    var menu = menu
    for _ in 0..<3 { _ = menu.handle(.down) }
    let expected = """
      ›  type to search

        Save preset   k
      › Next theme    k
        Display       k
      """
    // Before the placeholder stands the cursor, a blank in reverse.
    let shown = screen(17, 5) { menu.draw(into: &$0, in: $1, theme: .dark) }
    #expect(shown == expected)
    #expect(menu.selectedItem == 3)
  }

  @Test func theMouseSelectsTheRowItPoints() {
    var menu = menu
    let rect = CellRect(column: 2, row: 1, columns: 20, rows: 7)
    #expect(menu.select(at: CellPoint(column: 5, row: 4), in: rect) == 1)
    #expect(menu.selectedItem == 1)
    #expect(menu.select(at: CellPoint(column: 5, row: 1), in: rect) == nil)
    #expect(menu.select(at: CellPoint(column: 0, row: 4), in: rect) == nil)
  }

  @Test func noMenuCrashesOnASmallScreen() {
    onEverySmallScreen { buffer, rect in
      HelpBar(items: items).draw(into: &buffer, in: rect, theme: .dark)
      table.draw(into: &buffer, in: rect, theme: .dark, page: 7)
      var field = TextField(text: "日本語 text", prompt: "日", placeholder: "x")
      field.problem = "too large"
      field.draw(into: &buffer, in: rect, theme: .dark)
      menu.draw(into: &buffer, in: rect, theme: .dark)
      ListMenu(items: [], hasFilter: false).draw(into: &buffer, in: rect, theme: .dark)
    }
  }
}
