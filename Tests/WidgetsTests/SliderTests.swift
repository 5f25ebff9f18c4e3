import Console
import Testing
import Widgets

@Suite struct SliderTests {
  @Test func aSliderIsLabelTrackAndValue() {
    let slider = Slider(
      label: "b", value: 1.3, range: 0...2, valueText: "1.30", marks: [1], labelWidth: 4, valueWidth: 5)
    let expected = "  b     ━━━━━━━━┷━●──────   1.30"
    #expect(screen(32, 1) { slider.draw(into: &$0, in: $1, theme: .dark) } == expected)
  }

  @Test func theFocusIsSeenWithoutColorsAndADisabledKnobIsHollow() {
    var slider = Slider(
      label: "b", value: 0, range: 0...2, valueText: "0", marks: [1], isFocused: true, labelWidth: 1,
      valueWidth: 1)
    #expect(screen(15, 1) { slider.draw(into: &$0, in: $1, theme: .dark) } == "› b  ●──┴───  0")
    slider.isFocused = false
    slider.isEnabled = false
    slider.value = 2
    #expect(screen(15, 1) { slider.draw(into: &$0, in: $1, theme: .dark) } == "  b  ━━━┷━━○  0")
  }

  @Test(arguments: [
    (30, "› strength  ━━━━━━●─────   50%"),
    (18, "› strength     50%"),
    (10, "› st…  50%"),
    (4, " 50%"),
    (2, "5…"),
  ])
  func whereRoomIsShortTheValueStays(columns: Int, expected: String) {
    let slider = Slider(
      label: "strength", value: 0.5, range: 0...1, valueText: "50%", isFocused: true, labelWidth: 8,
      valueWidth: 4)
    #expect(screen(columns, 1) { slider.draw(into: &$0, in: $1, theme: .dark) } == expected)
  }

  @Test func columnsAndValuesAreEachOthersInverse() {
    let rect = CellRect(column: 7, row: 0, columns: 21, rows: 1)
    let track = SliderTrack(rect: rect, range: -1...1)
    for column in 7..<28 { #expect(track.column(of: track.value(atColumn: column)) == column) }
    #expect(track.value(atColumn: 0) == -1)
    #expect(track.value(atColumn: 99) == 1)
    #expect(track.value(atColumn: 17) == 0)
    #expect(track.column(of: 5) == 27)
    #expect(track.column(of: .nan) == 7)
    #expect(
      SliderTrack(rect: CellRect(column: 3, row: 0, columns: 0, rows: 1), range: 0...1).column(of: 1) == 3)
  }

  @Test func theTrackForTheMouseIsTheOneDrawn() {
    let slider = Slider(label: "b", value: 2, range: 0...2, valueText: "2", labelWidth: 4, valueWidth: 5)
    var buffer = CellBuffer(width: 40, height: 3)
    let rect = CellRect(column: 3, row: 1, columns: 30, rows: 1)
    slider.draw(into: &buffer, in: rect, theme: .dark)
    let track = slider.track(in: rect)
    #expect(buffer[track.rect.endColumn - 1, track.rect.row].glyph == Glyph("●"))
    #expect(buffer[track.rect.column, track.rect.row].glyph == Glyph("━"))
    #expect(buffer[track.rect.column - 1, track.rect.row].glyph == .space)
  }

  @Test func aTimelineShowsPlayedStepsAndTheOneShown() {
    let timeline = Timeline(count: 5, current: 2, played: 4, marks: [1])
    #expect(screen(17, 1) { timeline.draw(into: &$0, in: $1, theme: .dark) } == "┷━━━◆━━━●━━━┷───┴")
    let long = Timeline(count: 1000, current: 0, played: 500)
    #expect(screen(10, 1) { long.draw(into: &$0, in: $1, theme: .dark) } == "●━━━━─────")
    let one = Timeline(count: 1, current: 0, played: 0)
    #expect(screen(4, 1) { one.draw(into: &$0, in: $1, theme: .dark) } == "●───")
  }

