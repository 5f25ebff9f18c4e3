/// Numbers over two axes as colours, as data: columns beside each other, of which each goes upwards from 0.
package struct HeatPlot: Plot, Hashable {
  package struct Column: Sendable, Hashable {
    package let name: String
    /// From the bottom up; what is not finite is left empty.
    package let values: [Double]

    package init(name: String, values: [Double]) { (self.name, self.values) = (name, values) }
  }

  package var title: String
  /// They may be of several heights.
  package var columns: [Column]
  /// With its unit: "step".
  package var xName: String
  package var yName: String
  /// What the colours are: "log10 A(r)".
  package var scaleName: String
  /// What else there is to say, below the title.
  package var note: String
  /// What the colours show, too.
  package var scaleIncludes: [Double] = []

  package init(
    title: String, columns: [Column], xName: String, yName: String, scaleName: String, note: String = ""
  ) {
    (self.title, self.columns, self.xName) = (title, columns, xName)
    (self.yName, self.scaleName, self.note) = (yName, scaleName, note)
  }

  private var rows: Int { columns.map(\.values.count).max() ?? 0 }

  /// What the darkest and the lightest colour stand for.
  private var range: (low: Double, high: Double) {
    let finite = (columns.flatMap(\.values) + scaleIncludes).filter(\.isFinite)
    return (finite.min() ?? 0, finite.max() ?? 0)
  }

  private var scaleBar: ColorBar {
    func text(_ value: Double) -> String { PlotScale.text(value, decimals: 2) }
    return ColorBar(low: text(range.low), high: "\(text(range.high))  \(scaleName)")
  }

  private struct Field {
    let column, row: Int
    let color: RGB
  }

  private var fields: [Field] {
    let (low, high) = range
    // Halves: the range of all doubles is none.
    let span = high / 2 - low / 2
    return columns.enumerated().flatMap { column, drawn in
      drawn.values.enumerated().filter(\.element.isFinite).map { row, value in
        let share = span > 0 ? (value / 2 - low / 2) / span : 0
        return Field(column: column, row: row, color: ColorBar.color(share))
      }
    }
  }

  /// The rows that have a number.
  private var yMarks: [PlotScale.Mark] {
    PlotScale(around: [0, Double(rows - 1)], isLogarithmic: false, most: 8, isWhole: true).marks
      .filter { 0..<Double(rows) ~= $0.value }
  }

  /// The columns that have room for their name.
  /// - Parameters:
  ///   - pitch: from one column to the next.
  ///   - widest: of the names, with the gap between two.
  private func named(_ pitch: Double, _ widest: Double) -> [Int] {
    let every = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].first { Double($0) * pitch >= widest }
    return Array(stride(from: 0, to: columns.count, by: every ?? max(1, columns.count)))
  }

  package func svg(width: Int = 720, height: Int = 420) -> String {
    let (left, right, top, bottom) = (64.0, 16.0, 44.0, 76.0)
    let (across, up) = (Double(width) - left - right, Double(height) - top - bottom)
    let (pitch, rise) = (across / Double(max(1, columns.count)), up / Double(max(1, rows)))
    func number(_ value: Double) -> String { LinePlot.number(value) }
    func x(_ column: Double) -> String { number(left + column * pitch) }
    func y(_ row: Double) -> String { number(top + up - row * rise) }
    func text(_ text: String, _ x: Double, _ y: Double, _ more: String = "") -> String {
      LinePlot.text(text, x: number(x), y: number(y), more: more)
    }
    var parts = LinePlot.opening(
      width, height, title, left: left, subtitle: note,
      xName: .init(text: xName, right: left + across, y: Double(height) - 38))
    // Turned: its x goes upwards.
    parts += [
      text(yName, -top - up / 2, 16, " transform=\"rotate(-90)\" text-anchor=\"middle\""),
      "<g shape-rendering=\"crispEdges\">",
    ]
    for field in fields {
      let (column, row) = (Double(field.column), Double(field.row))
      // Neighbours share their edges, whatever these are rounded to.
      parts.append(
        "<path d=\"M\(x(column)) \(y(row))H\(x(column + 1))V\(y(row + 1))H\(x(column))Z\" "
          + "fill=\"\(LinePlot.hex(field.color))\"/>")
    }
    parts += [
      "</g>",
      "<path d=\"M\(number(left)) \(number(top))v\(number(up))h\(number(across))\" fill=\"none\" "
        + "stroke=\"#888\"/>",
    ]
    for mark in yMarks {
      let middle = top + up - (mark.value + 0.5) * rise
      parts.append(text(mark.text, left - 8, middle + 4, " text-anchor=\"end\""))
    }
    let widest = Double(columns.map(\.name.count).max() ?? 0) * 7 + 8
    for column in named(pitch, widest) {
      let middle = left + (Double(column) + 0.5) * pitch
      parts.append(text(columns[column].name, middle, top + up + 18, " text-anchor=\"middle\""))
    }
    parts += scaleBar.svg(at: Double(height) - 14)
    return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
  }
}

extension HeatPlot {
  /// As pixels, on the dark ground of the sheets.
  package func picture(width: Int = 960, height: Int = 560) -> Picture {
    let letters = 2
    let line = BitmapFont.height * letters
    let (ink, bright) = (RGB(139, 137, 129), RGB(216, 212, 203))
    func wide(_ text: String) -> Int { BitmapFont.width(of: text) * letters }
    let left = (yMarks.map { wide($0.text) }.max() ?? 0) + line + 28
    let (top, across) = (2 * line + 24, width - left - 24)
    let up = height - top - 3 * line - 28
    var picture = Picture(width: width, height: height, color: LabelledGrid.background)
    func write(_ text: String, _ x: Int, _ y: Int, _ color: RGB) {
      picture.write(text, x: x, y: y, color: color, scale: letters)
    }
    func x(_ column: Int) -> Int { left + column * across / max(1, columns.count) }
    func y(_ row: Int) -> Int { top + up - row * up / max(1, rows) }
    write(title, left, 8, bright)
    write(note, left, line + 12, ink)
    let size = wide(yName) <= up ? letters : 1
    let high = BitmapFont.width(of: yName) * size
    picture.write(yName, x: 8, y: top + (up - high) / 2, color: ink, scale: size, isTurned: true)
    for field in fields {
      let (start, high) = (x(field.column), y(field.row + 1))
      picture.fill(
        x: start, y: high, width: max(1, x(field.column + 1) - start), height: max(1, y(field.row) - high),
        field.color)
    }
    for mark in yMarks {
      let middle = (y(Int(mark.value)) + y(Int(mark.value) + 1)) / 2
      write(mark.text, left - 10 - wide(mark.text), middle - BitmapFont.ascent * letters / 2, ink)
    }
    let pitch = Double(across) / Double(max(1, columns.count))
    for column in named(pitch, Double((columns.map { wide($0.name) }.max() ?? 0) + 12)) {
      let name = columns[column].name
      write(name, (x(column) + x(column + 1) - wide(name)) / 2, y(0) + 6, ink)
    }
    write(xName, left + across - wide(xName), height - 2 * line - 14, ink)
    scaleBar.draw(into: &picture, at: height - line - 8, color: ink, scale: letters)
    return picture
  }
}
