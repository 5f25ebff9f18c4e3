import Denoising
import Files
import Sampling
import Tensors

/// A description out of a message, every number of it held against what a model can be: it decides how much memory is
/// taken here and which places are looked at.
extension DescriptionForm {
  /// - Parameters:
  ///   - message: that brought it, with the masks.
  ///   - places: where FreeU and masks can act in samples of another size.
  /// - Throws: `MessageDefect`, `SchedulerError`.
  func description(
    _ message: EngineMessage, places: ModelDescription.Places?
  ) throws -> ModelDescription {
    try require(Self.isPlain(family) && !family.isEmpty, "family", family)
    try require(
      (1...64).contains(fingerprint.count)
        && fingerprint.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }, "fingerprint", fingerprint)
    try require((0...1 << 48).contains(parameters), "parameters", parameters)
    try requireShapes()
    let file = try scheduler.map { try SchedulerFile(JSONText.bytes(of: $0)) }
    let configuration = try file?.configuration()
    guard let noise = try self.noise(configuration),
      let prediction = self.prediction ?? configuration?.prediction
    else { throw MessageDefect("a model without schedule and prediction") }
    let attention = try self.attention.enumerated().map { index, block in
      try block.block(mask: mask(index, heads: block.heads, in: message))
    }
    let masks = attention.count { $0.mask != nil }
    try require(masks == 0 || masks == attention.count, "number of masks", masks)
    let description = ModelDescription(
      family: family, fingerprint: fingerprint, parameterCount: parameters, sampleShape: sample,
      pictureShape: picture, places: places, schedule: noise, time: try networkTime(),
      prediction: prediction, defaultRun: try defaultRun(file), scheduler: file, labelling: try labelling(),
      conditioning: try conditioning(),
      prompting: prompts.map { Prompting(isToldGuidance: $0.isToldGuidance) },
      previews: previews, stages: try stages.map { try $0.stage() }, attention: attention)
    try description.validate(description.defaultRun.sampler)
    return description
  }

  private func requireShapes() throws {
    func isShape(_ shape: [Int]) -> Bool {
      shape.count == 3 && (1...64).contains(shape[0])
        && shape.dropFirst().allSatisfy { (1...8192).contains($0) }
    }
    guard isShape(sample), isShape(picture), picture[1] % sample[1] == 0,
      picture[1] / sample[1] == picture[2] / sample[2], picture[2] % sample[2] == 0
    else { throw MessageDefect("samples of \(sample.prefix(8)) and pictures of \(picture.prefix(8))") }
    try require(stages.count <= Knob.mostStages, "stages", stages.count)
    try require(attention.count <= 4096, "attention", attention.count)
    guard previews.contains(.full), previews.count <= PreviewWay.allCases.count else {
      throw MessageDefect("previews without 'full'")
    }
  }

  private func noise(_ configuration: SchedulerConfiguration?) throws -> NoiseSchedule? {
    if let bars = schedule?.alphaBars {
      let isFalling = zip(bars, bars.dropFirst()).allSatisfy { $0 >= $1 }
      guard bars.count >= 2, isFalling, bars.allSatisfy({ $0 > 0 && $0 < 1 }) else {
        throw MessageDefect("a noise schedule that is none")
      }
      return NoiseSchedule(alphaBars: bars)
    }
    guard let kind = schedule?.kind else { return configuration?.noiseSchedule }
    let timesteps = schedule?.timesteps ?? 1000
    try require((2...100_000).contains(timesteps), "timesteps", timesteps)
    return NoiseSchedule(kind, timesteps: timesteps)
  }

  private func networkTime() throws -> NetworkTime {
    guard let time else { return NetworkTime() }
    try require(time.factor > 0 && time.factor < 1e6, "time.factor", time.factor)
    try require(abs(time.offset) < 1e6, "time.offset", time.offset)
    return NetworkTime(factor: time.factor, offset: time.offset)
  }

  private func defaultRun(_ file: SchedulerFile?) throws -> DefaultRun {
    if let guidance = run?.guidance { try require((0...1000).contains(guidance), "guidance", guidance) }
    if let steps = run?.steps { try require((1...1000).contains(steps), "steps", steps) }
    if let sampler = run?.sampler { return DefaultRun(sampler, guidance: run?.guidance ?? 1) }
    let own = try file.map { try DefaultRun(drawingFromText: prompts != nil, $0) } ?? DefaultRun()
    return own.with(steps: run?.steps, guidance: run?.guidance)
  }

  private func labelling() throws -> Labelling? {
    guard let labels else { return nil }
    try require((1...1_000_000).contains(labels.rows), "labels.rows", labels.rows)
    try require((1...labels.rows).contains(labels.names.count), "labels.names", labels.names.count)
    if let wrong = labels.names.first(where: { !Self.isPlain($0) }) {
      throw MessageDefect("a label \(quoted(wrong)), which is no name")
    }
    if let none = labels.none { try require((0..<labels.rows).contains(none), "labels.none", none) }
    return Labelling(names: labels.names, areNamed: labels.areNamed, rows: labels.rows, none: labels.none)
  }

  private func conditioning() throws -> Conditioning {
    let found = conditions
    for width in [found?.contextWidth, found?.additionWidth, found?.sizeWidth, found?.guidanceWidth] {
      if let width { try require((1...1 << 20).contains(width), "conditions", width) }
    }
    return Conditioning(
      contextWidth: found?.contextWidth, additionWidth: found?.additionWidth, sizeWidth: found?.sizeWidth,
      guidanceWidth: found?.guidanceWidth)
  }

  private func mask(_ index: Int, heads: Int, in message: EngineMessage) throws -> MixtureMask? {
    guard let alpha = message.tensors["alpha.\(index)"] else { return nil }
    guard alpha.shape.count == 2, (1...64).contains(alpha.shape[0]), alpha.shape[1] == heads else {
      throw MessageDefect("a mask of \(alpha.shape) for \(heads) heads")
    }
    return MixtureMask(alpha: alpha, sigma: try message.tensor("sigma.\(index)", shape: alpha.shape))
  }

  /// Drawn on terminals and written into files.
  static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.count <= 200 && !text.unicodeScalars.contains(where: \.steersTerminals)
  }
}

