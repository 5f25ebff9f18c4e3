import Denoising

extension Recipe {
  /// The command that draws this recipe again, byte for byte.
  ///
  /// Everything about the run is spelled out, so that it draws the same where somebody's settings file has other
  /// defaults; of the knobs only those that change something.
  /// - Parameters:
  ///   - reference: how the model is called on the command line: its name, or its file.
  ///   - labels: the model's, so that the label can be named.
  ///   - output: the PNG to write.
  package func command(model reference: String? = nil, labels: [String], output: String) -> String {
    var words = ["mezzotint", panels.count == 1 ? "sample" : "compare", reference ?? model]
    if noiseFromFile { words += ["--noise", "NOISE.safetensors"] }
    words += ["--seed", "\(seed)"]
    if let label { words += ["--label", name(ofLabel: label, in: labels)] }
    words += ["--sampler", sampler.sampler.rawValue, "--steps", "\(sampler.steps)"]
    words += ["--spacing", sampler.spacing.rawValue, "--guidance", plain(guidance)]
    words += ["--eta", plain(sampler.eta)]
    if !sampler.clip { words.append("--no-clip") }
    if count > 1 { words += ["--count", "\(count)"] }
    if let columns { words += ["--columns", "\(columns)"] }
    words += panelWords
    words += ["--precision", precision.rawValue, "--output", output]
    return words.map(shellQuoted).joined(separator: " ")
  }

  private var panelWords: [String] {
    if panels.count == 1 {
      let name = panels[0].name == Panel.models[0].name ? [] : ["--name=\(panels[0].name)"]
      return name + changed(panels[0].knobs).flatMap { ["--\($0.rawValue)", $0.text(of: panels[0].knobs)] }
    }
    guard panels != Panel.models else { return [] }
    return panels.flatMap { panel in
      let pairs = changed(panel.knobs).map { name in
        // Between the knobs stands a comma, so the blocks have another separator.
        "\(name.rawValue)=\(name.text(of: panel.knobs).replacing(",", with: "+"))"
      }
      return ["--panel", (["name=\(panel.name)"] + pairs).joined(separator: ",")]
    }
  }

  private func changed(_ knobs: Knobs) -> [KnobName] {
    KnobName.allCases.filter { $0.text(of: knobs) != $0.text(of: Knobs()) }
  }

  private func name(ofLabel label: Int, in labels: [String]) -> String {
    guard labels.indices.contains(label), labels.firstIndex(of: labels[label]) == label,
      !labels[label].hasPrefix("-")
    else { return "\(label)" }
    return labels[label]
  }
}

/// A word as a POSIX shell reads it back.
private func shellQuoted(_ word: String) -> String {
  let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=,+@%".contains($0)) }
  return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
}
