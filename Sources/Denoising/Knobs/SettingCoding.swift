/// A key of JSON that a table names.
package struct SettingKey: CodingKey {
  package let stringValue: String
  package var intValue: Int? { nil }

  package init(_ name: String) { stringValue = name }
  package init?(stringValue: String) { self.init(stringValue) }
  package init?(intValue: Int) { nil }
}

extension KeyedEncodingContainer<SettingKey> {
  package mutating func encode(_ value: SettingValue, forKey key: SettingKey) throws {
    switch value {
    case .number(let number): try encode(number, forKey: key)
    case .whole(let number): try encode(number, forKey: key)
    case .choice(let name): try encode(name, forKey: key)
    case .isOn(let isOn): try encode(isOn, forKey: key)
    // In order, so that equal values are equal text.
    case .blocks(let blocks): try encode(blocks.sorted(), forKey: key)
    case .steps(let range): try encode(range, forKey: key)
    case .noise(let seed, _): try encode(seed, forKey: key)
    case .texts(let texts) where texts.count == 1: try encode(texts[0], forKey: key)
    case .texts(let texts): try encode(texts, forKey: key)
    case .labels(let labels): try encode(labels, forKey: key)
    }
  }
}

extension KeyedDecodingContainer<SettingKey> {
  /// - Returns: nil where an older file leaves it out.
  /// - Throws: `SettingTextError` for what is out of the kind's range: a file may not say what an option may not.
  package func decodeIfPresent(_ kind: SettingKind, forKey key: SettingKey) throws -> SettingValue? {
    guard let value = try any(kind, forKey: key) else { return nil }
    guard kind.allows(value) else {
      throw SettingTextError(name: key.stringValue, found: value.text, expected: kind.expected)
    }
    return value
  }

  private func any(_ kind: SettingKind, forKey key: SettingKey) throws -> SettingValue? {
    switch kind {
    case .number: return try decodeIfPresent(Double.self, forKey: key).map { .number($0) }
    case .whole: return try decodeIfPresent(Int.self, forKey: key).map { .whole($0) }
    case .label:
      guard contains(key) else { return nil }
      if let labels = try? decode([Int].self, forKey: key) { return SettingValue(labels: labels) }
      return try decodeIfPresent(Int.self, forKey: key).map { .whole($0) }
    case .isOn: return try decodeIfPresent(Bool.self, forKey: key).map { .isOn($0) }
    case .blocks: return try decodeIfPresent([Int].self, forKey: key).map { .blocks(Set($0)) }
    case .steps: return try decodeIfPresent(Knobs.StepRange.self, forKey: key).map { .steps($0) }
    case .noise:
      return try decodeIfPresent(UInt64.self, forKey: key).map { .noise(seed: $0, isFromFile: false) }
    case .texts:
      guard contains(key) else { return nil }
      if let text = try? decode(String.self, forKey: key) { return .texts([text]) }
      return .texts(try decode([String].self, forKey: key))
    case .choice: return try decodeIfPresent(String.self, forKey: key).map { .choice($0) }
    }
  }
}
