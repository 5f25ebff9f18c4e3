import Denoising
import Recipes

/// How far panels are from the reference in each box of the map, in the step that is shown.
struct NetworkComparison {
  struct Panel {
    let name: String
    /// The key that selects it, from 1.
    let place: Int
    let isSelected: Bool
    /// Of each box; nil for what is not known.
    let distances: [RelativeDistance?]

    /// The first box, in the order of the data, in which it is another.
    var first: Int? { distances.firstIndex { $0.map { !$0.isSame } ?? false } }

    /// From where on it is another.
    func way(_ map: NetworkMap) -> String { first.map { "from \(map.boxes[$0].name) on" } ?? "nowhere" }
  }

  /// Those that are worked out.
  private(set) var panels: [Panel] = []
  /// Of all boxes and panels, to draw bars by.
  private(set) var largest = 0.0
  /// What there is to say of all, from long to short.
  private(set) var texts: [String]

  init(_ state: ExplorerState, _ map: NetworkMap) {
    let (compared, reference) = (state.comparedPanels, state.reference)
    texts = Self.whyNot(state)
    guard !compared.isEmpty else { return }
    var isLost = false
    for panel in compared {
      let request = state.comparisonRequest(panel)
      guard let found = request.flatMap({ state.comparisons[$0] }) else { continue }
      if found.isEmpty { isLost = true }
      guard !found.isEmpty, let place = state.settings.panels.firstIndex(where: { $0.id == panel.id }) else {
        continue
      }
      panels.append(
        Panel(
          name: panel.name, place: place + 1, isSelected: panel.id == state.selectedPanel.id,
          distances: map.distances(found)))
    }
    guard !panels.isEmpty else {
      texts = isLost ? NothingToSee.isLost : NothingToSee.isComing
      return
    }
    largest = panels.flatMap { $0.distances.compactMap { $0?.value } }.filter(\.isFinite).max() ?? 0
    let step = state.shownStep(of: reference).map { " · step \($0.index + 1) of \(state.stepCount)" } ?? ""
    let named = panels.map { "\($0.name) \($0.way(map))" }.joined(separator: ", ")
    let numbered = panels.map { "\($0.place) \($0.way(map))" }.joined(separator: ", ")
    texts = [named + step, named, numbered].map { "unlike \(reference.name): \($0)" }
    texts += Self.short(panels, map)
  }

  /// Of all panels, or the one in hand and as many others as there is room for.
  private static func short(_ panels: [Panel], _ map: NetworkMap) -> [String] {
    let ordered = panels.filter(\.isSelected) + panels.filter { !$0.isSelected }
    return (1...panels.count).reversed().flatMap { count in
      let isAll = count == panels.count
      let text = (isAll ? panels : Array(ordered.prefix(count))).map { panel in
        panel.first.map { "\(panel.place) at \(map.boxes[$0].name)" } ?? "\(panel.place) nowhere"
      }.joined(separator: ", ")
      let long = "first unlike: \(text)"
      let short = count == 1 ? [text] : []
      return (isAll ? [long] : ["\(long), and \(panels.count - count) more"]) + short
    }
  }

  private static func whyNot(_ state: ExplorerState) -> [String] {
    let reference = state.reference
    if reference.own.model != state.selectedPanel.own.model {
      return ["\(state.selectedPanel.name) has another network than \(reference.name)", "another network"]
    }
    return ["\(reference.name) is alone: others of its network are compared with it", "one panel"]
  }
}
