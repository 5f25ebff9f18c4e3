import Console
import Widgets

/// One of the things that lie over each other on the screen and share the keys, as in helix's compositor: the topmost
/// is asked first, and what it does not want goes to the one below.
///
/// A layer is a value, as the state is: no clocks, files or threads. It may change the state; what becomes of the
/// stack it says in the outcome, so that nobody takes away what is being asked.
package protocol Layer: Sendable {
  mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome
  /// What comes from the engine, for a layer that shows it.
  mutating func receive(_ message: ExplorerMessage)
  /// Draws over what is below.
  func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer)
  var extent: LayerExtent { get }
  /// Nothing that it shows is still to come.
  var isAtRest: Bool { get }
}

extension Layer {
  package mutating func receive(_ message: ExplorerMessage) {}
  package var extent: LayerExtent { .window }
  package var isAtRest: Bool { true }
}

/// How much of the screen a layer takes from those below.
package enum LayerExtent: Hashable, Sendable {
  /// As much as it draws over.
  case window
  /// The row of hints: hints and messages wait until it is gone.
  case hints
  /// All of it: nothing below is drawn.
  case screen
}

/// What a person does. What the terminal has to say beside that is not the layers' affair.
package enum LayerEvent: Hashable, Sendable {
  case key(Key, KeyModifiers)
  case mouse(MouseEvent)
  case paste(String)
}

/// What a layer made of an event.
package struct Outcome: Sendable {
  /// The layer below is asked.
  private(set) var isPassedOn = false
  /// The layer goes.
  private(set) var pops = false
  /// What comes on top.
  private(set) var pushed: (any Layer)?
  private(set) var effects: [ExplorerEffect] = []

  package static let passedOn = Outcome(isPassedOn: true)

  package static func consumed(_ effects: [ExplorerEffect] = []) -> Outcome { Outcome(effects: effects) }

  package static func popped(_ effects: [ExplorerEffect] = []) -> Outcome {
    Outcome(pops: true, effects: effects)
  }

  package static func pushed(_ layer: any Layer, _ effects: [ExplorerEffect] = []) -> Outcome {
    Outcome(pushed: layer, effects: effects)
  }

  /// The same, and the layer goes.
  package var popping: Outcome { Outcome(pops: true, pushed: pushed, effects: effects) }
}
