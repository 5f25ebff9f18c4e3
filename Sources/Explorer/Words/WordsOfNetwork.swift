import Denoising
import Recipes

/// The page of the network's map.
extension ViewWords {
  static func network(_ state: ExplorerState) -> ViewWords {
    let (map, reference) = (NetworkMap(state.traits), state.reference.name)
    let comparison = NetworkComparison(state, map)
    let step = state.shownStep(of: state.selectedPanel).map { " in step \($0.index + 1)" } ?? ""
    let found = comparison.panels.map { panel in
      guard let first = panel.first, let distance = panel.distances[first] else {
        return Symbol(sign: panel.name, text: "the same as \(reference) in every block\(step)")
      }
      return Symbol(
        sign: panel.name, text: "unlike \(reference) \(panel.way(map))\(step): there \(distance.sign)")
    }
    return ViewWords(
      title: "The network, and where panels first differ",
      formulas: ["Δ = ‖x - y‖ / ‖y‖ over all numbers of a block's features: x a panel's, y \(reference)'s"],
      symbols: [
        Symbol(sign: map.boxes[0].name, text: "and below it: what is handed across the skip, as it comes"),
        Symbol(sign: "mid", text: "what the decoder begins with"),
        Symbol(
          sign: map.boxes[map.boxes.count - 1].name,
          text: "and below it: backbone and skip together, once b and s have acted"),
        Symbol(sign: "= ≠", text: "nearer than 0.01%, which is rounding; or how far"),
        Symbol(sign: "%", text: "below a box: of the time that one evaluation of one picture takes"),
      ] + found,
      lookFor: [
        """
        All panels of one seed are fed the same noise in the first step, so that the first box that is not = is \
        where a knob acts. Later what they are fed differs itself, and every block with it; , and . go through \
        the steps.
        """,
        """
        Bars go to the largest difference on the map, heavy lines below boxes to the longest time. A panel and a \
        step take one pass of the network, when the runs are at their ends. Times are taken again when the map is \
        opened and when another step is shown, up to five times, and of each block the shortest counts.
        """,
      ], source: freeU)
  }
}
