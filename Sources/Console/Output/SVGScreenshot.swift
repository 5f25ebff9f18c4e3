import Pictures

/// A screen as an SVG drawing: text stays text, pictures are exact rectangles and no glyphs of a font, or PNGs where
/// the terminal shows pixels.
package struct SVGScreenshot {
  /// Pixels; twice as high as wide, so that half a cell is a square.
  private static let cellWidth = 10
  private static let cellHeight = 20

  private let buffer: CellBuffer
  private let background: RGB
  /// What is to be seen of pictures that stay pixels.
  private let pictures: [(placed: PlacedPicture, parts: [CellRect])]

  /// - Parameters:
  ///   - background: drawn once behind everything; cells of this colour need no rectangle.
  ///   - pictures: how those are drawn that no terminal has drawn yet; as pixels with all colours alone.
  ///   - colors: that the terminal has, in xterm's shades.
  package init(
    _ buffer: CellBuffer, background: RGB, pictures: PictureMode = .half, colors: ColorMode = .truecolor
  ) {
    self.background = colors.ground(background)
    guard pictures.pixels != nil, colors == .truecolor else {
      self.buffer = buffer.painted(by: pictures.painter(in: colors)).reduced(to: colors)
      self.pictures = []
      return
    }
    let places = buffer.visiblePictures
    self.pictures = places.map { (buffer.pictures[$0], buffer.parts(of: $0)) }
    self.buffer = places.reduce(into: buffer.withoutPictures) { cells, place in
      let placed = buffer.pictures[place]
      let blank = Cell(glyph: .space, style: CellStyle(foreground: placed.ground, background: placed.ground))
      let count = placed.area.columns * placed.area.rows
      cells.replacePicture(place, in: placed.area, by: Array(repeating: blank, count: count))
    }
  }

  package func text() -> String {
    let (width, height) = (buffer.width * Self.cellWidth, buffer.height * Self.cellHeight)
    var svg = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
      font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="16.6" xml:space="preserve">
      <rect width="\(width)" height="\(height)" fill="\(hex(background))"/>

      """
    svg += "<g shape-rendering=\"crispEdges\">\n"
    for row in 0..<buffer.height {
      appendRuns(row, half: 0, to: &svg)
      appendRuns(row, half: 1, to: &svg)
    }
    for row in 0..<buffer.height { appendShapes(row, to: &svg) }
    svg += "</g>\n"
    for (place, picture) in pictures.enumerated() {
      append(picture.placed, picture.parts, number: place, to: &svg)
    }
    for row in 0..<buffer.height { appendText(row, to: &svg) }
    return svg + "</svg>\n"
  }

  /// The picture once, and each of its parts as a window on it.
  private func append(_ placed: PlacedPicture, _ parts: [CellRect], number: Int, to svg: inout String) {
    let (width, height) = (placed.area.columns * Self.cellWidth, placed.halfRows * Self.cellHeight / 2)
    let png = String(decoding: Base64.encoded(PNGFile(placed.picture).encoded()), as: UTF8.self)
    svg +=
      "<defs><image id=\"p\(number)\" width=\"\(width)\" height=\"\(height)\" preserveAspectRatio=\"none\" "
      + "image-rendering=\"pixelated\" href=\"data:image/png;base64,\(png)\"/></defs>\n"
    for part in parts {
      let (x, y) = (part.column * Self.cellWidth, part.row * Self.cellHeight)
      let size = (width: part.columns * Self.cellWidth, height: part.rows * Self.cellHeight)
      let (left, top) = (
        x - placed.area.column * Self.cellWidth, y - placed.area.row * Self.cellHeight
      )
      svg +=
        "<svg x=\"\(x)\" y=\"\(y)\" width=\"\(size.width)\" height=\"\(size.height)\" "
        + "viewBox=\"\(left) \(top) \(size.width) \(size.height)\"><use href=\"#p\(number)\"/></svg>\n"
    }
  }

  /// Rectangles of one colour along the upper or lower half of a row.
  private func appendRuns(_ row: Int, half: Int, to svg: inout String) {
    var start = 0
    while start < buffer.width {
      let color = color(start, row, half: half)
      var end = start + 1
      while end < buffer.width, self.color(end, row, half: half) == color { end += 1 }
      if color != background {
        let (side, top) = (Self.cellHeight / 2, row * Self.cellHeight + half * Self.cellHeight / 2)
        svg +=
          "<rect x=\"\(start * Self.cellWidth)\" y=\"\(top)\" width=\"\((end - start) * Self.cellWidth)\" "
          + "height=\"\(side)\" fill=\"\(hex(color))\"/>\n"
      }
      start = end
    }
  }

  /// What is inked of picture cells, on the paper that the runs have drawn; neighbours of one colour share a path.
  private func appendShapes(_ row: Int, to svg: inout String) {
    var (path, color) = ("", RGB.black)
    func close() {
      if !path.isEmpty { svg += "<path d=\"\(path)\" fill=\"\(hex(color))\"/>\n" }
      path = ""
    }
    for column in 0..<buffer.width {
      let cell = buffer[column, row]
      guard cell.isShape, let (shapes, mask) = PictureMode.shape(of: cell.glyph) else { continue }
      if cell.foreground != color { close() }
      color = cell.foreground
      for y in 0..<shapes.rows {
        let edges = [y, y + 1].map {
          row * Self.cellHeight + ($0 * Self.cellHeight + shapes.rows / 2) / shapes.rows
        }
        var start = 0
        while start < shapes.columns {
          var end = start
          while end < shapes.columns, mask >> (y * shapes.columns + end) & 1 == 1 { end += 1 }
          if end > start {
            let sides = [start, end].map { column * Self.cellWidth + $0 * Self.cellWidth / shapes.columns }
            path += "M\(sides[0]) \(edges[0])H\(sides[1])V\(edges[1])H\(sides[0])z"
          }
          start = end + 1
        }
      }
    }
    close()
  }

  private func color(_ column: Int, _ row: Int, half: Int) -> RGB {
    let cell = buffer[column, row]
    let isReversed = cell.attributes.contains(.reverse)
    let (ink, paper) = isReversed ? (cell.background, cell.foreground) : (cell.foreground, cell.background)
    return cell.glyph == .upperHalfBlock && half == 0 ? ink : paper
  }

  /// Text word by word, each fitted to its cells: whatever font shows it, columns stay aligned.
  private func appendText(_ row: Int, to svg: inout String) {
    let line = (0..<buffer.width).map { buffer[$0, row] }
    var start = 0
    while start < line.count {
      var end = start + 1
      if line[start].isText {
        while end < line.count, line[end].style == line[start].style, line[end].isText { end += 1 }
        appendWord(line[start..<end], row: row, to: &svg)
      }
      start = end
    }
  }

  private func appendWord(_ cells: ArraySlice<Cell>, row: Int, to svg: inout String) {
    let style = buffer[cells.startIndex, row].style
    var text = String.UnicodeScalarView()
    for cell in cells { text.append(contentsOf: cell.glyph.scalars) }
    let escaped = String(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    let ink = style.attributes.contains(.reverse) ? style.background : style.foreground
    var attributes = "fill=\"\(hex(ink))\""
    if style.attributes.contains(.bold) { attributes += " font-weight=\"bold\"" }
    if style.attributes.contains(.underline) { attributes += " text-decoration=\"underline\"" }
    if style.attributes.contains(.dim) { attributes += " opacity=\"0.6\"" }
    svg +=
      "<text x=\"\(cells.startIndex * Self.cellWidth)\" y=\"\(row * Self.cellHeight + 15)\" "
      + "textLength=\"\(cells.count * Self.cellWidth)\" lengthAdjust=\"spacingAndGlyphs\" \(attributes)>"
      + "\(escaped)</text>\n"
  }

  private func hex(_ color: RGB) -> String {
    let digits = String(color.hex, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}

extension Cell {
  /// There is something to read, or the second half of it. A continuation draws nothing by itself.
  fileprivate var isText: Bool { glyph != .space && glyph != .upperHalfBlock && !attributes.contains(.image) }

  /// A picture's cell that is not cut in an upper and a lower half.
  fileprivate var isShape: Bool { attributes.contains(.image) && glyph != .upperHalfBlock }
}
