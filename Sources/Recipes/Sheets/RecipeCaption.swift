import Denoising
import Foundation

extension Sweep {
  /// What the cells have in common, in parts for one line below the grid: the model, and each setting that no
  /// axis says, the knobs only where they differ from what changes nothing.
  package func caption(for description: ModelDescription) -> [String] {
    base.caption(for: description, without: Set([x?.name, y?.name].compactMap(\.self)))
      + base.panels[0].knobTexts(without: Set([x?.name, y?.name].compactMap(\.self)))
      + (base.panels[0].branch != nil ? ["branched"] : [])
  }
}

extension Recipe {
  /// What all pictures have in common, in parts: the model and the settings of the run.
  /// - Parameter said: names of settings that are said elsewhere.
  package func caption(for description: ModelDescription, without said: Set<String> = []) -> [String] {
    var parts = [model]
    func add(_ name: String, _ text: String?) {
      if let text, !said.contains(name) { parts.append(text) }
    }
    // Several images without a label take each in turn.
    let labels = run.labels.isEmpty && count == 1 && !description.labels.isEmpty ? [0] : run.labels
    add(
      "label",
      labels.isEmpty ? nil : labels.map(description.name(ofLabel:)).joined(separator: " | "))
    for setting in RunSetting.all(beginningWith: [
      .prompt, .negative, .seed, .sampler, .steps, .spacing, .eta, .guidance,
    ]) {
      guard setting.owner == .panel, setting != .label, let value = run[setting],
        setting.isAlwaysTold || value != setting.entry.standard
      else { continue }
      add(setting.name, setting.entry.caption(value.words))
    }
    return parts
  }
}

extension Panel {
  /// Each knob that changes something.
  /// - Parameter said: names of knobs that are said elsewhere.
  package func knobTexts(without said: Set<String> = []) -> [String] {
    var parts: [String] = []
    func add(_ name: String, _ text: String) { if !said.contains(name) { parts.append(text) } }
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
    return parts
  }

  /// What stands above its pictures: its name, b and s, and a line for all else that it has for itself.
  package func heading(for description: ModelDescription) -> String {
    let always = [Knob.b, .s].filter { knob in
      !knobs.changes(of: knob).contains { $0.place != .all }
    }
    let factors = always.map { "\($0.name) \(knobs.value(of: $0)?.words ?? "1")" }
    var lines = [name] + (factors.isEmpty ? [] : [factors.joined(separator: "  ")])
    lines += knobTexts(without: Set(always.map(\.name)))
    if let own {
      lines += own.model.map { [$0.name] } ?? []
      for setting in RunSetting.ofPanels {
        guard let value = own[setting] else { continue }
        lines.append(
          setting == .label
            ? own.label.map(description.name(ofLabel:)) ?? "" : setting.entry.caption(value.words))
      }
    }
    if branch != nil { lines.append("branched") }
    return lines.map { $0.replacing("\n", with: " ") }.joined(separator: "\n")
  }
}

extension SettingValue {
  /// As it is said in a sentence.
  fileprivate var words: String {
    switch self {
    case .number(let number): "\(number)"
    case .blocks(let blocks): blocks.sorted().map(String.init).joined(separator: "+")
    case .steps(let range): "\(range.from) to \(range.to)"
    case .whole, .choice, .isOn, .noise, .texts, .labels: text
    }
  }
}
