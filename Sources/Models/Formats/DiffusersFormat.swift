import Checkpoints
import Denoising
import Files
import Foundation
import Sampling

/// Models of the diffusers library, with a U-Net: a folder with the network's and the scheduler's configuration.
enum DiffusersFormat: ModelFormat {
  static func model(at place: ModelPlace) throws -> (any ModelFile)? {
    guard place.isFolder else { return nil }
    let folder = try DiffusersFolder(place.source.url)
    try place.source.hints.requireNone(of: folder.configuration.relativePath)
    let (document, data) = try SmallFile.json(folder.configuration)
    if case .list(let names)? = document["architectures"], let name = names.first?.text {
      throw ModelError.tensors(
        file: folder.configuration.relativePath,
        defect: "this is a \(quoted(name)) alone and no denoising network; give the folder of a whole model")
    }
    let configuration = try UNetConfiguration(json: data, path: folder.configuration.relativePath)
    let (scheduler, schedulerData) = try scheduler(of: folder)
    var hash = FowlerNollVo()
    for byte in data + schedulerData { hash.mix(UInt64(byte)) }
    return UNetFile(
      configuration, weights: try CheckpointFile.open(folder.weights(), once: place.once),
      document: document,
      run: UNetRun(
        scheduler: scheduler, schedulerConfiguration: try wording(folder) { try scheduler.configuration() },
        defaultRun: try wording(folder) { try DefaultRun(of: configuration, scheduler) },
        labelNames: folder.labelNames(document), salt: hash.hash))
  }

  /// Without a file of its own a network is run as the first one of its kind was.
  private static func scheduler(of folder: DiffusersFolder) throws -> (SchedulerFile, Data) {
    guard let file = folder.scheduler else {
      return (try SchedulerFile(Array(#"{"_class_name": "DDPMScheduler"}"#.utf8)), Data())
    }
    let data = try SmallFile.bytes(file)
    return (try wording(folder) { try SchedulerFile(Array(data)) }, data)
  }

  /// What is wrong in a scheduler's file, with its name.
  private static func wording<Value>(_ folder: DiffusersFolder, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as SchedulerError {
      let file = folder.scheduler ?? folder.url
      throw ModelError.tensors(file: file.relativePath, defect: error.description)
    }
  }
}

extension DefaultRun {
  /// The table of families: steps and guidance that their authors draw with. diffusers' guidance 0 is our 1.
  init(of configuration: UNetConfiguration, _ scheduler: SchedulerFile) throws {
    let settings = try scheduler.configuration()
    func run(_ sampler: SamplerKind, steps: Int, guidance: Double = 1) throws -> DefaultRun {
      DefaultRun(try scheduler.settings(for: sampler, steps: steps), guidance: guidance)
    }
    let own = scheduler.kind.sampler
    switch (isText: configuration.contextWidth != nil, scheduler.kind) {
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
