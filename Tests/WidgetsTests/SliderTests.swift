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

  @Test func aRangeSliderHasTwoEnds() {
    let slider = RangeSlider(
      label: "steps", span: 0.2...0.7, range: 0...1, valueText: "0.2–0.7", focusedEnd: .upper, labelWidth: 5)
    let expected = "› steps  ──●━━━━●───   0.2–0.7"
    #expect(screen(30, 1) { slider.draw(into: &$0, in: $1, theme: .dark) } == expected)
  }

  @Test func aPressTakesTheNearerEndAndTheOneThatCanMove() {
    let rect = CellRect(column: 0, row: 0, columns: 40, rows: 1)
    var slider = RangeSlider(label: "", span: 0.2...0.8, range: 0...1, valueText: "")
    let track = slider.track(in: rect)
    #expect(slider.end(atColumn: track.column(of: 0.3), in: rect) == .lower)
    #expect(slider.end(atColumn: track.column(of: 0.9), in: rect) == .upper)
    slider.span = 0.5...0.5
    #expect(slider.end(atColumn: track.column(of: 0.1), in: rect) == .lower)
    #expect(slider.end(atColumn: track.column(of: 0.9), in: rect) == .upper)
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

  @Test func noSliderCrashesOnASmallScreen() {
    for value in [-5, 0, 0.5, 9, .nan, .infinity] {
      onEverySmallScreen { buffer, rect in
        Slider(label: "日本", value: value, range: 0...1, valueText: "1", marks: [0, 9])
          .draw(into: &buffer, in: rect, theme: .dark)
        RangeSlider(label: "x", span: 0...1, range: 0...0, valueText: "", focusedEnd: .lower)
          .draw(into: &buffer, in: rect, theme: .dark)
        for count in [0, 1, 3] {
          Timeline(count: count, current: 7, played: 9, marks: [0, 44])
            .draw(into: &buffer, in: rect, theme: .dark)
        }
      }
    }
  }
}
