/// Bars in groups, from 0 up, as data: how they look is the business of whoever draws them.
package struct BarPlot: Plot, Hashable {
  package struct Bar: Sendable, Hashable {
    package let value: Double
    /// What it is compared with, drawn as a line across; nil for nothing.
    package let other: Double?

    package init(_ value: Double, beside other: Double? = nil) { (self.value, self.other) = (value, other) }
  }

  package struct Group: Sendable, Hashable {
    package let name: String
    /// In the order of the plot's names.
    package let bars: [Bar]

    package init(name: String, bars: [Bar]) { (self.name, self.bars) = (name, bars) }
  }

  /// The same numbers in another unit, at the right.
  package struct Unit: Sendable, Hashable {
    package let name: String
    /// Of these for one of the others.
    package let factor: Double

    package init(name: String, factor: Double) { (self.name, self.factor) = (name, factor) }
  }

  package var title: String
  /// With its unit: "entropy in nats".
  package var yName: String
  /// What the groups are.
  package var xName: String
  /// What the bars of a group are, by colour.
  package var names: [String]
  package var groups: [Group]
  /// What the lines across are; empty where there are none.
  package var otherName = ""
  package var unit: Unit?

  package init(title: String, yName: String, xName: String, names: [String], groups: [Group]) {
    (self.title, self.yName, self.xName, self.names, self.groups) = (title, yName, xName, names, groups)
  }

  /// From 0 to the highest.
  package func scale(most: Int) -> PlotScale {
    let values = groups.flatMap(\.bars).flatMap { [$0.value, $0.other ?? 0] }.filter(\.isFinite)
    return PlotScale(
      around: [0, max(values.max() ?? 0, 1e-9)], isLogarithmic: false, most: most, isTight: true)
  }

  /// The mark in the other unit.
  package func text(_ mark: PlotScale.Mark, in unit: Unit) -> String {
    let scaled = mark.value * unit.factor
    let decimals = scaled == scaled.rounded() ? 0 : 1
    return PlotScale.text(scaled, decimals: decimals)
  }
}

extension BarPlot {
  /// As much of it as has room, a column for each bar and one between groups: the means of the groups where there is
  /// none for all bars, and then the groups around one.
  /// - Parameter focus: the group that is shown in any case.
  package func fitting(columns: Int, around focus: Int) -> BarPlot {
    let most = groups.map(\.bars.count).max() ?? 0
    guard groups.count * (most + 1) > columns + 1, most > 0 else { return self }
    var plot = self
    if most > 1 {
      plot.groups = groups.map { group in
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
        let others = group.bars.compactMap(\.other)
        return Group(
          name: group.name,
          bars: [Bar(mean(group.bars.map(\.value)), beside: others.isEmpty ? nil : mean(others))])
      }
      if !names.isEmpty { plot.names = ["mean of \(names.count)"] }
    }
    let shown = max(1, (columns + 1) / 2)
    guard plot.groups.count > shown else { return plot }
    let first = min(max(0, focus - shown / 2), plot.groups.count - shown)
    plot.groups = Array(plot.groups[first..<first + shown])
    return plot
  }

  /// As an SVG file: text stays text, and it reads on light and dark paper alike.
  package func svg(width: Int = 720, height: Int = 420) -> String {
    let (left, right, top, bottom) = (64.0, unit == nil ? 16.0 : 64.0, 44.0, 48.0)
    let (across, up) = (Double(width) - left - right, Double(height) - top - bottom)
    let scale = scale(most: 7)
    func number(_ value: Double) -> String { LinePlot.number(value) }
    func y(_ value: Double) -> Double { top + (1 - min(1, max(0, scale.position(of: value) ?? 0))) * up }
    func text(_ text: String, _ x: Double, _ y: Double, _ more: String = "") -> String {
      LinePlot.text(text, x: number(x), y: number(y), more: more)
    }
    var parts = LinePlot.opening(
      width, height, title, left: left, subtitle: yName,
      xName: .init(text: xName, right: left + across, y: Double(height) - 10))
    for mark in scale.marks {
      parts.append(
        "<path d=\"M\(number(left)) \(number(y(mark.value)))h\(number(across))\" "
          + "stroke=\"\(mark.value == 0 ? "#888" : "#ddd")\"/>"
          + text(mark.text, left - 8, y(mark.value) + 4, " text-anchor=\"end\""))
      if let unit { parts.append(text(self.text(mark, in: unit), left + across + 8, y(mark.value) + 4)) }
    }
    if let unit { parts.append(text(unit.name, left + across + 56, 38, " text-anchor=\"end\"")) }
    let pitch = across / Double(max(1, groups.count))
    for (place, group) in groups.enumerated() {
      let bar = pitch * 0.8 / Double(max(1, group.bars.count))
      let start = left + (Double(place) + 0.1) * pitch
      for (index, drawn) in group.bars.enumerated() where drawn.value.isFinite {
        let (x, high) = (start + Double(index) * bar, y(drawn.value))
        let color = LinePlot.hex(LinePlot.color(index))
        parts.append(
          "<rect x=\"\(number(x))\" y=\"\(number(high))\" width=\"\(number(bar * 0.9))\" "
            + "height=\"\(number(top + up - high))\" fill=\"\(color)\"/>")
        guard let other = drawn.other, other.isFinite else { continue }
        parts.append(
          "<path d=\"M\(number(x)) \(number(y(other)))h\(number(bar * 0.9))\" stroke=\"#222\" "
            + "stroke-width=\"1.5\"/>")
      }
      parts.append(
        text(group.name, start + pitch * 0.4, top + up + 20, " text-anchor=\"middle\""))
    }
    var legend = left + across - (unit == nil ? 0 : 8)
    let entries = names.enumerated().map { ($1, LinePlot.hex(LinePlot.color($0))) }
    for (name, color) in (entries + (otherName.isEmpty ? [] : [("— \(otherName)", "#222")])).reversed() {
      parts.append(text(name, legend, 20, " text-anchor=\"end\" fill=\"\(color)\""))
      legend -= Double(name.count) * 7 + 16
    }
    return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
  }
}
