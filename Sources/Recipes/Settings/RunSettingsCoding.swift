import Denoising
import Models

/// Beside a seed in JSON: whether the noise itself came from a file.
private let isFromFileKey = SettingKey("noiseFromFile")

extension RunSettings {
  /// As part of a recipe: every value that there is.
  func encode(into fields: inout KeyedEncodingContainer<SettingKey>) throws {
    for (object, settings) in Self.objects {
      guard let object else {
        try encode(settings, into: &fields)
        continue
      }
      var inner = fields.nestedContainer(keyedBy: SettingKey.self, forKey: SettingKey(object))
      try encode(settings, into: &inner)
    }
  }

  /// What an older file leaves out is as the table has it.
  init(from fields: KeyedDecodingContainer<SettingKey>) throws {
    self.init()
    for (object, settings) in Self.objects {
      guard let object else {
        try read(settings, from: fields)
        continue
      }
      let key = SettingKey(object)
      if fields.contains(key) {
        try read(settings, from: fields.nestedContainer(keyedBy: SettingKey.self, forKey: key))
      }
    }
  }

  private static let objects = Dictionary(grouping: RunSetting.allCases, by: \.object)

  private func encode(
    _ settings: [RunSetting], into fields: inout KeyedEncodingContainer<SettingKey>
  ) throws {
    for setting in settings {
      guard let value = self[setting] else { continue }
      try fields.encode(value, forKey: SettingKey(setting.entry.key))
      if case .noise(_, let isFromFile) = value { try fields.encode(isFromFile, forKey: isFromFileKey) }
    }
  }

  private mutating func read(
    _ settings: [RunSetting], from fields: KeyedDecodingContainer<SettingKey>
  ) throws {
    for setting in settings {
      if let value = try fields.value(of: setting) { self[setting] = value }
    }
  }
}

extension OwnSettings: Codable {
  private static let model = SettingKey("model")

  package init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: SettingKey.self)
    model = try fields.decodeIfPresent(ModelIdentity.self, forKey: Self.model)
    for setting in RunSetting.ofPanels { self[setting] = try fields.value(of: setting) }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: SettingKey.self)
    try fields.encodeIfPresent(model, forKey: Self.model)
    for setting in RunSetting.ofPanels {
      guard let value = self[setting] else { continue }
      try fields.encode(value, forKey: SettingKey(setting.entry.key))
      // Nothing where the seed is all there is to say.
      if case .noise(_, true) = value { try fields.encode(true, forKey: isFromFileKey) }
    }
  }
}

extension KeyedDecodingContainer<SettingKey> {
  fileprivate func value(of setting: RunSetting) throws -> SettingValue? {
    let value = try decodeIfPresent(setting.entry.kind, forKey: SettingKey(setting.entry.key))
    guard case .noise(let seed, _) = value else { return value }
    let isFromFile = try decodeIfPresent(Bool.self, forKey: isFromFileKey)
    return .noise(seed: seed, isFromFile: isFromFile ?? false)
  }
}
