/// Knobs with values for single stages, as text: `1.3` is for all of them, `1.3,1.4` for each in turn, and where only
/// some have their own `1.1+2:1.4`, with the number of the stage.
extension Knob {
  /// More than any network has, and few enough to be written down.
  package static let mostStages = 64

  func stageText(of knobs: Knobs) -> String {
    let changes = knobs.changes(of: self)
    let all = changes.first { $0.place == .all }?.value
    let own = changes.compactMap { place, value -> (stage: Int, text: String)? in
      guard case .stage(let stage) = place else { return nil }
      return (stage, value.text)
    }
    if own.isEmpty { return (all ?? standard)?.text ?? "" }
    // One value alone would be for all.
    if all == nil, own.count > 1, own.map(\.stage) == Array(own.indices) {
      return own.map(\.text).joined(separator: ",")
    }
    return ((all.map { [$0.text] } ?? []) + own.map { "\($0.stage + 1):\($0.text)" }).joined(separator: "+")
  }

  /// - Returns: what is said at each place. Several are separated by commas, or where those stand between knobs by +.
  func stages(_ text: String) throws(SettingTextError) -> [Place: SettingValue] {
    if let value = try? entry.kind.value(of: text, for: name) { return [.all: value] }
    let isByNumber = text.contains(":")
    let separator: Character = isByNumber || text.contains("+") && !text.contains(",") ? "+" : ","
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    var values: [Place: SettingValue] = [:]
    for (index, part) in parts.enumerated() {
      let pair = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let place: Place? =
        if !isByNumber {
          .stage(index)
        } else if pair.count == 2 {
          PlacedKnob(name: name + pair[0])?.place
        } else {
          index == 0 ? .all : nil
        }
      guard let place, index < Self.mostStages, values[place] == nil,
        let value = try? entry.kind.value(of: String(pair[pair.count - 1].drop { $0 == " " }), for: name)
      else {
        // A single number that is none has the same message as any other knob's.
        if parts.count == 1, !isByNumber { _ = try entry.kind.value(of: text, for: name) }
        throw SettingTextError(
          name: name, found: text, expected: "a number as in 1.3, or one for each stage as in 1.3,1.4")
      }
      values[place] = value
    }
    return values
  }
}

extension Knobs {
  /// Every knob that is not as the table has it, by name and text, as panels and presets list them: those with values
  /// for single stages one by one.
  package var assignments: [(name: String, text: String)] { changed.flatMap(assignments(of:)) }

  package func assignments(of knob: Knob) -> [(name: String, text: String)] {
    guard knob.places == .stages else { return [(knob.name, knob.text(of: self))] }
    return changes(of: knob).map { (PlacedKnob(knob, at: $0.place).name, $0.value.text) }
  }

  /// Takes what was said of knobs by name, whatever the order: one value for all stages before those of single ones.
  /// - Throws: `SettingTextError`.
  package mutating func take(_ assignments: [(knob: PlacedKnob, text: String)]) throws(SettingTextError) {
    for (knob, text) in assignments where knob.place == .all { try knob.set(text, in: &self) }
    for (knob, text) in assignments where knob.place != .all { try knob.set(text, in: &self) }
  }
}
