import Denoising
import Files

/// A preset as a TOML file: keys are the knobs' names as options.
package enum PresetFile {
  /// The preset and one line for each entry that was skipped.
  package struct Loaded: Hashable, Sendable {
    package var preset: Preset
    package var warnings: [String]
  }

  /// - Parameters:
  ///   - label: the file's name, for messages.
  ///   - name: where the file has none.
  /// - Throws: `TOMLFileError` for what is no TOML.
  package static func read(_ text: String, label: String, name: String) throws(TOMLFileError) -> Loaded {
    let entries = try TOMLEntries(text, label: label)
    var loaded = Loaded(preset: Preset(name: name, knobs: Knobs(), isOwn: true), warnings: entries.warnings)
    func set(_ knob: PlacedKnob, _ entry: TOMLEntries.Entry) {
      do {
        try knob.set(entry.text, in: &loaded.preset.knobs)
      } catch {
        loaded.warnings.append("\(entry.place): \(error)")
      }
    }
    var stages: [(knob: PlacedKnob, entry: TOMLEntries.Entry)] = []
    for entry in entries.entries {
      if entry.key == "name", !entry.text.isEmpty {
        loaded.preset.name = entry.text
      } else if entry.key == "format" {
        if entry.text != "1" { loaded.warnings.append("\(entry.place): format \(entry.text), expected 1") }
      } else if let knob = PlacedKnob(name: entry.key) {
        if knob.place == .all { set(knob, entry) } else { stages.append((knob, entry)) }
      } else {
        loaded.warnings.append("\(entry.place): \(entry.key) is no knob, and was skipped")
      }
    }
    // One value for all stages before those of single ones.
    for (knob, entry) in stages { set(knob, entry) }
    return loaded
  }

  /// Every knob and the version, so that it stays what it is when a default changes.
  package static func text(of preset: Preset) -> String {
    var lines = ["# A preset of mezzotint. The keys are those of `mezzotint sample --help`.", "format = 1"]
    lines.append("name = \(TOMLValue.quoted(preset.name))")
    for knob in Knob.allCases {
      let own = preset.knobs.assignments(of: knob).filter { $0.name != knob.name }
      let all = own.isEmpty ? knob.text(of: preset.knobs) : preset.knobs.value(of: knob)?.text ?? ""
      for (name, text) in [(knob.name, all)] + own {
        lines.append("\(name) = \(Double(text) == nil ? TOMLValue.quoted(text) : text)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
