import Console

/// The steps of the selected panel, small.
extension ExplorerLayout {
  /// One row of frames below a title; none where there is too little room.
  static func frames(of state: ExplorerState, in strip: CellRect) -> [FilmFrame] {
    let below = strip.split(top: 1).rest
    // A row below the frames is for their numbers.
    return below.rows >= 5 ? frames(of: state, in: below.indentedText, rows: min(below.rows - 1, 10)) : []
  }

  /// One row of frames, evenly over the steps.
  private static func frames(of state: ExplorerState, in rect: CellRect, rows: Int) -> [FilmFrame] {
    let width = 2 * rows
    let count = min(state.stepCount, (rect.columns + 1) / (width + 1))
    return steps(count, of: state.stepCount).enumerated().map { place, step in
      FilmFrame(
        step: step,
        picture: CellRect(
          column: rect.column + place * (width + 1), row: rect.row, columns: width, rows: rows))
    }
  }

  /// Frames in as many rows as fit: as large as they may be with all of them in sight, or at least a dozen.
  static func grid(of state: ExplorerState, in rect: CellRect) -> [FilmFrame] {
    let sizes = (6...10).reversed().map { ($0, state.stepCount) } + (3...10).reversed().map { ($0, 12) }
    for (height, wanted) in sizes {
      let perRow = (rect.columns + 1) / (2 * height + 1)
      // The row below each is for its number.
      let rows = rect.rows / (height + 1)
      guard perRow > 0, perRow * rows >= min(state.stepCount, wanted) else { continue }
      return steps(min(state.stepCount, perRow * rows), of: state.stepCount).enumerated().map { place, step in
        FilmFrame(
          step: step,
          picture: CellRect(
            column: rect.column + place % perRow * (2 * height + 1),
            row: rect.row + place / perRow * (height + 1), columns: 2 * height, rows: height))
      }
    }
    return []
  }

  /// `count` steps, evenly, the first and the last among them.
  private static func steps(_ count: Int, of total: Int) -> [Int] {
    guard count > 1 else { return count == 1 ? [total - 1] : [] }
    return (0..<count).map { ($0 * (total - 1) * 2 + count - 1) / (2 * (count - 1)) }
  }
}
