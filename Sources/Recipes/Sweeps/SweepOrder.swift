/// The order in which a grid's cells are drawn: from coarse to fine, so that the whole is seen early.
package enum SweepOrder {
  /// Every cell once: the corners, then every 8th of both axes, every 4th, every 2nd, and the rest; within each
  /// of these row by row.
  /// - Returns: places in the grid, row by row from the top left.
  package static func coarseToFine(columns: Int, rows: Int) -> [Int] {
    let places = Array(0..<columns * rows)
    let levels = places.map { place in
      max(level(place % columns, of: columns), level(place / columns, of: rows))
    }
    // The place stands beside the level because `sorted` alone need not keep equal ones in order.
    return places.sorted { (levels[$0], $0) < (levels[$1], $1) }
  }

  /// - Returns: 0 at either end, 4 where only the finest grid comes.
  private static func level(_ place: Int, of count: Int) -> Int {
    if place == 0 || place == count - 1 { return 0 }
    return [8, 4, 2].firstIndex { place.isMultiple(of: $0) }.map { $0 + 1 } ?? 4
  }
}
