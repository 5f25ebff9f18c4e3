import Foundation
import Pictures
import Testing

struct SheetPageTests {
  private static let cells = (0..<4).map { Picture(width: 2, height: 3, color: RGB(UInt8(50 * $0), 200, 7)) }

  private static func page(_ theme: SheetTheme = .dark, columns: [String] = ["Model 1\nb 1  s 1", "α → <2>"])
    -> SheetPage
  {
    LabelledGrid.page(
      cells, x: .init(name: "", values: columns), y: .init(name: "", values: ["1", "2"]), enlargement: 20,
      caption: ["avatars & more", "seed 0"], theme: theme)
  }

  @Test(
    arguments: [
      ("a.png", SheetFormat.png), ("a.SVG", .svg), ("x/y.z.pdf", .pdf), ("a.jpg", nil), ("png", nil),
      ("a.", nil), ("", nil),
    ] as [(String, SheetFormat?)])
  func theSuffixSaysTheFormat(path: String, format: SheetFormat?) {
    #expect(SheetFormat(path: path) == format)
  }

  @Test func headingsOfSeveralLinesMakeColumnsAsWideAsTheyNeed() {
    let page = Self.page()
    let picture = page.picture()
    #expect(picture.width == page.width && picture.height == page.height)
    // Each cell is there, pixel for pixel, and nothing is written over it.
    for cell in Self.cells {
      let count = stride(from: 0, to: picture.pixels.count, by: 3).filter { start in
        RGB(picture.pixels[start], picture.pixels[start + 1], picture.pixels[start + 2]) == cell[0, 0]
      }.count
      #expect(count == 40 * 60)
    }
    #expect(page.width > 2 * 40 + 30, "there is room for the words")
  }

  @Test func aLightSheetIsForPaper() {
    #expect(Self.page(.light).picture()[0, 0] == .white)
    #expect(Self.page().picture()[0, 0] != .white)
  }

  @Test func svgHasPicturesAndWordsAsTheyAre() throws {
    let svg = Self.page().svg()
    let parser = XMLCheck(svg)
    #expect(parser.isWellFormed)
    #expect(svg.contains(">avatars &amp; more<") && svg.contains(">α → &lt;2&gt;<"))
    let images = svg.split(separator: "base64,").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(images.count == 4)
    for (image, cell) in zip(images, Self.cells) {
      let data = try #require(Data(base64Encoded: String(image)))
      #expect(try PNGFile(bytes: Array(data), name: "x").picture == cell)
    }
  }

  @Test func pdfSaysWhereItsObjectsAre() throws {
    let bytes = Self.page().pdf()
    let text = String(decoding: bytes, as: Unicode.ASCII.self)
    #expect(text.hasPrefix("%PDF-1.4") && text.hasSuffix("%%EOF\n"))
    let end = try #require(text.split(separator: "\n").dropLast().last)
    let start = try #require(Int(end))
    let table = String(decoding: bytes[start...], as: Unicode.ASCII.self).split(separator: "\n")
    #expect(table[0] == "xref" && table[1] == "0 9")
    for number in 1..<9 {
      let offset = try #require(Int(table[2 + number].prefix(10)))
      #expect(
        String(decoding: bytes[offset...].prefix(8), as: Unicode.ASCII.self).hasPrefix("\(number) 0 obj"))
    }
    #expect(bytes.firstRange(of: Self.cells[3].pixels) != nil, "a picture's own pixels")
  }

  @Test func barePixelsAreAPageToo() {
    let page = SheetPage(Self.cells[1], factor: 3)
    #expect(page.picture() == Self.cells[1].enlarged(by: 3))
    #expect(SheetPage(Self.cells[1]).picture() == Self.cells[1])
  }
}

/// Tags that open are closed again, in order.
private struct XMLCheck {
  private(set) var isWellFormed = false

  init(_ text: String) {
    var open: [Substring] = []
    for part in text.split(separator: "<") {
      guard let close = part.firstIndex(of: ">") else { return }
      let tag = part[..<close]
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return }
      } else if !tag.hasSuffix("/") {
        open.append(tag.prefix { $0 != " " })
      }
    }
    isWellFormed = open.isEmpty
  }
}
