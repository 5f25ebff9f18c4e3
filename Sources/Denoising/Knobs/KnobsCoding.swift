/// Knobs as JSON: every value that there is but the tacit ones, and what an older file leaves out as the table has it.
extension Knobs: Codable {
  package init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: SettingKey.self)
    for knob in Knob.allCases {
      let (key, kind) = (SettingKey(knob.entry.key), knob.entry.kind)
      switch knob.places {
      case .all:
        if let value = try fields.decodeIfPresent(kind, forKey: key) { set(knob, to: value) }
      case .stages:
        if let value = try fields.decodeIfPresent(kind, forKey: key) { set(knob, to: value) }
        for field in fields.allKeys {
          guard let placed = PlacedKnob(name: field.stringValue), placed.knob == knob, placed.place != .all,
            let value = try fields.decodeIfPresent(kind, forKey: field)
          else { continue }
          set(knob, to: value, at: placed.place)
        }
      case .kernels:
        guard fields.contains(key), try !fields.decodeNil(forKey: key) else { continue }
        let numbers = try fields.nestedContainer(keyedBy: SettingKey.self, forKey: key)
        for name in numbers.allKeys {
          guard let place = MixtureKey(text: name.stringValue) else {
            throw DecodingError.dataCorruptedError(
              forKey: key, in: fields, debugDescription: "\(name.stringValue) is no place in a mixture")
          }
          set(knob, to: try numbers.decodeIfPresent(kind, forKey: name), at: .kernel(place))
        }
      }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: SettingKey.self)
    for knob in Knob.allCases {
      let key = SettingKey(knob.entry.key)
      switch knob.places {
      case .all:
        if knob.isTacit, changes(of: knob).isEmpty { continue }
        if let value = value(of: knob) { try fields.encode(value, forKey: key) }
      case .stages:
        if let value = value(of: knob) { try fields.encode(value, forKey: key) }
        for (place, value) in changes(of: knob) where place != .all {
          try fields.encode(value, forKey: SettingKey(PlacedKnob(knob, at: place).name))
        }
      case .kernels:
        let changes = changes(of: knob)
        guard !changes.isEmpty else { continue }
        var numbers = fields.nestedContainer(keyedBy: SettingKey.self, forKey: key)
        for (place, value) in changes {
          guard case .kernel(let mixture) = place else { continue }
          try numbers.encode(value, forKey: SettingKey(mixture.text))
        }
      }
    }
  }
}
