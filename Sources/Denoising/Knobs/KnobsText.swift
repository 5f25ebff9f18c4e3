extension Knob {
  /// The knob as text that `set` reads back without loss.
  package func text(of knobs: Knobs) -> String {
    switch places {
    case .all: return knobs.value(of: self)?.text ?? Self.allBlocks
    case .stages: return stageText(of: knobs)
    case .kernels:
      let numbers = knobs.changes(of: self).compactMap { place, value -> String? in
        guard case .kernel(let key) = place else { return nil }
        return "\(key.text):\(value.text)"
      }
      return numbers.isEmpty ? Self.learned : numbers.joined(separator: "+")
    }
  }

  /// - Throws: `SettingTextError` with what was found and what is expected; then the knobs are as they were.
  package func set(_ text: String, in knobs: inout Knobs) throws(SettingTextError) {
    switch places {
    case .all:
      let isUnset = entry.standard == nil && text == Self.allBlocks
      knobs.set(self, to: isUnset ? nil : try entry.kind.value(of: text, for: name))
    case .stages:
      let values = try stages(text)
      knobs.reset(self)
      for (place, value) in values { knobs.set(self, to: value, at: place) }
    case .kernels:
      let numbers = try kernels(text)
      knobs.reset(self)
      for (key, value) in numbers { knobs.set(self, to: value, at: .kernel(key)) }
    }
  }

  /// What is said of blocks, and of numbers of the mixture, where they are as the model has them.
  private static let allBlocks = "all"
  private static let learned = "learned"

  /// Single numbers as in 0.1.2.alpha:0.4+0.1.2.sigma:3.
  private func kernels(_ text: String) throws(SettingTextError) -> [(MixtureKey, SettingValue)] {
    guard text != Self.learned else { return [] }
    var numbers: [(MixtureKey, SettingValue)] = []
    for part in text.split(separator: "+", omittingEmptySubsequences: false) {
      let pair = part.split(separator: ":", maxSplits: 1)
      guard pair.count == 2, let key = MixtureKey(text: pair[0]),
        let value = try? entry.kind.value(of: String(pair[1]), for: name)
      else {
        throw SettingTextError(
          name: name, found: text,
          expected: "block.head.kernel.alpha:value or .sigma:value, several joined by +")
      }
      numbers.append((key, value))
    }
    return numbers
  }
}
