/// The cells that turn one screen into the next, row after row, found as they are asked for.
///
/// Between screens of different sizes every cell of the next one counts as changed.
package struct CellDifference: Sequence, Sendable {
  private let previous: CellBuffer
  private let next: CellBuffer

  package init(from previous: CellBuffer, to next: CellBuffer) {
    self.previous = previous
    self.next = next
  }

  package func makeIterator() -> Iterator {
    Iterator(
      old: previous.size == next.size ? previous.cells : nil, new: next.cells, width: next.width, index: 0)
  }

  package struct Iterator: IteratorProtocol {
    fileprivate let old: [Cell]?
    fileprivate let new: [Cell]
    fileprivate let width: Int
    fileprivate var index: Int

    package mutating func next() -> (point: CellPoint, cell: Cell)? {
      while index < new.count {
        defer { index += 1 }
        if let old, old[index] == new[index] { continue }
        return (CellPoint(column: index % width, row: index / width), new[index])
      }
      return nil
    }
  }
}
