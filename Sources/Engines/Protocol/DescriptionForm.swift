import Denoising
import Files
import Sampling
import Tensors

/// A model's description as a message has it; the masks' numbers are tensors beside it, `alpha.I` and `sigma.I` of
/// attention I, [kernel, head].
///
/// A model that brings a scheduler file may leave out what follows from that.
struct DescriptionForm: Codable {
  struct Schedule: Codable {
    var kind: NoiseSchedule.Kind?
    var timesteps: Int?
    /// In place of both: ᾱ of each timestep.
    var alphaBars: [Double]?
  }

  struct Time: Codable { let factor, offset: Double }

  struct Run: Codable {
    var sampler: SamplerSettings?
    var steps: Int?
    var guidance: Double?
  }

  struct Labels: Codable {
    let names: [String]
    let areNamed: Bool
    let rows: Int
    var none: Int?
  }

  struct Conditions: Codable { var contextWidth, additionWidth, sizeWidth, guidanceWidth: Int? }

  struct Prompts: Codable { let isToldGuidance: Bool }

  struct Stage: Codable {
    struct Concatenation: Codable {
      let stage: Int
      /// The backbone's channels, and the network's first width; nil where all widths are one.
      var widths: [Int]?
    }

    let name: String
    let concatenations: [Concatenation]
    let grid: [Int]
  }

  struct Attention: Codable {
    let name: String
    let heads: Int
    let grid: [Int]
  }

  var family, fingerprint: String
  var parameters: Int
  var sample: [Int]
  var picture: [Int]
  var takesSizes: Bool
  var schedule: Schedule?
  var time: Time?
  var prediction: Prediction?
  var run: Run?
  /// diffusers' scheduler_config.json.
  var scheduler: JSONValue?
  var labels: Labels?
  var conditions: Conditions?
  var prompts: Prompts?
  var previews: [PreviewWay]
  var stages: [Stage]
  var attention: [Attention]
}

extension DescriptionForm {
  init(_ model: ModelDescription) {
    (family, fingerprint, parameters) = (model.family, model.fingerprint, model.parameterCount)
    (sample, picture, takesSizes) = (model.sampleShape, model.pictureShape, model.allowsOtherSizes)
    schedule = Schedule(alphaBars: model.schedule.alphaBars)
    time = Time(factor: model.time.factor, offset: model.time.offset)
    prediction = model.prediction
    run = Run(sampler: model.defaultRun.sampler, guidance: model.defaultRun.guidance)
    scheduler = model.scheduler?.document
    labels = model.labelling.map {
      Labels(names: $0.names, areNamed: $0.areNamed, rows: $0.rows, none: $0.none)
    }
    let needs = model.conditioning
    conditions = Conditions(
      contextWidth: needs.contextWidth, additionWidth: needs.additionWidth, sizeWidth: needs.sizeWidth,
      guidanceWidth: needs.guidanceWidth)
    prompts = model.prompting.map { Prompts(isToldGuidance: $0.isToldGuidance) }
    previews = model.previews
    stages = model.stages.map { Stage($0) }
    attention = model.attention.map { Attention($0) }
  }
}

extension DescriptionForm.Stage {
  init(_ stage: FreeUStage) {
    name = stage.name
    concatenations = stage.concatenations.map {
      Concatenation(stage: $0.stage, widths: $0.widths.map { [$0.backbone, $0.first] })
    }
    grid = [stage.grid.rows, stage.grid.columns]
  }
}

extension DescriptionForm.Attention {
  init(_ block: AttentionBlock) {
    (name, heads, grid) = (block.name, block.heads, [block.grid.rows, block.grid.columns])
  }
}

extension ModelDescription {
  /// The numbers of the masks that were learned.
  var maskTensors: [(name: String, tensor: Tensor)] {
    attention.enumerated().flatMap { index, block -> [(name: String, tensor: Tensor)] in
      guard let mask = block.mask else { return [] }
      return [("alpha.\(index)", mask.alpha), ("sigma.\(index)", mask.sigma)]
    }
  }
}
