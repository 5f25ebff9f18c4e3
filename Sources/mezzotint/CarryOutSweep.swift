import ArgumentParser
import Engines
import Foundation
import Models
import Pictures
import Recipes
import Tensors

/// What comes of a piece of a sweep: cells that are done, by their places, and the share of the piece that is behind.
private struct SweepNews: Sendable {
  let cells: [(place: Int, picture: Picture)]
  let progress: Double
}

/// Runs a sweep to its end, with progress on standard error when that is a terminal.
///
/// - Parameter models: the same one on each engine.
/// - Returns: each cell's picture, row by row from the top left.
/// - Throws: `ExitCode` 130 after ^C, which takes effect before the next step; nothing is written then.
func carryOut(_ sweep: Sweep, on models: [LoadedModel], from given: GivenNoise?) throws -> [Picture] {
  Interruption.listen()
  let idle = sweep.cells.compactMap { models[0].description.idleStages(in: $0.panels[0].knobs) }
  if let longest = idle.max(by: { $0.count < $1.count }) { complain(longest) }
  let known = KnownModels(models[0])
  for cell in sweep.cells { try readPrompts(cell, on: models[0], known) }
  let pieces = pieces(of: sweep, for: models.count)
  let work = SharedWork<[Int], SweepNews>(pieces, engines: models.count) { piece, engine, report in
    try models[engine].withOpenModels { open in
      var behind = 0.0
      for (weights, cells) in sweep.weighings(piece) {
        let network = try open.model(nil, loras: weights)
        var run = SweepRun(
          sweep, network.description, noise: given?.noise, labels: given?.labels, cells: cells)
        let share = Double(cells.count) / Double(piece.count)
        while !run.isFinished {
          let done = try run.advance(with: network).map { result in
            guard result.images.isFinite else {
              let cell = sweep.assignments(ofCell: result.cell).map { "\($0.name)=\($0.value)" }
              throw NotANumber(what: "the cell \(cell.joined(separator: " "))")
            }
            let images = pictures(of: try network.pictures(of: result.images))
            return (result.cell, ContactSheet.arranged(images))
          }
          try report(SweepNews(cells: done, progress: behind + share * run.progress))
        }
        behind += share
      }
    }
  }
  var cells = [Picture?](repeating: nil, count: sweep.cells.count)
  var shares = [Double](repeating: 0, count: pieces.count)
  var progress = ProgressLine(total: cells.count, unit: "cell")
  try work.carryOut { piece, news in
    for (place, picture) in news.cells { cells[place] = picture }
    let finished = cells.count { $0 != nil }
    guard !Interruption.isAsked || finished == cells.count else {
      progress.finish()
      complain("stopped after \(finished) of \(cells.count) cells; nothing was written")
      throw ExitCode(130)
    }
    shares[piece] = news.progress * Double(pieces[piece].count) / Double(cells.count)
    progress.advance(to: finished, share: shares.reduce(0, +))
  } lost: {
    complain("\($0); the others go on")
  }
  progress.finish()
  return cells.compactMap(\.self)
}

/// All cells for one engine, which then computes once what they have in common; for several as many as make a batch, of
/// the same network, so that nobody waits long for the last one.
private func pieces(of sweep: Sweep, for engines: Int) -> [[Int]] {
  let order = SweepOrder.coarseToFine(columns: sweep.columns, rows: sweep.rows)
  guard engines > 1 else { return [order] }
  let size = max(1, min(16 / max(1, sweep.base.count), order.count / (4 * engines)))
  return sweep.weighings(order).flatMap { _, cells in
    stride(from: 0, to: cells.count, by: size).map { Array(cells[$0..<min(cells.count, $0 + size)]) }
  }
}
