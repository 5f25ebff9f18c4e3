import Sampling

extension UNetConfiguration {
  package static let family = "U-Net"

  /// [channel, row, column] of what is denoised.
  package var sampleShape: [Int] { [inputChannels, grid.rows, grid.columns] }

  /// Labels by their numbers where no names stand beside the network; then all of them can be asked for. Where one name
  /// is missing, the last row stands for "no label".
  package func labelling(named names: [String] = []) -> Labelling? {
    let rows: Int
    switch labels {
    case nil: return nil
    case .table(let count): rows = count
    // A time: any number will do.
    case .time: rows = 1000
    }
    if names.count == rows { return Labelling(names: names, rows: rows, none: nil) }
    if !names.isEmpty, names.count == rows - 1 { return Labelling(names: names, rows: rows, none: rows - 1) }
    return Labelling(names: (0..<rows).map { "label \($0)" }, areNamed: false, rows: rows, none: nil)
  }

  package var conditioning: Conditioning {
    Conditioning(
      contextWidth: contextWidth, additionWidth: addition?.inputWidth, sizeWidth: addition?.sizeWidth,
      guidanceWidth: time.guidanceWidth)
  }

  /// Where a skip comes in, block by block of the decoder.
  var concatenations: [[FreeUConcatenation]] {
    up.enumerated().map { stage, block in
      block.backbones.map { FreeUConcatenation(stage: stage, backboneWidth: $0, firstWidth: firstWidth) }
    }
  }

  /// Where FreeU can act, for samples of the size that it was trained with.
  package var stages: [FreeUStage] { stages(UNetShapes(self, grid)) }

  /// Where the network looks at its own map, in the order of the data.
  package var attentionBlocks: [AttentionBlock] { attentionBlocks(UNetShapes(self, grid)) }

  private func stages(_ shapes: UNetShapes) -> [FreeUStage] {
    zip(concatenations, shapes.up).enumerated().map { stage, place in
      FreeUStage(name: "up \(stage)", concatenations: place.0, grid: place.1)
    }
  }

  private func attentionBlocks(_ shapes: UNetShapes) -> [AttentionBlock] {
    func places(_ name: String, _ attention: UNetAttention?, _ grid: Grid, layers: Int) -> [AttentionBlock] {
      (0..<layers).flatMap { layer -> [AttentionBlock] in
        switch attention {
        case nil: return []
        case .map(let heads, _):
          return [AttentionBlock(name: "\(name).\(layer)", heads: heads, grid: grid)]
        case .text(let text):
          guard !text.looksAtTextOnly else { return [] }
          return (0..<text.depths[layer]).map {
            let place = text.depths[layer] > 1 ? "\(layer).\($0)" : "\(layer)"
            return AttentionBlock(name: "\(name).\(place)", heads: text.heads, grid: grid)
          }
        }
      }
    }
    let down = zip(down, shapes.down).enumerated().flatMap { index, place in
      places("down \(index)", place.0.attention, place.1, layers: place.0.layers)
    }
    let up = zip(up, shapes.up).enumerated().flatMap { index, place in
      places("up \(index)", place.0.attention, place.1, layers: place.0.layers)
    }
    return down + places("mid", middle?.attention, shapes.bottom.grid, layers: 1) + up
  }

  /// What a file says before its weights are read.
  /// - Parameter names: of the labels, from 0 on.
  package func outline(_ names: [String] = []) -> ModelOutline {
    ModelOutline(
      family: Self.family, pictureShape: sampleShape, labelling: labelling(named: names), maskKernels: 0)
  }

  /// - Parameters:
  ///   - fingerprint: of the weights.
  ///   - parameterCount: numbers of all weights.
  ///   - run: what stands beside it in its folder; nil for a network alone.
  func description(
    fingerprint: String, parameterCount: Int, schedule: NoiseSchedule, prediction: Prediction, run: UNetRun?
  ) -> ModelDescription {
    ModelDescription(
      family: Self.family, fingerprint: fingerprint, parameterCount: parameterCount,
      sampleShape: sampleShape, places: places, schedule: schedule, prediction: prediction,
      defaultRun: run?.defaultRun ?? DefaultRun(), scheduler: run?.scheduler,
      labelling: labelling(named: run?.labelNames ?? []), conditioning: conditioning,
      stages: stages, attention: attentionBlocks)
  }

  /// - Throws: `UNetInputError` for a size that it cannot take.
  private func places(
    _ samples: Grid
  ) throws -> (stages: [FreeUStage], attention: [AttentionBlock]) {
    if let defect = defect(ofSize: samples) { throw UNetInputError(size: defect) }
    let shapes = UNetShapes(self, samples)
    return (stages(shapes), attentionBlocks(shapes))
  }
}
