import Console
import Denoising
import Recipes
import Widgets

/// What is said of one box of the map: as much as there is room for.
struct NetworkBox {
  let name: String
  /// b and s where they act.
  var factors: (b: String, s: String)?
  /// How far each panel is from the reference here.
  var compared: [Compared] = []
  /// Heads and grid of its attention.
  var attention = ""
  /// Of an evaluation's time.
  let time: NetworkTimes.Share?

  struct Compared {
    let name: String
    /// Its key.
    let place: Int
    let isSelected: Bool
    let sign: String
    /// Of the largest difference on the map, 0 to 1.
    let share: Double
    /// It is the first box in which the panel is another.
    let isFirst: Bool
  }

  init(
    _ index: Int, of map: NetworkMap, _ comparison: NetworkComparison, _ times: NetworkTimes,
    _ state: ExplorerState
  ) {
    let (box, traits) = (map.boxes[index], state.traits)
    (name, time) = (box.name, times.shares[index])
    if let stage = box.stage {
      func value(_ knob: Knob) -> String {
        number(traits.factor(knob, onStage: stage, state.selectedPanel.knobs), decimals: 2)
      }
      factors = (value(.b), value(.s))
    }
    compared = comparison.panels.compactMap { panel in
      guard let distance = panel.distances[index] else { return nil }
      let share = comparison.largest > 0 && distance.value.isFinite ? distance.value / comparison.largest : 1
      return Compared(
        name: panel.name, place: panel.place, isSelected: panel.isSelected, sign: distance.sign,
        share: distance.isSame ? 0 : share, isFirst: panel.first == index)
    }
    if let block = box.attention.first.map({ traits.attention[$0] }) {
      attention = "\(block.heads) heads on \(block.grid.columns)x\(block.grid.rows)"
    }
  }

  // MARK: - Without a frame

  /// All of it in one row.
  func line(columns: Int) -> String {
    let long = factors.map { "\(name)  b \($0.b)  s \($0.s)" } ?? name
    let short = factors.map { "\(name) \($0.b) \($0.s)" } ?? name
    let end = time.map { "  \($0.percent)" } ?? ""
    // b and s are under the knobs, too; how far panels are apart is nowhere else.
    let ways = (differences.map { "  \($0)" } + [""]).flatMap { difference in
      let ways = [long, short, name].map { $0 + difference }
      return ways.map { $0 + end } + ways
    }
    let text = ways.first(fitting: columns)
    return text.isEmpty ? name : text
  }

  /// In one row, each after its panel's number: from all panels to the one in hand.
  private var differences: [String] {
    guard !compared.isEmpty else { return [] }
    let ordered = compared.filter(\.isSelected) + compared.filter { !$0.isSelected }
    let ways = (1...compared.count).reversed().flatMap { count in
      let isAll = count == compared.count
      let shown = isAll ? compared : Array(ordered.prefix(count))
      return [
        shown.map { "\($0.place) \($0.sign)" }.joined(separator: "  "),
        shown.map { "\($0.place)\($0.sign)" }.joined(separator: " "),
      ].map { isAll ? $0 : "\($0) …" }
    }
    return ways + ["\(ordered[0].place) \(ordered[0].sign)", "\(ordered[0].place)\(ordered[0].sign)"]
  }

  // MARK: - Within a frame

  /// Beside the name in the frame.
  /// - Parameter columns: of the box.
  func note(columns: Int) -> String {
    guard let factors else { return "" }
    let room = columns - 4 - (CellText.columns(of: name) + 3) - 3
    return ["b \(factors.b)  s \(factors.s)", "b \(factors.b) s \(factors.s)", "\(factors.b) \(factors.s)"]
      .first(fitting: room)
  }

  /// A row for each panel where there are enough, then the attention.
  func rows(in size: CellSize) -> [String] {
    guard size.rows > 0 else { return [] }
    let rows =
      compared.count > size.rows
      ? [differences.first(fitting: size.columns)] : compared.map { row($0, columns: size.columns) }
    let rest = attention.isEmpty || CellText.columns(of: attention) > size.columns ? [] : [attention]
    return Array((rows + rest).prefix(size.rows))
  }

  private func row(_ panel: Compared, columns: Int) -> String {
    let end = panel.isFirst ? " first" : ""
    let width = compared.map { CellText.columns(of: $0.name) }.max() ?? 0
    let name = width + 13 > columns ? "\(panel.place)" : CellText.padded(panel.name, to: width)
    let text = "\(name) \(CellText.padded(panel.sign, to: 6))"
    let room = min(40, columns - CellText.columns(of: text) - 7)
    // Shorter bars say no more than the number.
    guard room >= 6 else { return [text + end, text].first(fitting: columns) }
    let full = panel.share > 0 ? max(1, Int((panel.share * Double(room)).rounded())) : 0
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: room - full)
    return "\(text) \(bar)\(end)"
  }
}
