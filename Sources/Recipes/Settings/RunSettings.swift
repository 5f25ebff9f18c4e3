import Denoising
import Sampling

/// How a run goes, every setting of the table; and what a panel has for itself goes over it.
package struct RunSettings: Hashable, Sendable {
  private static let standard = RunSetting.allCases.reduce(into: SettingStore()) { store, setting in
    store[setting.rawValue] = setting.entry.standard
  }

  private var store = Self.standard

  /// As the table has it.
  package init() {}

  package init(
    noise: NoiseSource, label: Int? = nil, guidance: Double = 1, sampler: SamplerSettings = SamplerSettings(),
    images: Int = 1, precision: Precision? = nil
  ) {
    (self.noise, self.label, self.guidance) = (noise, label, guidance)
    (self.sampler, self.images, self.precision) = (sampler, images, precision)
  }

  /// Where nothing is said of a model's run.
  package init(_ run: DefaultRun) {
    self.init(noise: .seed(0), guidance: run.guidance, sampler: run.sampler)
  }

  /// nil where a setting without a standard value is not said.
  package subscript(setting: RunSetting) -> SettingValue? {
    get { store[setting.rawValue] }
    set { store[setting.rawValue] = newValue ?? setting.entry.standard }
  }

  /// The value of a setting that always has one.
  func read<Value: SettingPayload>(_ setting: RunSetting) -> Value {
    guard let value = self[setting].flatMap({ Value($0) }) else {
      preconditionFailure("\(setting) is no \(Value.self)")
    }
    return value
  }

  package var seed: UInt64 {
    get { noise.seed }
    set { noise = noiseFromFile ? .file(seed: newValue) : .seed(newValue) }
  }

  /// The noise came from a file of the user's: the seed alone does not bring the picture back.
  package var noiseFromFile: Bool {
    get { if case .file = noise { true } else { false } }
    set { noise = newValue ? .file(seed: seed) : .seed(seed) }
  }

  /// With what a panel has for itself in the place of what is common.
  package func with(_ own: OwnSettings) -> RunSettings {
    var run = self
    for setting in RunSetting.ofPanels {
      if let value = own[setting] { run[setting] = value }
    }
    return run
  }

  /// The label of each image.
  package func labels(of description: ModelDescription) -> [Int] {
    let chosen = labels.isEmpty ? Array(description.labels.indices) : labels
    return (0..<images).map { chosen[$0 % chosen.count] }
  }

  /// Without what changes nothing: runs that go alike are equal.
  package var acting: RunSettings {
    var run = self
    for setting in RunSetting.allCases where setting.isIdle(in: self) { run[setting] = nil }
    return run
  }
}

/// What a run starts from.
package enum NoiseSource: Hashable, Sendable, SettingPayload {
  case seed(UInt64)
  /// What the user brought with `--noise`; stochastic samplers draw on from the seed.
  case file(seed: UInt64)

  package var seed: UInt64 {
    switch self {
    case .seed(let seed), .file(let seed): seed
    }
  }

  package init?(_ value: SettingValue) {
    guard case .noise(let seed, let isFromFile) = value else { return nil }
    self = isFromFile ? .file(seed: seed) : .seed(seed)
  }

  package var settingValue: SettingValue {
    switch self {
    case .seed(let seed): .noise(seed: seed, isFromFile: false)
    case .file(let seed): .noise(seed: seed, isFromFile: true)
    }
  }
}

/// How many images a panel of the explorer can draw: squares, so that they stand in a sheet.
package enum ImageCounts {
  package static let all = [1, 4, 9]

  package static func nearest(to count: Int) -> Int { all.last { $0 <= count } ?? 1 }
}

extension SamplerKind: SettingPayload {
  static let names = allCases.map(\.rawValue)
}

extension Spacing: SettingPayload {
  static let names = allCases.map(\.rawValue)
}

extension Precision: SettingPayload {}
