import ArgumentParser
import Engines
import Foundation
import Models
import Pictures
import Recipes
import Tensors

/// Runs a sweep to its end, with progress on standard error when that is a terminal.
///
/// - Returns: each cell's picture, row by row from the top left.
/// - Throws: `ExitCode` 130 after ^C, which takes effect before the next step; nothing is written then.
func carryOut(_ sweep: Sweep, on model: LoadedModel, from given: GivenNoise?) throws -> [Picture] {
  Interruption.listen()
  let idle = sweep.cells.compactMap { model.description.idleStages(in: $0.panels[0].knobs) }
  if let longest = idle.max(by: { $0.count < $1.count }) { complain(longest) }
  let models = KnownModels(model)
  for cell in sweep.cells { try readPrompts(cell, on: model, models) }
  return try model.run { network in
    var run = SweepRun(sweep, network.description, noise: given?.noise, labels: given?.labels)
    var cells = [Picture?](repeating: nil, count: sweep.cells.count)
    var progress = ProgressLine(total: cells.count, unit: "cell")
    var finished = 0
    while !run.isFinished {
      guard !Interruption.isAsked else {
        progress.finish()
        complain("stopped after \(finished) of \(cells.count) cells; nothing was written")
        throw ExitCode(130)
      }
      for result in try run.advance(with: network) {
        guard result.images.isFinite else {
          let cell = sweep.assignments(ofCell: result.cell).map { "\($0.name)=\($0.value)" }
          throw NotANumber(what: "the cell \(cell.joined(separator: " "))")
        }
        cells[result.cell] = ContactSheet.arranged(pictures(of: try network.pictures(of: result.images)))
        finished += 1
      }
      progress.advance(to: finished, share: run.progress)
    }
    progress.finish()
    return cells.compactMap(\.self)
  }
}
