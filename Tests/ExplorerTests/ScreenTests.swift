import Console
import Denoising
import Explorer
import Pictures
import Testing
import Widgets

/// Screens as text. Pictures are one flat grey each, so every picture cell is the same half block.
struct ScreenTests {
  @Test func everythingFitsOn80By24() {
    var state = Fixture.state()
    state.finishRuns()
    let lines = state.lines
    let expected = [
      "  mezzotint  avatars · bf16 · robot · seed 0 · dpmpp-2m 4 steps    predicted x₀ ",
      "  Model 1   b 1.00  s 1.00 › Model 2   b 1.30  s 1.00   Model 3   b 1.00  s 0.80",
    ]
    #expect(Array(lines.prefix(2)) == expected)
    let picture = "  " + String(repeating: "▀", count: 24)
    for row in 2..<14 { #expect(lines[row] == "\(picture) \(picture) \(picture)") }
    #expect(
      lines[14] == "  4/4  4.6 ms    reference   4/4  4.6 ms       Δ 10.0   4/4  4.6 ms       Δ 20.0")
    #expect(
      lines[15] == "  Δ: difference, of 255      ██████████ seen: step 1+   ██████████ seen: step 1+")
    #expect(lines[16].hasPrefix("  ■ 4/4"))
    #expect(lines[17].hasPrefix("  FreeU · Model 2 1–4 of 6   Mask · all panels  1–4/7"))
    #expect(lines[18].hasPrefix("› b"))
    #expect(lines[18].contains("1.30") && lines[18].contains("strength") && lines[18].contains("label"))
    #expect(lines[22] == "  backbone: shape and shading of what is drawn; published 1.0 to 1.6, 1 is off  ")
    #expect(lines[23].hasPrefix("  ? help  q quit"))
    #expect(lines.count == 24)
  }

  @Test func everyHintFitsOn80Columns() {
    for control in Control.table(for: Fixture.traits()) + Control.table(for: Fixture.unet()) {
      #expect(control.hint.count <= 77, "\(control.hint)")
    }
  }

  @Test(arguments: [(120, 40, 32), (200, 60, 64)])
  func largerScreensUseTheirRoom(columns: Int, rows: Int, width: Int) {
    var state = Fixture.state(columns: columns, rows: rows)
    state.finishRuns()
    let lines = state.lines
    let cells = lines[4].filter { $0 == "▀" }.count
    #expect(cells == 3 * width)
    let text = lines.joined(separator: "\n")
    for control in Control.table(for: Fixture.traits()) {
      if case .end = control.kind { continue }
      #expect(text.contains(control.name))
    }
    #expect(lines.contains { $0.hasPrefix("  ■ 4/4") && $0.contains("┣") && $0.contains(" FreeU always") })
  }

  @Test func anySizeAtAllCanBeDrawn() {
    for columns in [0, 1, 2, 5, 17, 40, 79, 81] {
      for rows in [0, 1, 2, 3, 7, 12, 23, 25] {
        var state = Fixture.state(columns: columns, rows: rows)
        state.finishRuns()
        for keys in ["", "?", "esc = 1 2", "esc d b", "z", "m", "s", "esc : a", "esc A A A A i r"] {
          state.press(keys)
          #expect(state.lines.count == rows)
        }
      }
    }
  }

  @Test(arguments: [(80, 24), (100, 30), (120, 40), (149, 37), (150, 40), (200, 60), (240, 70), (60, 60)])
  func nothingLiesOverAnythingElse(columns: Int, rows: Int) {
    for (keys, arrangement) in [
      ("", "panels"), ("z", "zoom"), ("m", "mask"), ("G", "heads"), ("G G", "layers"), ("s", "spectra"),
      ("A A A A A A", "many"), ("i", "4"),
    ] {
      var state = Fixture.state(columns: columns, rows: rows, steps: 20)
      state.finishRuns()
      state.press(keys)
      let layout = ExplorerLayout(state)
      var rects = [layout.header, layout.hint, layout.helpBar, layout.tabs, layout.timeline]
      rects += layout.panels.flatMap { [$0.title, $0.picture, $0.footer, $0.divergence] }
      rects += layout.sections.flatMap { [$0.heading] + $0.rows.map(\.rect) }
      // With the number below each.
      rects += layout.filmStrip.map(\.picture).map {
        CellRect(column: $0.column, row: $0.row, columns: $0.columns, rows: $0.rows + 1)
      }
      if let spectra = layout.spectra { rects += [spectra.caption] + spectra.lines + spectra.maps }
      if let mask = layout.mask { rects += mask.squares + mask.bars + [mask.profile, mask.caption] }
      rects.removeAll(where: \.isEmpty)
      for (place, rect) in rects.enumerated() {
        #expect(rect.intersection(CellRect(state.size)) == rect, "\(arrangement): \(rect) is on the screen")
        for other in rects.dropFirst(place + 1) {
          #expect(rect.intersection(other).isEmpty, "\(arrangement): \(rect) and \(other)")
        }
      }
    }
  }

  @Test(arguments: ["", "z", "m"]) func aLargeScreenIsUsedToItsLastRows(keys: String) {
    var state = Fixture.state(columns: 200, rows: 60, steps: 20)
    state.finishRuns()
    state.press(keys)
    let lines = state.lines
    #expect(!ExplorerLayout(state).filmStrip.isEmpty)
    let blank = lines.indices.filter { lines[$0].allSatisfy { $0 == " " } }
    // The fixture's Gaussians are 0 everywhere, so that M over the distance is one line at the bottom of its room.
    #expect(blank.count <= (keys == "m" ? 12 : 6), "\(blank)")
    for control in Control.table(for: Fixture.traits()) where control.id.section == .mask {
      #expect(lines.contains { $0.contains(control.name) }, "\(control.name)")
    }
  }

  @Test func helpListsEveryActionAndFits() {
    var state = Fixture.state(columns: 160, rows: 50)
    state.press("?")
    let text = state.lines.joined(separator: "\n")
    for binding in KeyMap.bindings { #expect(text.contains(binding.title), "\(binding.title)") }

    state = Fixture.state()
    state.press("?")
    var pages = state.lines.joined()
    for _ in 0..<8 {
      state.press("space")
      pages += state.lines.joined()
    }
    for binding in KeyMap.bindings { #expect(pages.contains(binding.title), "\(binding.title) at 80x24") }
  }

  @Test func aModelWithoutAttentionOrLabelsSaysSo() {
    let state = Fixture.state(traits: Fixture.unet(attends: false))
    let text = state.lines.joined(separator: "\n")
    #expect(text.contains("this model has none"))
    #expect(!text.contains("label"))
  }

  @Test func theDifferenceIsDrawnInTheThemesColours() {
    var state = Fixture.state()
    state.finishRuns()
    state.press("d")
    let buffer = ExplorerView(state, theme: .dark).draw().painted(by: HalfBlockPainter())
    let panels = ExplorerLayout(state).panels
    func color(_ place: Int) -> RGB {
      buffer[panels[place].picture.column, panels[place].picture.row].foreground
    }
    #expect(color(0) == RGB(100, 100, 100), "the reference is shown as it is")
    #expect(color(1) == Theme.dark.difference(10.0 / 32))
    state.press("]")
    #expect(state.lines[0].hasSuffix("difference -16 ▀▀▀▀▀▀▀ +16/255 "), "what the colours mean is said")
  }

  @Test func aKeyGoesThroughTheWaysToDrawPictures() {
    var state = Fixture.state()
    state.finishRuns()
    var names: [String] = []
    for _ in PictureMode.blocks {
      state.press("T")
      names.append(state.pictures.name)
      #expect(state.message?.text == "pictures in \(state.pictures.detail)")
    }
    #expect(names == ["quadrant", "sextant", "octant", "half"])

    state.pictureModes = [.half]
    state.press("T")
    #expect(state.pictures == .half)
    #expect(state.message?.text == "this terminal shows pictures in one way alone")
  }
}
