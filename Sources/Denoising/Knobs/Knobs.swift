/// What can be turned, by knob and place. What is not said stands as the table has it, which changes nothing, bit for
/// bit.
package struct Knobs: Hashable, Sendable {
  /// What is not as the table has it: so equal knobs are equal stores.
  private var store = SettingStore()

  package init() {}

  package init(b: Double = 1, s: Double = 1) { (self.b, self.s) = (b, s) }

  package enum SkipFilter: String, Hashable, Sendable, Codable, CaseIterable, SettingPayload {
    /// Only the lowest frequencies of the skip.
    case fourier
    /// The whole skip.
    case uniform

    static let names = allCases.map(\.rawValue)
  }

  /// Shares of a run, 0 to 1.
  package struct StepRange: Hashable, Sendable, Codable {
    package var from = 0.0
    package var to = 1.0

    package init(from: Double = 0, to: Double = 1) { (self.from, self.to) = (from, to) }

    package func contains(step: Int, of count: Int) -> Bool {
      let share = Double(step) / Double(count)
      return from <= share && share < to
    }
  }

  // MARK: By knob and place

  /// The value that acts at a place: its own, or that for all places. nil: as the model has it.
  package func value(of knob: Knob, at place: Place = .all) -> SettingValue? {
    if let own = store[knob.rawValue, place] { return own }
    return (place == .all ? nil : store[knob.rawValue]) ?? knob.standard
  }

  /// Whether a place has a value of its own.
  package func says(_ knob: Knob, at place: Place) -> Bool { store[knob.rawValue, place] != nil }

  /// - Parameter value: nil: as the table or, at a single place, all places have it.
  package mutating func set(_ knob: Knob, to value: SettingValue?, at place: Place = .all) {
    store[knob.rawValue, place] = place == .all && value == knob.standard ? nil : value
  }

  /// The value of a knob that always has one.
  package subscript<Value: SettingPayload>(knob: Knob, at place: Place = .all) -> Value {
    get {
      guard let value = value(of: knob, at: place).flatMap({ Value($0) }) else {
        preconditionFailure("\(knob) is no \(Value.self)")
      }
      return value
    }
    set { set(knob, to: newValue.settingValue, at: place) }
  }

  /// What is not as the table has it, place by place.
  package func changes(of knob: Knob) -> [(place: Place, value: SettingValue)] { store.placed(knob.rawValue) }

  /// A factor is 1 wherever it acts.
  func isOff(_ factor: Knob) -> Bool { changes(of: factor).allSatisfy { $0.value == .number(1) } }

  /// Back to what the table has, at every place.
  package mutating func reset(_ knob: Knob) { store.remove(knob.rawValue) }

  /// Knobs that are not as the table has them.
  package var changed: [Knob] { Knob.allCases.filter { store.says($0.rawValue) } }

  // MARK: As they act

  /// The knobs as they act in one step: FreeU is off outside its range.
  package func at(step: Int, of count: Int) -> Knobs {
    var knobs = self
    if !freeUSteps.contains(step: step, of: count) {
      for knob in changed where knob.group == .freeU { knobs.reset(knob) }
    }
    knobs.reset(.freeUSteps)
    return knobs
  }

  /// Without what changes nothing: knobs that act alike are equal.
  package var acting: Knobs {
    var knobs = self
    for knob in changed where knob.isIdle(in: self) { knobs.reset(knob) }
    return knobs
  }
}
