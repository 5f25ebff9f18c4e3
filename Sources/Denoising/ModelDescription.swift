import Sampling

/// What a model offers, without the model.
package struct ModelDescription: Sendable, Equatable {
  /// Of the architecture, as people call it: "U-ViT".
  package private(set) var family: String
  /// Of the weights: other weights are another model, whatever else is alike.
  package private(set) var fingerprint: String
  package private(set) var parameterCount: Int

  /// [channel, row, column] of what is denoised.
  package private(set) var sampleShape: [Int]
  /// [channel, row, column] of what people see.
  package private(set) var pictureShape: [Int]
  /// The same where nobody asked for another size.
  package private(set) var trainedShape: [Int]
  private let places: Places?

  /// How the noise that it was trained with grows over the timesteps.
  package let schedule: NoiseSchedule
  /// What the network is told for a timestep.
  package let time: NetworkTime
  /// What its output is.
  package let prediction: Prediction
  /// How it is run where nothing is said.
  package let defaultRun: DefaultRun
  /// What it brings for its run; nil: solvers of our own take it.
  package let scheduler: SchedulerFile?
  /// What it can be told to draw; nil for a model without labels.
  package let labelling: Labelling?
  /// What else its network needs to be told.
  package let conditioning: Conditioning
  /// How it reads prompts, which it encodes to that; nil for a model that reads none.
  package private(set) var prompting: Prompting?
  /// The ways in which its samples can be made visible, from the quickest on.
  package private(set) var previews: [PreviewWay]

  /// Where FreeU can act, from the middle outwards.
  package private(set) var stages: [FreeUStage]
  /// Where a mask can act, in the order of the data.
  package private(set) var attention: [AttentionBlock]
  /// The masks in the order of the data: as learned, or where none was those that can be laid over.
  package let masks: [MixtureMask]
  /// Whether it learned them.
  package let hasMask: Bool

  package init(
    family: String, fingerprint: String, parameterCount: Int, sampleShape: [Int], pictureShape: [Int]? = nil,
    places: Places? = nil, schedule: NoiseSchedule, time: NetworkTime = NetworkTime(),
    prediction: Prediction, defaultRun: DefaultRun = DefaultRun(), scheduler: SchedulerFile? = nil,
    labelling: Labelling? = nil, conditioning: Conditioning = Conditioning(), prompting: Prompting? = nil,
    previews: [PreviewWay] = [.full], stages: [FreeUStage] = [], attention: [AttentionBlock] = []
  ) {
    (self.family, self.fingerprint, self.parameterCount) = (family, fingerprint, parameterCount)
    (self.sampleShape, self.places) = (sampleShape, places)
    (self.pictureShape, trainedShape) = (pictureShape ?? sampleShape, pictureShape ?? sampleShape)
    (self.schedule, self.time, self.prediction) = (schedule, time, prediction)
    (self.defaultRun, self.scheduler) = (defaultRun, scheduler)
    (self.labelling, self.conditioning) = (labelling, conditioning)
    (self.prompting, self.previews) = (prompting, previews)
    (self.stages, self.attention) = (stages, attention)
    let learned = attention.compactMap(\.mask)
    hasMask = !learned.isEmpty
    masks = hasMask ? learned : attention.map { .added(heads: $0.heads) }
  }

  /// The same network between a text encoder, if it takes one, and an autoencoder.
  /// - Parameters:
  ///   - fingerprint: of all of them.
  ///   - parameters: of the others.
  ///   - factor: pixels of a picture for each row, and for each column, of samples.
  package func inside(
    _ family: String, fingerprint: String, parameters: Int, factor: Int, prompting: Prompting? = nil,
    previews: [PreviewWay]
  ) -> ModelDescription {
    var whole = self
    (whole.family, whole.fingerprint, whole.prompting) = (family, fingerprint, prompting)
    (whole.parameterCount, whole.previews) = (parameterCount + parameters, previews)
    whole.pictureShape = [3] + sampleShape.dropFirst().map { $0 * factor }
    whole.trainedShape = whole.pictureShape
    return whole
  }

  package static func == (left: ModelDescription, right: ModelDescription) -> Bool {
    left.fingerprint == right.fingerprint
  }
}

extension ModelDescription {
  /// Where FreeU and masks can act in samples of these rows and columns.
  /// - Throws: for a size that the network cannot take.
  package typealias Places =
    @Sendable (_ samples: Grid) throws -> (stages: [FreeUStage], attention: [AttentionBlock])

  /// Whether it draws pictures of other sizes, too.
  package var allowsOtherSizes: Bool { places != nil }

