import Tensors

/// From the encoder's maps to the prediction: in parts, each of which begins where a skip comes in.
final class UNetDecoder {
  struct Part {
    let place: FeaturePlace
    fileprivate let concatenation: FreeUConcatenation
    fileprivate let freeU: FreeU
    fileprivate let layers: [any NetworkLayer]
    let output: Buffer
  }

  let prompts: PromptKeys?
  let masks: [UNetMask]
  let texts: [UNetTextAttention]
  let parts: [Part]
  private let head: [any NetworkLayer]
  /// [image, row, column, channel], float32.
  private let predicted: Buffer
  private let order: [Int32]

  init(
    _ chain: UNetChain, _ weights: UNetWeights, _ shapes: UNetShapes, skips: [Buffer], bottom: Buffer
  ) throws {
    let c = chain.configuration
    prompts = chain.prompts
    let concatenations = c.concatenations
    var (x, parts) = (bottom, [Part]())
    for (stage, block) in c.up.enumerated() {
      let weights = weights.up[stage]
      for layer in 0..<block.layers {
        let skip = skips[skips.count - 1 - parts.count]
        let freeU = try FreeU(
          chain.engine, backbone: chain.tokens(of: x), skip: chain.tokens(of: skip), grid: shapes.up[stage])
        var output = try chain.map(shapes.up[stage], block.width)
        try chain.residual(x, joined: skip, weights.residuals[layer], divisor: block.divisor, into: output)
        chain.give(x)
        if block.attention != nil {
          try chain.attention(output, weights.attentions[layer], divisor: block.divisor)
        }
        if layer == block.layers - 1, let resampling = weights.resampling {
          let larger = try chain.map(shapes.up[stage + 1], block.width)
          try chain.double(output, resampling, divisor: block.divisor, into: larger)
          chain.give(output)
          output = larger
        }
        parts.append(
          Part(
            place: FeaturePlace(stage: stage, concatenation: layer),
            concatenation: concatenations[stage][layer], freeU: freeU, layers: chain.taken(), output: output))
        x = output
      }
    }
    (self.parts, masks, texts) = (parts, chain.masks, chain.texts)
    let grid = shapes.skips[0].grid
    chain.norm(
      x, weights.norm, groups: c.groups, epsilon: c.epsilon, activates: true, into: x)
    predicted = try Buffer(chain.engine, [chain.batch, grid.rows, grid.columns, c.outputChannels])
    try chain.convolution(x, weights.last, into: predicted)
    chain.give(x)
    head = chain.taken()
    order = channelsLast(c.outputChannels, grid)
  }

  var layers: [any NetworkLayer] { parts.flatMap(\.layers) + head }

  /// - Parameter visit: is told of each attention before it is run, and says whether to go on.
  /// - Throws: `Interrupted`.
  func run(
    _ range: Range<Int>, _ rows: [DenoisingRow], visiting visit: ((StreamingAttention) -> Bool)? = nil,
    recording recorder: FeatureRecorder? = nil, timing clock: BlockClock? = nil,
    heeding interruption: Interruption? = nil
  ) throws {
    let count = parts.reduce(0) { $0 + $1.layers.count }
    var place = parts[..<range.lowerBound].reduce(0) { $0 + $1.layers.count }
    for part in parts[range] {
      clock?.enter(.decoder(stage: part.place.stage))
      try part.freeU.apply(to: rows, at: part.concatenation, part.place, recording: recorder)
      for layer in part.layers {
        if let visit, let attention = layer as? StreamingAttention, !visit(attention) { return }
        try interruption?.check(place, of: count, in: UNetEncoder.share...1)
        place += 1
        layer.forward()
      }
    }
  }

  /// - Parameter places: where in `values` each image's prediction, [channel, row, column], begins.
  func finish(into values: inout [Float], at places: [Int]) {
    for layer in head { layer.forward() }
    for (row, place) in places.enumerated() {
      let numbers = predicted.load(order.count, at: row * order.count)
      for (index, target) in order.enumerated() { values[place + Int(target)] = numbers[index] }
    }
  }
}

extension UNetChain {
  /// To the next resolution of the decoder.
  fileprivate func double(
    _ input: Buffer, _ weights: UNetResamplingWeights, divisor: Double, into output: Buffer
  ) throws {
    switch weights {
    case .doubling(let layer): try double(input, layer, into: output)
    case .residual(let weights): try resamplingResidual(input, weights, divisor: divisor, into: output)
    case .halving: preconditionFailure("a decoder that halves")
    }
  }
}
