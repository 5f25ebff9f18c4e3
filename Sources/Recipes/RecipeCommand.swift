import Denoising
import Files
import Models

extension Recipe {
  /// The command that draws this recipe again, byte for byte.
  ///
  /// Everything about the run is spelled out, so that it draws the same where somebody's settings file has other
  /// defaults; of the knobs only those that change something.
  /// - Parameters:
  ///   - reference: how the model is called on the command line: its name, or its file.
  ///   - labels: the model's, so that the label can be named.
  ///   - others: models that single panels have for themselves.
  ///   - output: the PNG to write.
  package func command(
    model reference: String? = nil, labels: [String], others: [KnownModel] = [], output: String
  ) -> String {
    let command = sweep != nil ? "sweep" : panels.count == 1 ? "sample" : "compare"
    var words = ["mezzotint", command, reference ?? model]
    if let sweep {
      words += [("--x", sweep.x), ("--y", sweep.y)].flatMap { option, axis in axis.map { [option, $0] } ?? []
      }
    }
    if noiseFromFile { words += ["--noise", "NOISE.safetensors"] }
    words += ["--seed", "\(seed)"]
    if let label { words += ["--label", name(ofLabel: label, in: labels)] }
    words += ["--sampler", sampler.sampler.rawValue, "--steps", "\(sampler.steps)"]
    words += ["--spacing", sampler.spacing.rawValue, "--guidance", plain(guidance)]
    words += ["--eta", plain(sampler.eta)]
    if !sampler.clip { words.append("--no-clip") }
    if count > 1 { words += ["--count", "\(count)"] }
    if let columns { words += ["--columns", "\(columns)"] }
    words += panelWords(labels: labels, others)
    words += ["--precision", precision.rawValue, "--output", output]
    return words.map(shellQuoted).joined(separator: " ")
  }

  private func panelWords(labels: [String], _ others: [KnownModel]) -> [String] {
    if panels.count == 1, panels[0].own == nil {
      let isNamed = panels[0].name != Panel.models[0].name
      let name = isNamed ? ["--name=\(panels[0].name)"] : []
      return name + changed(panels[0].knobs).flatMap { ["--\($0.rawValue)", $0.text(of: panels[0].knobs)] }
    }
    guard panels != Panel.models else { return [] }
    return panels.flatMap { panel in
      let pairs = changed(panel.knobs).map { name in
        // Between the knobs stands a comma, so the blocks have another separator.
        "\(name.rawValue)=\(name.text(of: panel.knobs).replacing(",", with: "+"))"
      }
      let own = panel.own.map { words(of: $0, labels: labels, others) } ?? []
      return ["--panel", (["name=\(panel.name)"] + own + pairs).joined(separator: ",")]
    }
  }

  private func words(of own: OwnSettings, labels: [String], _ others: [KnownModel]) -> [String] {
    let model = others.first { $0.identity == own.model }
    var words = own.model.map { ["model=\(model?.reference ?? $0.name)"] } ?? []
    if let label = own.label {
      let name = name(ofLabel: label, in: model?.description.labels ?? labels)
      words.append("label=\(name.contains(",") ? "\(label)" : name)")
    }
    return words + OwnSettings.names.compactMap { name in own.text(of: name).map { "\(name)=\($0)" } }
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
