import Console
import Testing

@Suite struct CellTextTests {
  private static let plain = (UInt32(0)..<0x3000).compactMap(Unicode.Scalar.init).filter {
    CellText.plainColumns(of: String($0)) != nil
  }

  @Test func plainScalarsAreGlyphsOfOneColumn() {
    #expect(Self.plain.count > 1000)
    for scalar in Self.plain {
      let glyph = Glyph.of(Character(scalar))
      #expect(glyph?.glyph == Glyph(scalar) && glyph?.columns == 1, "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test(arguments: ["", "a", "é", "→", "▀", "α"]) func plainScalarsJoinNoneBesideThem(_ between: String) {
    var text = String.UnicodeScalarView()
    for scalar in Self.plain {
      text.append(scalar)
      text.append(contentsOf: between.unicodeScalars)
    }
    let whole = String(text)
    #expect(whole.count == whole.unicodeScalars.count)
    #expect(CellText.plainColumns(of: whole) == whole.count)
  }

  @Test(arguments: [
    ("σ₁ ● 0.5 → Δ", 12), ("e\u{301}tude", 5), ("日本", 4), ("a\tb", 3), ("▶\u{FE0F}x", 2), ("⌚", 2),
  ])
  func textHasTheColumnsThatItIsWrittenIn(_ text: String, _ columns: Int) {
    #expect(CellText.columns(of: text) == columns)
    let style = CellStyle(foreground: .white, background: .black)
    var buffer = CellBuffer(width: 40, height: 1)
    #expect(buffer.write(text, at: CellPoint(column: 0, row: 0), style: style) == columns)
  }
}
