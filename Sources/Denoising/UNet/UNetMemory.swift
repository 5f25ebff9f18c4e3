import Tensors

extension UNetConfiguration {
  /// About what it takes of memory for one sample of this size.
  /// - Parameter numbers: in all of its tensors.
  package func memory(numbers: Int, grid: Grid, _ precision: Precision) -> ModelMemory {
    ModelMemory(
      weights: numbers * precision.type.byteCount + surplus(grid, precision.type).bytes,
      evaluation: mapBytes(batch: 1, grid: grid, precision))
  }

  private func surplus(_ grid: Grid, _ type: ElementType) -> PackedSurplus {
    let shapes = UNetShapes(self, grid)
    var surplus = PackedSurplus(type)
    func residual(_ inputs: Int, _ width: Int, _ grid: Grid) {
      surplus.convolution(inputs, width, on: grid)
      surplus.convolution(width, width, on: grid)
    }
    for (index, block) in down.enumerated() {
      for layer in 0..<block.layers {
        residual(layer == 0 ? block.input : block.width, block.width, shapes.down[index])
      }
      if block.resampling == .residual {
        let smaller = index + 1 < down.count ? shapes.down[index + 1] : shapes.bottom.grid
        residual(block.width, block.width, smaller)
      }
    }
    for _ in 0..<(middle?.residuals ?? 0) {
      residual(shapes.bottom.channels, shapes.bottom.channels, shapes.bottom.grid)
    }
    for (index, block) in up.enumerated() {
      for (backbone, skip) in zip(block.backbones, block.skips) {
        residual(backbone + skip, block.width, shapes.up[index])
      }
      guard let resampling = block.resampling else { continue }
      surplus.doubling(block.width)
      if resampling == .residual {
        surplus.convolution(block.width, block.width, on: shapes.up[index + 1])
      }
    }
    return surplus
  }

  /// About how many bytes a batch's maps take, beside the weights.
  package func mapBytes(batch: Int, grid: Grid, _ precision: Precision) -> Int {
    let shapes = UNetShapes(self, grid)
    var kept = (shapes.skips + [shapes.bottom]).reduce(0) { $0 + $1.grid.count * $1.channels }
    // A doubled map lies there twice: as four phases, and woven.
    for (index, block) in up.enumerated() where block.resampling != nil {
      kept += shapes.up[index + 1].count * block.width
    }
    // At once: what goes into a residual block, its norm and what comes out; a transformer's widest layer and around.
    let passing = zip(down + up, shapes.down + shapes.up).map { block, grid in
      var channels = 3 * (block.input + (block.skips.max() ?? 0)) + 2 * block.width
      if case .text = block.attention { channels = max(channels, 15 * block.width) }
      let larger = block.resampling != nil && !block.skips.isEmpty ? 4 * block.width : 0
      return grid.count * max(channels, larger + block.width)
    }
    return batch * (kept + (passing.max() ?? 0)) * precision.type.byteCount
  }
}
