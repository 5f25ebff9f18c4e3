import Console
import Pictures
import Testing

/// Screenshots as terminals with few colours show the screen.
struct ScreenshotColorTests {
  /// A picture of many colours beside text of three.
  private static let screen: CellBuffer = {
    var screen = CellBuffer(width: 24, height: 8)
    var pixels: [UInt8] = []
    for value in UInt8.min...UInt8.max { pixels += [value, 255 - value, value &* 7] }
    screen.place(
      Picture(width: 16, height: 16, pixels: pixels), in: CellRect(column: 0, row: 0, columns: 16, rows: 8),
      ground: .black)
    for (row, hex) in [0xD0D0D0, 0x55BDAA, 0xF0A040].enumerated() {
      let style = CellStyle(foreground: RGB(hex: UInt32(hex)), background: RGB(hex: 0x101216))
      screen.write("text", at: CellPoint(column: 18, row: row), style: style)
    }
    return screen
  }()

  private static func fills(_ pictures: PictureMode, _ colors: ColorMode) -> Set<String> {
    let svg = SVGScreenshot(screen, background: RGB(hex: 0x101216), pictures: pictures, colors: colors).text()
    return Set(svg.matches(of: #/fill="#([0-9a-f]+)"/#).map { String($0.output.1) })
  }

  private static func names(_ colors: [RGB]) -> Set<String> {
    Set(colors.map { color in String(String(0x1000000 + color.hex, radix: 16).dropFirst()) })
  }

  @Test(arguments: [PictureMode.half, .sextant, .kitty])
  func everyColourIsOneThatTheTerminalHas(pictures: PictureMode) {
    let all = Self.names((16...255).map(Palette256.color))
    #expect(!Self.fills(pictures, .truecolor).isSubset(of: all))
    let many = Self.fills(pictures, .colors256)
    #expect(many.count > 20 && many.isSubset(of: all))
    let sixteen = Self.fills(pictures, .colors16)
    #expect(sixteen.count > 4 && sixteen.isSubset(of: Self.names(PaletteANSI.colors)))
    let eight = Self.fills(pictures, .colors8)
    #expect(eight.count > 4 && eight.isSubset(of: Self.names(Array(PaletteANSI.colors.prefix(8)))))
    #expect(Self.fills(pictures, .mono) == ["000000", "ffffff"])
  }

  @Test func lightPaperStaysLightWithoutColours() {
    let style = CellStyle(foreground: RGB(hex: 0x303030), background: RGB(hex: 0xF8F6F0))
    var screen = CellBuffer(
      size: CellSize(columns: 6, rows: 1), filledWith: Cell(glyph: .space, style: style))
    screen.write("日x", at: CellPoint(column: 1, row: 0), style: style)
    let svg = SVGScreenshot(screen, background: style.background, colors: .mono).text()
    #expect(svg.contains("height=\"20\" fill=\"#ffffff\"/>"), "the ground")
    #expect(svg.contains("textLength=\"30\"") && svg.contains("fill=\"#000000\">日x</text>"), "\(svg)")
  }
}
