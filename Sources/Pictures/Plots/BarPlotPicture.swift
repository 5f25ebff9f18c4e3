extension BarPlot {
  /// As pixels, on the dark ground of the sheets.
  package func picture(width: Int = 960, height: Int = 560) -> Picture {
    let scale = 2
    let line = BitmapFont.height * scale
    let axis = self.scale(most: 7)
    func columns(_ texts: [String]) -> Int { texts.map { BitmapFont.width(of: $0) * scale }.max() ?? 0 }
    let left = columns(axis.marks.map(\.text)) + 24
    let right = unit.map { unit in columns(axis.marks.map { text($0, in: unit) }) + 24 } ?? 24
    let (top, across) = (2 * line + 24, width - left - right)
    let up = height - top - 2 * line - 24
    let (ink, faint, bright) = (RGB(139, 137, 129), RGB(48, 50, 56), RGB(216, 212, 203))
    var picture = Picture(width: width, height: height, color: LabelledGrid.background)
    func y(_ value: Double) -> Int {
      top + Int(((1 - min(1, max(0, axis.position(of: value) ?? 0))) * Double(up)).rounded())
    }
    func write(_ text: String, _ x: Int, _ y: Int, _ color: RGB) {
      picture.write(text, x: x, y: y, color: color, scale: scale)
    }
    write(title, left, 8, bright)
    write(yName, left, line + 12, ink)
    for mark in axis.marks {
      picture.fill(x: left, y: y(mark.value), width: across, height: 1, mark.value == 0 ? ink : faint)
      let middle = y(mark.value) - BitmapFont.ascent * scale / 2
      write(mark.text, left - 10 - BitmapFont.width(of: mark.text) * scale, middle, ink)
      if let unit { write(text(mark, in: unit), left + across + 10, middle, ink) }
    }
    if let unit {
      write(unit.name, width - 8 - BitmapFont.width(of: unit.name) * scale, line + 12, ink)
    }
    let pitch = Double(across) / Double(max(1, groups.count))
    var free = 0
    for (place, group) in groups.enumerated() {
      let bar = pitch * 0.8 / Double(max(1, group.bars.count))
      let start = Double(left) + (Double(place) + 0.1) * pitch
      for (index, drawn) in group.bars.enumerated() where drawn.value.isFinite {
        let x = Int(start + Double(index) * bar)
        let wide = max(1, Int(start + Double(index + 1) * bar) - x - (bar > 4 ? 1 : 0))
        picture.fill(
          x: x, y: y(drawn.value), width: wide, height: y(0) - y(drawn.value), LinePlot.color(index))
        guard let other = drawn.other, other.isFinite else { continue }
        picture.fill(x: x, y: y(other) - 1, width: wide, height: 2, bright)
      }
      let name = BitmapFont.width(of: group.name) * scale
      let middle = Int(start + pitch * 0.4) - name / 2
      guard middle >= free else { continue }
      write(group.name, middle, y(0) + 8, ink)
      free = middle + name + 8
    }
    write(xName, left + across - BitmapFont.width(of: xName) * scale, height - line - 4, ink)
    var legend = left + across
    let entries = names.enumerated().map { ($1, LinePlot.color($0)) }
    for (name, color) in (entries + (otherName.isEmpty ? [] : [("- \(otherName)", bright)])).reversed() {
      legend -= BitmapFont.width(of: name) * scale
      write(name, legend, 8, color)
      legend -= 16
    }
    return picture
  }
}
