/// Where in a network a knob acts.
package enum Place: Hashable, Sendable, Comparable {
  /// Everywhere where no other place says something else.
  case all
  /// A decoder place of FreeU's, counted from the middle outwards.
  case stage(Int)
  /// A block with attention, in the order of the data.
  case block(Int)
  /// One number of a mixture mask.
  case kernel(MixtureKey)
}

/// A knob at one place, which a sweep goes through and a panel names: `b`, `b1` at the first stage, `3.0.1.alpha`.
package struct PlacedKnob: Hashable, Sendable {
  package let knob: Knob
  package let place: Place

  package init(_ knob: Knob, at place: Place = .all) { (self.knob, self.place) = (knob, place) }

  /// - Returns: nil where no knob is called so.
  package init?(name: String) {
    if let key = MixtureKey(text: name) {
      self.init(.mixture, at: .kernel(key))
    } else if let knob = Knob(name: name) {
      self.init(knob)
    } else if let (knob, stage) = Self.stage(name) {
      self.init(knob, at: .stage(stage))
    } else {
      return nil
    }
  }

  /// Stages are numbered from 1, as in everything that was written about FreeU.
  private static func stage(_ name: String) -> (Knob, Int)? {
    for knob in Knob.allCases where knob.places == .stages && name.hasPrefix(knob.name) {
      let digits = name.dropFirst(knob.name.count)
      if digits.allSatisfy(\.isASCII), let number = Int(digits), "\(number)" == digits,
        (1...Knob.mostStages).contains(number)
      {
        return (knob, number - 1)
      }
    }
    return nil
  }

  package var name: String {
    switch place {
    case .all, .block: knob.name
    case .stage(let stage): "\(knob.name)\(stage + 1)"
    case .kernel(let key): key.text
    }
  }

  /// As it is written beside a picture.
  package var title: String {
    guard case .kernel(let key) = place else { return place == .all ? knob.entry.axis : name }
    let letter = key.parameter == .alpha ? "α" : "σ"
    return "\(letter) of block \(key.block), head \(key.head), kernel \(key.kernel)"
  }

  /// - Parameter text: of one value; where the knob has values at many places, of all of them.
  /// - Throws: `SettingTextError`; then the knobs are as they were.
  package func set(_ text: String, in knobs: inout Knobs) throws(SettingTextError) {
    guard place != .all else { return try knob.set(text, in: &knobs) }
    knobs.set(knob, to: try knob.entry.kind.value(of: text, for: name), at: place)
  }
}
