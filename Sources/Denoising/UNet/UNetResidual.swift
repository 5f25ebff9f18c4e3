import Tensors

extension UNetChain {
  /// x + conv(SiLU(norm(conv(SiLU(norm(x))) + time))), the shortcut a 1x1 convolution where widths differ; He et al.
  /// 2016, arXiv:1603.05027.
  ///
  /// - Parameters:
  ///   - input: left as it is.
  ///   - skip: its channels come behind the input's; nil for none.
  ///   - output: of the input's rows and columns.
  func residual(
    _ input: Buffer, joined skip: Buffer? = nil, _ weights: UNetResidualWeights, divisor: Double,
    into output: Buffer
  ) throws {
    let grid = Grid(rows: input.shape[1], columns: input.shape[2])
    let normed = try map(grid, input.shape[3] + (skip?.shape[3] ?? 0))
    activated(input, joined: skip, weights, into: normed)
    let hidden = try map(grid, output.shape[3])
    try firstConvolution(normed, weights, into: hidden)
    give(normed)
    if let shortcut = weights.shortcut {
      try convolution(input, shortcut.backbone, into: output)
      if let skip, let part = shortcut.skip {
        append(
          try Convolution(
            engine, input: skip, weights: part, bias: nil, output: output, then: .accumulate))
      }
      try finish(hidden, weights, then: .accumulate, divisor, into: output)
    } else {
      try finish(hidden, weights, then: .add(input), divisor, into: output)
    }
  }

  /// The same between two resolutions: both ways are averaged or doubled behind the first norm.
  func resamplingResidual(
    _ input: Buffer, _ weights: UNetResidualWeights, divisor: Double, into output: Buffer
  ) throws {
    let width = input.shape[3]
    let (before, after) = (
      Grid(rows: input.shape[1], columns: input.shape[2]),
      Grid(rows: output.shape[1], columns: output.shape[2])
    )
    let (normed, hidden) = (try map(before, width), try map(after, width))
    activated(input, weights, into: normed)
    let shortcut = try map(after, width)
    switch weights.conv1 {
    case .plain(let layer):
      let halved = try map(after, width)
      append(AveragePooling(engine, input: normed, output: halved))
      append(AveragePooling(engine, input: input, output: shortcut))
      try convolution(halved, layer, into: hidden)
      give(halved)
    case .doubled(let layer):
      try double(normed, layer, into: hidden)
      append(NearestResampling(engine, input: input, output: shortcut))
    }
    give(normed)
    try finish(hidden, weights, then: .add(shortcut), divisor, into: output)
    give(shortcut)
  }

  private func activated(
    _ input: Buffer, joined skip: Buffer? = nil, _ weights: UNetResidualWeights, into output: Buffer
  ) {
    norm(
      input, joined: skip, weights.norm1, groups: configuration.groups, epsilon: configuration.epsilon,
      activates: true, into: output)
  }

  private func firstConvolution(
    _ input: Buffer, _ weights: UNetResidualWeights, into output: Buffer
  ) throws {
    guard case .plain(let layer) = weights.conv1 else {
      preconditionFailure("a residual block that doubles stands where none should")
    }
    try convolution(input, layer, into: output)
  }

  /// From behind the first convolution; gives `hidden` back.
  private func finish(
    _ hidden: Buffer, _ weights: UNetResidualWeights, then epilogue: Epilogue, _ divisor: Double,
    into output: Buffer
  ) throws {
    let (c, width) = (configuration, output.shape[3])
    norm(
      hidden, weights.norm2, groups: c.groups, epsilon: c.epsilon,
      addend: c.modulates ? nil : try told(from: weights.projection, width),
      modulation: c.modulates ? try told(from: weights.projection, 2 * width) : nil, activates: true,
      into: hidden)
    try convolution(hidden, weights.conv2, then: epilogue, into: output)
    give(hidden)
    try divide(output, by: divisor)
  }
}
