import Checkpoints
import Denoising
import Files
import Foundation
import Sampling

/// How a U-Net's weights are to be read and run: what a folder's files say, or what is known of a family.
struct NetworkSettings {
  /// diffusers' `config.json` as it is.
  let document: JSONValue
  let data: Data
  /// Of that file, for messages.
  let path: String
  let scheduler: SchedulerFile
  /// Of the scheduler's file; empty where there is none.
  let schedulerData: Data
  /// Of that file, for messages.
  let schedulerPath: String
  var labelNames: [String] = []
  /// As its author draws; nil where its family says it.
  var steps: Int?
  var guidance: Double?

  /// - Throws: `ModelError` and `CheckpointError`.
  init(_ folder: DiffusersFolder) throws {
    let (document, data) = try SmallFile.json(folder.configuration)
    if case .list(let names)? = document["architectures"], let name = names.first?.text {
      throw ModelError.tensors(
        file: folder.configuration.relativePath,
        defect: "this is a \(quoted(name)) alone and no denoising network; give the folder of a whole model")
    }
    // Without a file of its own a network is run as the first one of its kind was.
    let file = try folder.scheduler.map { ($0.relativePath, try SmallFile.bytes($0)) }
    try self.init(
      document, data: data, path: folder.configuration.relativePath,
      scheduler: file?.1, schedulerPath: file?.0 ?? folder.url.relativePath)
    (labelNames, steps, guidance) = (folder.labelNames(document), folder.steps, folder.guidance)
  }

  /// - Parameter scheduler: the scheduler's file; nil for none.
  init(
    _ document: JSONValue, data: Data, path: String, scheduler: Data?, schedulerPath: String
  ) throws {
    (self.document, self.data, self.path) = (document, data, path)
    (schedulerData, self.schedulerPath) = (scheduler ?? Data(), schedulerPath)
    let bytes = scheduler.map { Array($0) } ?? Array(#"{"_class_name": "DDPMScheduler"}"#.utf8)
    self.scheduler = try Self.wording(schedulerPath) { try SchedulerFile(bytes) }
  }

  /// - Throws: `UNetConfigurationError`, `ModelError`.
  func network(_ weights: any TensorSource) throws -> UNetFile<JSONValue> {
    let configuration = try UNetConfiguration(json: data, path: path)
    var hash = FowlerNollVo()
    for byte in data + schedulerData { hash.mix(UInt64(byte)) }
    return try Self.wording(schedulerPath) {
      UNetFile(
        configuration, weights: weights, document: document,
        run: UNetRun(
          scheduler: scheduler, schedulerConfiguration: try scheduler.configuration(),
          defaultRun: try DefaultRun(drawingFromText: configuration.contextWidth != nil, scheduler)
            .with(steps: steps, guidance: guidance),
          labelNames: labelNames, salt: hash.hash))
    }
  }

  /// What is wrong in a scheduler's file, with its name.
  private static func wording<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as SchedulerError {
      throw ModelError.tensors(file: path, defect: error.description)
    }
  }
}

extension DefaultRun {
  /// The table of families: steps and guidance that their authors draw with. diffusers' guidance 0 is our 1.
  package init(drawingFromText isText: Bool, _ scheduler: SchedulerFile) throws {
    let settings = try scheduler.configuration()
    func run(_ sampler: SamplerKind, steps: Int, guidance: Double = 1) throws -> DefaultRun {
      DefaultRun(try scheduler.settings(for: sampler, steps: steps), guidance: guidance)
    }
    let own = scheduler.kind.sampler
    switch (isText, scheduler.kind) {
    // Latent consistency models; Luo et al. 2023, arXiv:2310.04378.
    case (true, .lcm), (true, .tcd): self = try run(own, steps: 4, guidance: 8.5)
    // Distilled to single steps: SD-Turbo, SDXL-Turbo; Sauer et al. 2023, arXiv:2311.17042.
    case (true, .euler) where settings.spacing == .trailing,
      (true, .eulerAncestral) where settings.spacing == .trailing:
      self = try run(own, steps: 1)
    case (true, _): self = try run(own, steps: 50, guidance: 7.5)
    // Google's and those trained as they were: their file is of DDPM, which takes a thousand steps.
    case (false, .ddpm): self = try run(.ddim, steps: 50)
    case (false, _): self = try run(own, steps: 50)
    }
  }
}
