import Console
import Widgets

/// Stands where a list is to be that was asked for, and holds what is typed until it is there: it is meant for the
/// list, and not for what is below. Nothing of it is to be seen.
struct AwaitedList: Layer {
  private(set) var held: [LayerEvent] = []

  var isAtRest: Bool { false }

  mutating func handle(_ event: LayerEvent, _ state: inout ExplorerState) -> Outcome {
    held.append(event)
    return .consumed()
  }

  func draw(_ state: ExplorerState, theme: Theme, into buffer: inout CellBuffer) {}
}