extension EngineBody.Sized {
  func places() throws -> (stages: [FreeUStage], attention: [AttentionBlock]) {
    try require(stages.count <= Knob.mostStages, "stages", stages.count)
    try require(attention.count <= 4096, "attention", attention.count)
    return (try stages.map { try $0.stage() }, try attention.map { try $0.block(mask: nil) })
  }
}

extension DescriptionForm.Stage {
  fileprivate func stage() throws -> FreeUStage {
    try require(DescriptionForm.isPlain(name), "a stage's name", name)
    try require(concatenations.count <= 64, "concatenations", concatenations.count)
    return FreeUStage(
      name: name,
      concatenations: try concatenations.map { place in
        try require((0..<Knob.mostStages).contains(place.stage), "a concatenation's stage", place.stage)
        guard let widths = place.widths else { return FreeUConcatenation(stage: place.stage) }
        guard widths.count == 2, widths.allSatisfy({ (1...1 << 20).contains($0) }) else {
          throw MessageDefect("widths \(widths.prefix(4)) of a concatenation")
        }
        return FreeUConcatenation(stage: place.stage, backboneWidth: widths[0], firstWidth: widths[1])
      }, grid: try Grid(checking: grid))
  }
}

extension DescriptionForm.Attention {
  fileprivate func block(mask: MixtureMask?) throws -> AttentionBlock {
    try require(DescriptionForm.isPlain(name), "an attention's name", name)
    try require((1...1024).contains(heads), "heads", heads)
    return AttentionBlock(name: name, heads: heads, grid: try Grid(checking: grid), mask: mask)
  }
}

extension Grid {
  fileprivate init(checking sides: [Int]) throws {
    guard sides.count == 2, sides.allSatisfy({ (1...8192).contains($0) }) else {
      throw MessageDefect("a grid of \(sides.prefix(4))")
    }
    self.init(rows: sides[0], columns: sides[1])
  }
}

private func require(_ isFine: Bool, _ what: String, _ found: some CustomStringConvertible) throws {
  guard isFine else { throw MessageDefect("a description whose \(what) is \(quoted("\(found)"))") }
}