  @Test(arguments: [(20, 77), (20, 30), (5, 5), (2, 9)])
  func everyStepOfATimelineIsReachedWithTheMouse(count: Int, columns: Int) {
    let timeline = Timeline(count: count, current: 0, played: 0)
    let rect = CellRect(column: 4, row: 0, columns: columns, rows: 1)
    for step in 0..<count {
      #expect(timeline.step(atColumn: timeline.column(of: step, in: rect), in: rect) == step)
    }
    #expect(timeline.step(atColumn: 0, in: rect) == 0)
    #expect(timeline.step(atColumn: 999, in: rect) == count - 1)
  }

  @Test func aSpanOnATimelineHasTwoEndsBetweenSteps() {
    let part = Timeline(count: 5, current: 2, played: 5, span: 1..<4)
    #expect(screen(19, 1) { part.draw(into: &$0, in: $1, theme: .dark) } == "━┷━┣━┷━━━●━━━┷━┫━┷━")
    let all = Timeline(count: 5, current: 4, played: 3, span: 0..<5)
    #expect(screen(19, 1) { all.draw(into: &$0, in: $1, theme: .dark) } == "┣┷━━━┷━━━┷───┴───●┫")
    let none = Timeline(count: 5, current: 0, played: 5, marks: [3], span: 2..<2, focusedEnd: .upper)
    #expect(screen(19, 1) { none.draw(into: &$0, in: $1, theme: .dark) } == "━●━━━┷━╋━┷━━━◆━━━┷━")
  }

  @Test func aPressTakesAnEndOnlyWhereNoStepIsAsNear() {
    let rect = CellRect(column: 10, row: 0, columns: 19, rows: 1)
    let timeline = Timeline(count: 5, current: 2, played: 5, span: 1..<4)
    let found = (0..<19).map { timeline.end(atColumn: 10 + $0, in: rect) }
    #expect(found.indices.filter { found[$0] == .lower } == [3])
    #expect(found.indices.filter { found[$0] == .upper } == [15])
    #expect(Timeline(count: 5, current: 2, played: 5).end(atColumn: 10, in: rect) == nil)
  }

  @Test(arguments: [(20, 77), (20, 45), (5, 17), (1, 5), (100, 40)])
  func anEndIsFoundWhereItIsDrawnAndStaysWhereItIsPut(count: Int, columns: Int) {
    let rect = CellRect(column: 3, row: 0, columns: columns, rows: 1)
    for step in 0...count {
      let timeline = Timeline(count: count, current: 0, played: count, span: 0..<step)
      let column = timeline.column(of: .upper, in: rect)
      #expect(rect.contains(CellPoint(column: column, row: 0)))
      let put = timeline.end(movedToColumn: column, in: rect)
      // Where there are more steps than columns, one of those that share the column.
      if columns > 2 * count { #expect(put == step) }
      let there = Timeline(count: count, current: 0, played: count, span: 0..<put)
      #expect(there.column(of: .upper, in: rect) == column)
    }
  }

  @Test func noSliderCrashesOnASmallScreen() {
    for value in [-5, 0, 0.5, 9, .nan, .infinity] {
      onEverySmallScreen { buffer, rect in
        Slider(label: "日本", value: value, range: 0...1, valueText: "1", marks: [0, 9])
          .draw(into: &buffer, in: rect, theme: .dark)
        for count in [0, 1, 3] {
          for span in [nil, 0..<0, 0..<count, count..<count, 2..<9] {
            let timeline = Timeline(
              count: count, current: 7, played: 9, marks: [0, 44], span: span, focusedEnd: .lower)
            timeline.draw(into: &buffer, in: rect, theme: .dark)
            _ = timeline.end(atColumn: 2, in: rect)
            #expect((0...count).contains(timeline.end(movedToColumn: 2, in: rect)))
          }
        }
      }
    }
  }
}
