import Console
import Widgets

/// The layers, from the base, which is always there, to the topmost.
package struct LayerStack: Sendable {
  private var layers: [any Layer]

  init(base: any Layer) { layers = [base] }

  /// Nothing lies over the base.
  package var isBare: Bool { layers.count == 1 }

  /// The layer of a kind; there is one of each at the most.
  package subscript<Kind: Layer>(kind: Kind.Type) -> Kind? {
    layers.lazy.compactMap { $0 as? Kind }.first
  }

  var isAtRest: Bool { layers.allSatisfy(\.isAtRest) }

  /// Somebody has the row of hints.
  var takesHints: Bool { layers.contains { $0.extent == .hints } }

  /// Lays it on top; a former one of its kind goes.
  mutating func push(_ layer: any Layer) {
    layers.removeAll { type(of: $0) == type(of: layer) }
    layers.append(layer)
  }

  /// Takes away the layer of a kind.
  mutating func remove<Kind: Layer>(_ kind: Kind.Type) -> Kind? {
    let layer = self[kind]
    layers.removeAll { $0 is Kind }
    return layer
  }

  /// Asks from the top down who wants an event.
  mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> [ExplorerEffect] {
    for place in layers.indices.reversed() {
      let outcome = layers[place].handle(event, &state)
      if outcome.isPassedOn { continue }
      if outcome.pops { layers.remove(at: place) }
      if let pushed = outcome.pushed { push(pushed) }
      return outcome.effects
    }
    return []
  }

  mutating func receive(_ message: ExplorerMessage) {
    for place in layers.indices { layers[place].receive(message) }
  }

  /// From the last that covers the screen to the top.
  func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {
    let lowest = layers.lastIndex { $0.extent == .screen } ?? 0
    for layer in layers[lowest...] { layer.draw(state, theme: theme, into: &buffer) }
  }
}
