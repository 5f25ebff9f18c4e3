import Denoising
import Recipes
import Widgets

/// One line for both axes of a sweep, as `mezzotint sweep` takes them after --x and --y.
package struct SweepAxesField: FieldLayer {
  package var field: TextField

  /// Begins with what suits the knob in focus.
  init(_ state: ExplorerState) { field = TextField(text: state.defaultSweep) }

  package func prompt(_ state: ExplorerState) -> String { "sweep" }

  package mutating func take(_ state: inout ExplorerState) -> Outcome {
    do {
      let axes = try field.text.split(separator: " ").map { try SweepAxis(String($0)) }
      guard (1...2).contains(axes.count) else { throw SweepError.form(axis: field.text) }
      return try state.startSweep(x: axes[0], y: axes.count > 1 ? axes[1] : nil).popping
    } catch {
      field.problem = "\(error)"
      return .consumed()
    }
  }
}

extension ExplorerState {
  /// A sweep of the selected panel.
  mutating func startSweep(x: SweepAxis?, y: SweepAxis?) throws -> Outcome {
    var base = recipe(panel: selected)
    // A swept seed is each cell's own noise.
    if [x?.setting, y?.setting].contains(.run(.seed)) { base.noiseFromFile = false }
    let sweep = try Sweep(base, x: x, y: y, description: traits)
    sweepCount += 1
    let request = SweepRequest(number: sweepCount, model: selectedPanel.own.model, sweep: sweep)
    (message, failure) = (nil, nil)
    return .pushed(SweepLayer(request), [.sweep(request)])
  }

  /// The sweep of a grid that was opened.
  mutating func startSweep(_ text: Recipe.SweepText) -> Outcome {
    do {
      return try startSweep(x: text.x.map { try SweepAxis($0) }, y: text.y.map { try SweepAxis($0) })
    } catch {
      message = Message(text: "\(error)", isError: true)
      return .consumed()
    }
  }
}