  /// The same model as it draws pictures of another size.
  /// - Throws: `ModelError.unused` for a model that has but one size, and what the network throws for this one.
  package func drawing(_ pictures: Grid) throws -> ModelDescription {
    guard let places else {
      throw ModelError.unused(
        option: "--size \(pictures.columns)x\(pictures.rows)",
        reason: "this model draws \(trainedShape[2])x\(trainedShape[1]) alone")
    }
    let factor = pictureFactor
    guard pictures.rows % factor == 0, pictures.columns % factor == 0 else {
      throw ModelError.unfit(
        option: "--size \(pictures.columns)x\(pictures.rows)",
        reason: "expected multiples of \(factor), the pixels that its autoencoder makes of one latent",
        advice:
          "give \(max(1, pictures.columns / factor) * factor)x\(max(1, pictures.rows / factor) * factor)")
    }
    let samples = Grid(rows: pictures.rows / factor, columns: pictures.columns / factor)
    var sized = self
    sized.sampleShape = [sampleShape[0], samples.rows, samples.columns]
    sized.pictureShape = [pictureShape[0], pictures.rows, pictures.columns]
    (sized.stages, sized.attention) = try places(samples)
    return sized
  }
}

/// Labels that a model was trained with.
package struct Labelling: Hashable, Sendable {
  /// Of those that can be asked for.
  package let names: [String]
  /// False where the file names none: then they are called by their numbers, "label 0".
  package let areNamed: Bool
  /// Of the label embedding; labels are counted from 0.
  package let rows: Int
  /// The row that stands for "no label", which guidance needs; nil where there is none.
  package let none: Int?

  package init(names: [String], areNamed: Bool = true, rows: Int, none: Int?) {
    (self.names, self.areNamed, self.rows, self.none) = (names, areNamed, rows, none)
  }
}

/// Where backbone and skips meet.
package struct FreeUStage: Hashable, Sendable {
  package let name: String
  /// Skips that come in here, in the order in which they do; FreeU acts on each.
  package let concatenations: [FreeUConcatenation]
  /// Of the feature maps.
  package let grid: Grid

  package init(name: String, concatenations: [FreeUConcatenation], grid: Grid) {
    (self.name, self.concatenations, self.grid) = (name, concatenations, grid)
  }
}

/// Self-attention between the places of a map.
package struct AttentionBlock: Sendable {
  package let name: String
  package let heads: Int
  /// Of the map.
  package let grid: Grid
  /// As learned; nil for plain attention.
  package let mask: MixtureMask?

  package init(name: String, heads: Int, grid: Grid, mask: MixtureMask? = nil) {
    (self.name, self.heads, self.grid, self.mask) = (name, heads, grid, mask)
  }
}

/// Rows and columns of a feature map; its places are counted row by row.
package struct Grid: Hashable, Sendable {
  package let rows, columns: Int

  package init(rows: Int, columns: Int) { (self.rows, self.columns) = (rows, columns) }

  package init(side: Int) { self.init(rows: side, columns: side) }

  package var count: Int { rows * columns }
}

extension ModelDescription {
  package var timesteps: Int { schedule.timesteps }

  /// Names of the labels that can be asked for; empty for a model without labels.
  package var labels: [String] { labelling?.names ?? [] }

  /// The label that stands for none; nil where there is none.
  package var noLabel: Int? { labelling?.none }

  /// Whether there is something that guidance can lead away from.
  package var knowsGuidance: Bool { noLabel != nil || prompting != nil }

  /// Whether guidance is a second pass of the network, with something to lead away from.
  package var hasSecondPass: Bool { noLabel != nil || prompting?.isToldGuidance == false }

  /// Pixels of a picture for each row, and for each column, of samples: 1 for a model of pixels.
  package var pictureFactor: Int { pictureShape[1] / sampleShape[1] }

  /// Whether samples of this shape can be denoised; [batch, channel, row, column].
  package func takes(_ shape: [Int]) -> Bool {
    guard shape.count == 4, shape[0] > 0, shape[1] == sampleShape[0] else { return false }
    if allowsOtherSizes { return shape[2] > 0 && shape[3] > 0 }
    return Array(shape.dropFirst()) == sampleShape
  }

  /// Whether the model can be told this.
  package func allows(label: Int) -> Bool { labelling.map { (0..<$0.rows).contains(label) } ?? false }

  /// A label of one is the same label of the other.
  package func sharesLabels(with other: ModelDescription) -> Bool {
    labels == other.labels && noLabel == other.noLabel
  }

  /// Of the map whose attention is looked at.
  /// - Parameter block: place in `attention`; empty where there is none.
  package func grid(ofBlock block: Int) -> Grid {
    attention.indices.contains(block) ? attention[block].grid : Grid(side: 0)
  }

  /// Thresholds of this much and more take all frequencies of every stage's maps in.
  package var largestThreshold: Int { stages.map { max($0.grid.rows, $0.grid.columns) / 2 }.max() ?? 0 }

  /// Whether its stages can be told apart by their widths, so that there are two rules to choose between.
  package var hasStageWidths: Bool {
    stages.contains { $0.concatenations.contains { $0.widths != nil } }
  }

  /// Stages whose factors act somewhere in this network.
  package func stages(by rule: Knobs.FreeURule) -> Set<Int> {
    Set(stages.flatMap(\.concatenations).compactMap { $0.stage(by: rule) })
  }

  /// Empty where it learned none.
  package var learnedMasks: [MixtureMask] { hasMask ? masks : [] }

  /// α and σ of every kernel, head and block.
  package var maskParameterCount: Int { learnedMasks.reduce(0) { $0 + 2 * $1.alpha.values.count } }
}
