/// Rows, columns and channels of every map between the blocks, for samples of one size.
struct UNetShapes: Hashable, Sendable {
  struct Map: Hashable, Sendable {
    let grid: Grid
    let channels: Int
  }

  /// In the order in which the encoder makes them: the decoder takes them from the last to the first.
  let skips: [Map]
  /// Of each block of the encoder, before its resolution is halved.
  let down: [Grid]
  /// Of each block of the decoder, before its resolution is doubled.
  let up: [Grid]
  /// What the decoder starts with.
  let bottom: Map

  init(_ c: UNetConfiguration, _ grid: Grid) {
    var (grid, skips, down) = (grid, [Map(grid: grid, channels: c.firstWidth)], [Grid]())
    for block in c.down {
      down.append(grid)
      let map = Map(grid: grid, channels: block.width)
      skips += Array(repeating: map, count: block.layers)
      guard let resampling = block.resampling else { continue }
      grid = grid.halved(roundingUp: resampling == .convolution && c.downsamplingPadding > 0)
      skips.append(Map(grid: grid, channels: block.width))
    }
    (self.skips, self.down) = (skips, down)
    bottom = Map(grid: grid, channels: c.down[c.down.count - 1].width)
    // A doubled map is as large as the skip that it meets.
    up = down.reversed()
  }
}

extension Grid {
  fileprivate func halved(roundingUp: Bool) -> Grid {
    let more = roundingUp ? 1 : 0
    return Grid(rows: (rows + more) / 2, columns: (columns + more) / 2)
  }
}
