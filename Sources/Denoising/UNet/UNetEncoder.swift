import Tensors

/// From samples to the decoder's skips and what it starts with.
final class UNetEncoder {
  private struct Part {
    let part: NetworkPart
    let layers: [any NetworkLayer]
  }

  let prompts: PromptKeys?
  let masks: [UNetMask]
  let texts: [UNetTextAttention]
  private let parts: [Part]
  /// [image, row, column, channel].
  private let input: Buffer
  private let order: [Int32]
  private let centersInput: Bool

  init(
    _ chain: UNetChain, _ weights: UNetWeights, _ shapes: UNetShapes, skips: [Buffer], bottom: Buffer
  ) throws {
    let c = chain.configuration
    (prompts, centersInput) = (chain.prompts, c.centersInput)
    let grid = shapes.skips[0].grid
    input = try chain.map(grid, c.inputChannels)
    order = channelsLast(c.inputChannels, grid)
    try chain.convolution(input, weights.first, into: skips[0])
    var parts = [Part(part: .rest, layers: chain.taken())]
    var (x, next) = (skips[0], 1)
    for (level, (block, weights)) in zip(c.down, weights.down).enumerated() {
      defer { parts.append(Part(part: .encoder(level), layers: chain.taken())) }
      for (layer, residual) in weights.residuals.enumerated() {
        try chain.residual(x, residual, divisor: block.divisor, into: skips[next])
        x = skips[next]
        next += 1
        if block.attention != nil {
          try chain.attention(x, weights.attentions[layer], divisor: block.divisor)
        }
      }
      guard let resampling = weights.resampling else { continue }
      try chain.halve(x, resampling, divisor: block.divisor, into: skips[next])
      x = skips[next]
      next += 1
    }
    guard let middle = c.middle, let weights = weights.middle else {
      // Of its own memory: FreeU scales the backbone, and not the skip that is the same map.
      chain.append(Copy(source: x, target: bottom))
      self.parts = parts + [Part(part: .middle, layers: chain.taken())]
      (masks, texts) = (chain.masks, chain.texts)
      return
    }
    let between = middle.residuals > 1 ? try chain.map(like: bottom) : bottom
    try chain.residual(x, weights.residuals[0], divisor: middle.divisor, into: between)
    if let attention = weights.attentions.first {
      try chain.attention(between, attention, divisor: middle.divisor)
    }
    if middle.residuals > 1 {
      try chain.residual(between, weights.residuals[1], divisor: middle.divisor, into: bottom)
      chain.give(between)
    }
    chain.give(input)
    self.parts = parts + [Part(part: .middle, layers: chain.taken())]
    (masks, texts) = (chain.masks, chain.texts)
  }

  var layers: [any NetworkLayer] { parts.flatMap(\.layers) }

  /// Of the whole network's time, about, in the U-Nets that people have.
  static let share = 0.4

  /// - Parameter visit: is told of each attention before it is run, and says whether to go on.
  /// - Throws: `Interrupted`.
  func run(
    _ pixels: [Float], _ images: [Int], visiting visit: ((StreamingAttention) -> Bool)? = nil,
    timing clock: BlockClock? = nil, heeding interruption: Interruption? = nil
  ) throws {
    for (row, image) in images.enumerated() {
      if centersInput {
        let centred = pixels[image..<image + order.count].map { 2 * $0 - 1 }
        input.gather(order, of: centred, from: 0, at: row * order.count)
      } else {
        input.gather(order, of: pixels, from: image, at: row * order.count)
      }
    }
    let count = parts.reduce(0) { $0 + $1.layers.count }
    var place = 0
    for part in parts {
      clock?.enter(part.part)
      for layer in part.layers {
        if let visit, let attention = layer as? StreamingAttention, !visit(attention) { return }
        try interruption?.check(place, of: count, in: 0...Self.share)
        place += 1
        layer.forward()
      }
    }
  }
}

extension UNetChain {
  /// To the next resolution of the encoder.
  fileprivate func halve(
    _ input: Buffer, _ weights: UNetResamplingWeights, divisor: Double, into output: Buffer
  ) throws {
    switch weights {
    case .halving(let layer):
      let padding =
        configuration.downsamplingPadding == 0
        ? Padding(top: 0, left: 0, bottom: 1, right: 1) : Padding(configuration.downsamplingPadding)
      try convolution(input, layer, stride: 2, padding: padding, into: output)
    case .residual(let weights): try resamplingResidual(input, weights, divisor: divisor, into: output)
    case .doubling: preconditionFailure("an encoder that doubles")
    }
  }
}

/// For each number of [row, column, channel] its place in [channel, row, column].
func channelsLast(_ channels: Int, _ grid: Grid) -> [Int32] {
  (0..<grid.count).flatMap { place in (0..<channels).map { Int32($0 * grid.count + place) } }
}

private struct Copy: NetworkLayer {
  let source, target: Buffer

  func forward() { target.copy(source.count, from: source, at: 0, to: 0) }
}
