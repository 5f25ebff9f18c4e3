/// Where a grid of pictures and what is written on it stand. Everything follows from the widths of the texts, so
/// nothing is ever cut off and nothing overlaps.
package struct LabelledGridLayout: Hashable, Sendable {
  package struct Text: Hashable, Sendable {
    package enum Role: Hashable, Sendable { case name, value, caption }

    package let text: String
    package let role: Role
    package let isTurned: Bool
    /// Of its upper left corner, in pixels.
    package let x, y: Int
    /// In pixels.
    package let width, height: Int
  }

  /// Of the whole, in pixels.
  package let width, height: Int
  /// Pixels of a dot of the font.
  package let scale: Int
  package let texts: [Text]
  /// Left edges of the columns and top edges of the rows, in pixels.
  package let columns, rows: [Int]

  /// - Parameters:
  ///   - x: the axis that goes to the right, nil for a single column.
  ///   - y: the axis that goes down, nil for a single row.
  ///   - cellWidth: of each picture, in pixels.
  ///   - caption: parts of one sentence, put on as many lines as they need.
  package init(
    x: LabelledGrid.Axis?, y: LabelledGrid.Axis?, cellWidth: Int, cellHeight: Int, caption: [String]
  ) {
    // Letters of 14 pixels on pictures of 96 and more, and never so large that they outshout the pictures.
    let scale = min(4, max(1, (min(cellWidth, cellHeight) + 32) / 64))
    func pixels(_ text: String) -> Int {
      (text.split(separator: "\n").map { BitmapFont.width(of: String($0)) }.max() ?? 0) * scale
    }
    let line = BitmapFont.height * scale
    let space = 6 * scale
    let margin = 8 * scale
    let gap = max(1, 2 * scale)
    let (xValues, yValues) = (x?.values ?? [""], y?.values ?? [""])

    let xName = x.map { $0.name.isEmpty ? "" : $0.name + " →" } ?? ""
    let yName = y.map { $0.name.isEmpty ? "" : $0.name + " ↓" } ?? ""
    // Values of several lines are what stands in a column, and make it as wide as they need.
    let valueLines = x?.values.map { $0.split(separator: "\n").count }.max() ?? 0
    let yWidth = y.map { ($0.values + [yName]).map(pixels).max() ?? 0 } ?? 0
    let left = margin + (yWidth > 0 ? yWidth + space : 0)
    let widestValue = xValues.map(pixels).max() ?? 0
    // A value that would touch its neighbour is written upwards.
    let isTurned = valueLines < 2 && widestValue > cellWidth - gap
    let columnWidth = max(cellWidth, isTurned ? line : valueLines > 1 ? widestValue + space : 0)
    let nameTop = margin
    let valueTop = nameTop + (xName.isEmpty ? 0 : line + space / 2)
    let xHeight = isTurned ? widestValue : valueLines * line
    let valueHeight = x == nil ? (yName.isEmpty ? 0 : line) : max(xHeight, yName.isEmpty ? 0 : line)
    let top = valueTop + valueHeight + (valueHeight > 0 ? space : 0)
    columns = xValues.indices.map { left + $0 * (columnWidth + gap) }
    rows = yValues.indices.map { top + $0 * (max(cellHeight, line) + gap) }
    let right = left + xValues.count * (columnWidth + gap) - gap
    let bottom = top + yValues.count * (max(cellHeight, line) + gap) - gap

    var texts: [Text] = []
    func put(_ text: String, _ role: Text.Role, x: Int, y: Int, isTurned: Bool = false) {
      let (width, height) = isTurned ? (line, pixels(text)) : (pixels(text), line)
      texts.append(Text(text: text, role: role, isTurned: isTurned, x: x, y: y, width: width, height: height))
    }
    if let x {
      if !xName.isEmpty { put(xName, .name, x: left, y: nameTop) }
      for (column, value) in zip(columns, x.values) where valueLines > 1 {
        for (place, text) in value.split(separator: "\n").enumerated() {
          put(String(text), place == 0 ? .name : .value, x: column, y: valueTop + place * line)
        }
      }
      for (column, value) in zip(columns, x.values) where valueLines == 1 {
        let width = isTurned ? line : pixels(value)
        put(
          value, .value, x: column + (columnWidth - width) / 2,
          y: valueTop + (isTurned ? valueHeight - pixels(value) : 0), isTurned: isTurned)
      }
    }
    if let y {
      if !yName.isEmpty { put(yName, .name, x: left - space - pixels(yName), y: top - space - line) }
      for (row, value) in zip(rows, y.values) {
        // The middle of the digits, not of the line, stands in the middle of the picture.
        let middle = row + (cellHeight - BitmapFont.ascent * scale) / 2
        put(value, .value, x: left - space - pixels(value), y: max(row, middle))
      }
    }
    let captionLeft = y == nil ? left : margin
    let nameRight = x == nil ? 0 : left + pixels(xName)
    let room = max(right, nameRight) - captionLeft
    var captionTop = bottom + space
    for text in Self.lines(caption, room: room, pixels) {
      put(text, .caption, x: captionLeft, y: captionTop)
      captionTop += line + space / 3
    }
    self.texts = texts
    self.scale = scale
    width = max(right, texts.map { $0.x + $0.width }.max() ?? 0) + margin
    height = (texts.last.map { max(bottom, $0.y + $0.height) } ?? bottom) + margin
  }

  /// Parts joined by dots as long as they have room; one that alone is wider has a line of its own.
  private static func lines(_ parts: [String], room: Int, _ pixels: (String) -> Int) -> [String] {
    var lines: [String] = []
    for part in parts where !part.isEmpty {
      if let last = lines.last, pixels("\(last) · \(part)") <= room {
        lines[lines.count - 1] = "\(last) · \(part)"
      } else {
        lines.append(part)
      }
    }
    return lines
  }
}
