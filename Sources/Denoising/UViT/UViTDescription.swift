extension ModelDescription {
  /// - Parameter masks: of each block, in the order of the data; empty for plain attention.
  package init(
    _ c: UViTConfiguration, masks: [MixtureMask], parameterCount: Int, fingerprint: String
  ) {
    let grid = Grid(side: c.grid)
    let half = c.depth / 2
    let names = (0..<half).map { "in \($0)" } + ["mid"] + (0..<half).map { "out \($0)" }
    self.init(
      family: UViTConfiguration.family, fingerprint: fingerprint, parameterCount: parameterCount,
      sampleShape: c.imageShape,
      schedule: c.noiseSchedule, time: c.time, prediction: c.prediction, defaultRun: c.defaultRun,
      labelling: c.labelling,
      conditioning: Conditioning(contextWidth: c.contextWidth > 0 ? c.contextWidth : nil),
      stages: (0..<half).map {
        FreeUStage(name: "out \($0)", concatenations: [FreeUConcatenation(stage: $0)], grid: grid)
      },
      attention: names.enumerated().map { block, name in
        AttentionBlock(
          name: name, heads: c.heads, grid: grid, mask: masks.indices.contains(block) ? masks[block] : nil)
      })
  }
}

extension UViTConfiguration {
  static let family = "U-ViT"

  /// What a file says before its weights are read.
  package var outline: ModelOutline {
    ModelOutline(
      family: Self.family, pictureShape: imageShape, labelling: labelling, maskKernels: maskKernels)
  }

  fileprivate var labelling: Labelling? {
    guard classes > 0 else { return nil }
    let names = (0..<namedLabels).map { $0 < labelNames.count ? labelNames[$0] : "label \($0)" }
    return Labelling(names: names, areNamed: !labelNames.isEmpty, rows: classes, none: noLabel)
  }
}
