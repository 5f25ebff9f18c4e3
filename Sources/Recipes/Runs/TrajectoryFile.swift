import Checkpoints
import Foundation
import Sampling
import Tensors

/// Writes what a run passed through: `x.0`, `x0.0`, `x.1`, `x0.1`, …, `final`.
///
/// Of models that bring a scheduler file x is as the scheduler has it, before it is scaled for the network.
///
/// Of models whose samples are no pictures also `image`, what the last ones look like.
///
/// With several panels each name begins with `panel.0.`, `panel.1.`, ….
/// - Parameter pictures: of each panel at its end, [image, channel, row, column].
package func writeTrajectory(
  of run: SamplingRun, pictures: [Tensor], recipe: Recipe, to url: URL
) throws {
  var tensors: [(String, Tensor)] = []
  for (panel, steps) in run.steps.enumerated() {
    let prefix = run.steps.count > 1 ? "panel.\(panel)." : ""
    for step in steps {
      tensors.append((prefix + "x.\(step.index)", run.goesByFile[panel] ? step.state : step.input))
      tensors.append((prefix + "x0.\(step.index)", step.prediction))
    }
    tensors.append((prefix + "final", run.results[panel]))
    if pictures[panel] != run.results[panel] { tensors.append((prefix + "image", pictures[panel])) }
  }
  var writer = SafetensorsWriter(metadata: ["recipe": try recipe.json()])
  for (name, tensor) in tensors { writer.add(name, tensor) }
  try writer.write(to: url)
}
