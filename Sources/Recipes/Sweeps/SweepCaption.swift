import Denoising
import Foundation

extension Sweep {
  /// What the cells have in common, in parts for one line below the grid: the model, and each setting that no
  /// axis says, the knobs only where they differ from what changes nothing.
  package func caption(for description: ModelDescription) -> [String] {
    let swept = Set([x?.name, y?.name].compactMap(\.self))
    var parts = [base.model]
    func add(_ name: String, _ text: String?) {
      if let text, !swept.contains(name) { parts.append(text) }
    }
    // Several images without a label take each in turn.
    add(
      "label",
      base.label.map(description.name(ofLabel:)) ?? (base.count == 1 ? description.labels.first : nil))
    for setting in RunSetting.all(beginningWith: [
      .prompt, .negative, .seed, .sampler, .steps, .spacing, .eta, .guidance,
    ]) {
      guard setting.owner == .panel, setting != .label, let value = base.run[setting],
        setting.isAlwaysTold || value != setting.entry.standard
      else { continue }
      add(setting.name, setting.entry.caption(value.words))
    }
    let knobs = base.panels[0].knobs
    for knob in knobs.changed {
      guard knob.places == .stages else {
        add(knob.name, knob.entry.caption(knobs.value(of: knob)?.words ?? ""))
        continue
      }
      for (place, value) in knobs.changes(of: knob) {
        let placed = PlacedKnob(knob, at: place)
        add(placed.name, place == .all ? knob.entry.caption(value.words) : "\(placed.name) \(value.words)")
      }
    }
    if base.panels[0].branch != nil { parts.append("branched") }
    return parts
  }
}

extension SettingValue {
  /// As it is said in a sentence.
  fileprivate var words: String {
    switch self {
    case .number(let number): "\(number)"
    case .blocks(let blocks): blocks.sorted().map(String.init).joined(separator: "+")
    case .steps(let range): "\(range.from) to \(range.to)"
    case .whole, .choice, .isOn, .noise, .texts: text
    }
  }
}
