import Models
import Pictures
import Recipes

/// A sweep as it fills the screen: what has come of it, and the cell that is picked.
package struct SweepScreen: Sendable {
  package let request: SweepRequest
  /// Row by row from the top left; nil where a cell has not come yet.
  package private(set) var pictures: [Picture?]
  /// How far each is from the picked one, in 8-bit steps; nil where one of the two has not come.
  package private(set) var differences: [Double?]
  package private(set) var finished = 0
  /// The picked cell.
  package private(set) var cursor = 0

  init(_ request: SweepRequest) {
    self.request = request
    pictures = Array(repeating: nil, count: request.sweep.cells.count)
    differences = Array(repeating: nil, count: request.sweep.cells.count)
  }

  package var sweep: Sweep { request.sweep }
  package var isFinished: Bool { finished == pictures.count }

  mutating func insert(_ picture: Picture, at cell: Int) {
    if pictures[cell] == nil { finished += 1 }
    pictures[cell] = picture
    if cell == cursor { pick(cell) } else { differences[cell] = difference(of: cell) }
  }

  mutating func pick(_ cell: Int) {
    cursor = cell
    for cell in pictures.indices { differences[cell] = difference(of: cell) }
  }

  private func difference(of cell: Int) -> Double? {
    guard let picture = pictures[cell], let picked = pictures[cursor],
      picture.pixels.count == picked.pixels.count
    else { return nil }
    return meanDifference(picture, picked)
  }

  /// Moves the cursor, as far as the grid goes.
  mutating func move(columns: Int, rows: Int) {
    let column = min(max(0, cursor % sweep.columns + columns), sweep.columns - 1)
    let row = min(max(0, cursor / sweep.columns + rows), sweep.rows - 1)
    let cell = row * sweep.columns + column
    if cell != cursor { pick(cell) }
  }

  /// The picked cell's settings, `b 1.3  s 0.6`.
  package var cursorText: String {
    zip([sweep.x, sweep.y].compactMap(\.self), sweep.assignments(ofCell: cursor))
      .map { "\($0.title) \($1.value)" }.joined(separator: "  ")
  }
}

/// A sweep that is to be run.
package struct SweepRequest: Hashable, Sendable {
  /// Never used twice: what comes late of an earlier sweep is known by it.
  package let number: Int
  /// The panel's own; nil: the common one.
  package let model: ModelIdentity?
  package let sweep: Sweep

  package init(number: Int, model: ModelIdentity? = nil, sweep: Sweep) {
    (self.number, self.model, self.sweep) = (number, model, sweep)
  }
}

/// A cell that has come to its end.
package struct SweepCell: Sendable {
  package let number: Int
  /// Row by row from the top left.
  package let cell: Int
  package let picture: Picture

  package init(number: Int, cell: Int, picture: Picture) {
    (self.number, self.cell, self.picture) = (number, cell, picture)
  }
}
