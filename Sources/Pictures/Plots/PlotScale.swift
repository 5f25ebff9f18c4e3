import Foundation

/// One axis of a plot: from values to 0…1, and where its marks stand.
package struct PlotScale: Sendable, Hashable {
  package struct Mark: Sendable, Hashable {
    package let value: Double
    package let text: String
  }

  package let range: ClosedRange<Double>
  package let isLogarithmic: Bool
  package let marks: [Mark]

  /// Around values with a little room, ending at marks where the scale is linear and these are near.
  /// - Parameters:
  ///   - values: what has no place on the scale does not count.
  ///   - most: marks at most.
  ///   - isTight: it ends at the values all the same: where rows are few none is given away.
  ///   - isWhole: there is nothing between whole numbers.
  ///   - mostEmpty: share of a linear scale beyond the values; rather than more it ends at them, too.
  package init(
    around values: [Double], isLogarithmic: Bool, most: Int, isTight: Bool = false, isWhole: Bool = false,
    mostEmpty: Double = 1
  ) {
    let usable = values.filter { Self.hasPlace($0, isLogarithmic) }
    self.isLogarithmic = isLogarithmic
    var (low, high) = (usable.min() ?? (isLogarithmic ? 1 : 0), usable.max() ?? 1)
    // Also what differs in its last digits alone, between which there are no marks.
    if high - low <= 1e-12 * max(abs(low), abs(high)) {
      (low, high) =
        isLogarithmic ? (low / 2, high * 2) : (low - max(1, abs(low)) / 2, high + max(1, abs(high)) / 2)
    }
    if isLogarithmic {
      range = low...high
      marks = Self.powers(low, high, most: most)
    } else {
      let least = isWhole ? 1 : Self.finest
      var step = Self.step(max((high - low) / Double(max(1, most - 1)), least))
      var (first, last) = ((low / step).rounded(.down), (high / step).rounded(.up))
      let isAtValues = isTight || high - low < (1 - mostEmpty) * (last - first) * step
      range = isAtValues ? low...high : first * step...last * step
      if isAtValues {
        (first, last) = ((low / step).rounded(.up), (high / step).rounded(.down))
        // A single number tells no scale.
        while last - first < 1, step * 0.4 >= least {
          step = Self.step(step * 0.4)
          (first, last) = ((low / step).rounded(.up), (high / step).rounded(.down))
        }
      }
      let decimals = Self.decimals(of: step)
      marks = (0..<max(0, Int(last - first) + 1)).map {
        let value = (first + Double($0)) * step
        return Mark(value: value, text: Self.text(value, decimals: decimals))
      }
    }
  }

  /// Beyond these no numbers of a plot are; between them sums and products stay finite.
  private static let (finest, furthest) = (1e-100, 1e100)

  private static func hasPlace(_ value: Double, _ isLogarithmic: Bool) -> Bool {
    isLogarithmic ? finest...furthest ~= value : abs(value) <= furthest
  }

  /// 1, 2 or 5 times a power of ten, at least `least`.
  private static func step(_ least: Double) -> Double {
    let power = pow(10, log10(least).rounded(.down))
    return [1, 2, 5].map { $0 * power }.first { $0 >= least * 0.999 } ?? 10 * power
  }

  /// Powers of ten, with their doubles and fivefolds where there is room for them; multiples of a round step
  /// where fewer than two of them lie, for a single number tells no scale.
  private static func powers(_ low: Double, _ high: Double, most: Int) -> [Mark] {
    let exponents = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    let factors: [[Double]] = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1]]
    let choices = factors.map { factors in
      exponents.flatMap { power in factors.map { $0 * pow(10, Double(power)) } }
        .filter { low * 0.999...high * 1.001 ~= $0 }
    }
    let most = max(2, most)
    guard
      let values = choices.first(where: { 2...most ~= $0.count }) ?? choices.last(where: { $0.count >= 2 })
    else { return multiples(low, high, most: most) }
    return thinned(values, most: most).map {
      Mark(value: $0, text: text($0, decimals: decimals(of: $0)))
    }
  }

  private static func multiples(_ low: Double, _ high: Double, most: Int) -> [Mark] {
    // A fifth of the range is rounded up to at most half of it, of which two lie in the range.
    let step = Self.step((high - low) / Double(max(5, most - 1)))
    let (first, last) = ((low / step).rounded(.up), (high / step).rounded(.down))
    let values = (0...Int(max(0, last - first))).map { (first + Double($0)) * step }
    return thinned(values, most: most).map { Mark(value: $0, text: text($0, decimals: decimals(of: step))) }
  }

  /// At most so many of them, evenly.
  private static func thinned(_ values: [Double], most: Int) -> [Double] {
    let stride = max(1, (values.count + most - 1) / most)
    return values.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
  }

  private static func decimals(of step: Double) -> Int { max(0, Int(-log10(step).rounded(.down))) }

  /// 12000 as 12k, 3000000 as 3M, others with as many decimals as the step has.
  static func text(_ value: Double, decimals: Int) -> String {
    for (size, sign) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where abs(value) >= size {
      let short = value / size
      if abs(short * 100 - (short * 100).rounded()) < 1e-6 {
        return trimmed(String(format: "%.2f", short)) + sign
      }
    }
    if decimals > 6 {
      guard value != 0 else { return "0" }
      // As many digits as tell neighbours apart, and no more than a double has.
      let digits = min(15, max(0, Int(log10(abs(value)).rounded(.down)) + decimals))
      return String(format: "%.\(digits)e", value)
    }
    let text = String(format: "%.\(decimals)f", value)
    return Double(text) == 0 ? "0" : text
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// 0 at the range's beginning, 1 at its end; nil for what has no place on this scale.
  package func position(of value: Double) -> Double? {
    guard Self.hasPlace(value, isLogarithmic) else { return nil }
    if isLogarithmic {
      return log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
    }
    return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }
}
