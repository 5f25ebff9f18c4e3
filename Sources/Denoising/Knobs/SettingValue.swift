/// What a knob, or a setting of the run, is set to.
package enum SettingValue: Hashable, Sendable {
  case number(Double)
  case whole(Int)
  /// By the name that it is written with.
  case choice(String)
  case isOn(Bool)
  /// Decoder blocks, counted from the middle outwards.
  case blocks(Set<Int>)
  /// A part of the run.
  case steps(Knobs.StepRange)
  /// What noise is drawn from. `isFromFile`: the user brought the noise, and only what is drawn on the way comes
  /// from the seed.
  case noise(seed: UInt64, isFromFile: Bool)
  /// Image i takes the one at i mod their number.
  case texts([String])
  /// Rows of the label embedding, as `texts`; of one alone it is `whole`.
  case labels([Int])
}

/// A type that values are read as.
package protocol SettingPayload {
  /// - Returns: nil for a value of another kind.
  init?(_ value: SettingValue)
  var settingValue: SettingValue { get }
}

extension Double: SettingPayload {
  package init?(_ value: SettingValue) {
    guard case .number(let number) = value else { return nil }
    self = number
  }
  package var settingValue: SettingValue { .number(self) }
}

extension Int: SettingPayload {
  package init?(_ value: SettingValue) {
    guard case .whole(let number) = value else { return nil }
    self = number
  }
  package var settingValue: SettingValue { .whole(self) }
}

extension Bool: SettingPayload {
  package init?(_ value: SettingValue) {
    guard case .isOn(let isOn) = value else { return nil }
    self = isOn
  }
  package var settingValue: SettingValue { .isOn(self) }
}

extension [String]: SettingPayload {
  package init?(_ value: SettingValue) {
    guard case .texts(let texts) = value else { return nil }
    self = texts
  }
  package var settingValue: SettingValue { .texts(self) }
}

extension SettingValue {
  /// - Parameter several: at least one.
  package init(labels several: [Int]) { self = several.count == 1 ? .whole(several[0]) : .labels(several) }

  /// One label, or several; none of a value of another kind.
  package var labels: [Int] {
    switch self {
    case .whole(let label): [label]
    case .labels(let labels): labels
    default: []
    }
  }
}

extension Set<Int>: SettingPayload {
  package init?(_ value: SettingValue) {
    guard case .blocks(let blocks) = value else { return nil }
    self = blocks
  }
  package var settingValue: SettingValue { .blocks(self) }
}

extension Knobs.StepRange: SettingPayload {
  package init?(_ value: SettingValue) {
    guard case .steps(let range) = value else { return nil }
    self = range
  }
  package var settingValue: SettingValue { .steps(self) }
}

/// One of several choices, by the name that it is written with.
extension SettingPayload where Self: RawRepresentable<String> {
  package init?(_ value: SettingValue) {
    guard case .choice(let name) = value else { return nil }
    self.init(rawValue: name)
  }
  package var settingValue: SettingValue { .choice(rawValue) }
}
