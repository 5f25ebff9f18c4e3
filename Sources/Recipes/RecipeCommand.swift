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
  ///   - clips: whether the command does where nothing is said: what the model has for the recipe's sampler.
  ///   - others: models that single panels have for themselves.
  ///   - scale: of a sheet with names, knobs and gaps; nil for bare pixels.
  ///   - output: the PNG to write.
  package func command(
    model reference: String? = nil, labels: [String], clips: Bool = true, others: [KnownModel] = [],
    scale: Int? = nil, output: String
  ) -> String {
    let command = sweep != nil ? "sweep" : panels.count == 1 ? "sample" : "compare"
    var words = ["mezzotint", command, reference ?? model]
    if let sweep {
      words += [("--x", sweep.x), ("--y", sweep.y)].flatMap { option, axis in axis.map { [option, $0] } ?? []
      }
    }
    let first: [RunSetting] = [
      .prompt, .negative, .plainPrompt, .seed, .label, .sampler, .steps, .spacing, .guidance, .eta,
    ]
    for setting in RunSetting.all(beginningWith: first) where setting != .precision && setting != .clip {
      words += self.words(of: setting, labels: labels)
    }
    if run.sampler.clip != clips { words.append(run.sampler.clip ? "--clip" : "--no-clip") }
    if let size { words += ["--size", size.text] }
    if let columns { words += ["--columns", "\(columns)"] }
    words += panelWords(labels: labels, others)
    if let heads { words += ["--heads", "\(heads)"] }
    words += loras.flatMap { ["--lora", $0] }
    if let scale { words += ["--scale", "\(scale)"] }
    words += ["--precision", precision.rawValue, "--output", output]
    return words.map(shellQuoted).joined(separator: " ")
  }

  /// A setting of the run: those that a panel may have for itself always, the others where they are not standard.
  private func words(of setting: RunSetting, labels: [String]) -> [String] {
    let option = setting.name
    guard let value = run[setting], setting.owner == .panel || value != setting.entry.standard else {
      return []
    }
    switch value {
    case .whole(let label) where setting == .label:
      return ["--\(option)", name(ofLabel: label, in: labels)]
    case .labels(let found): return found.flatMap { ["--\(option)", name(ofLabel: $0, in: labels)] }
    case .texts(let texts): return texts.flatMap { ["--\(option)", $0] }
    case .isOn(let isOn): return isOn ? ["--\(option)"] : []
    case .noise(_, isFromFile: true): return ["--noise", "NOISE.safetensors", "--\(option)", value.text]
    default: return ["--\(option)", value.text]
    }
  }

  private func panelWords(labels: [String], _ others: [KnownModel]) -> [String] {
    if panels.count == 1, panels[0].own == nil {
      let isNamed = panels[0].name != Panel.models[0].name
      let name = isNamed ? ["--name=\(panels[0].name)"] : []
      return name + panels[0].knobs.changed.flatMap { ["--\($0.name)", $0.text(of: panels[0].knobs)] }
    }
    guard panels != Panel.models else { return [] }
    return panels.flatMap { panel in
      let pairs = panel.knobs.assignments.map { name, text in
        // Between the knobs stands a comma, so the blocks have another separator.
        "\(name)=\(text.replacing(",", with: "+"))"
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
    let others = RunSetting.ofPanels.filter { $0 != .label }
    return words + others.compactMap { setting in own[setting].map { "\(setting.name)=\($0.text)" } }
  }

  private func name(ofLabel label: Int, in labels: [String]) -> String {
    guard labels.indices.contains(label), labels.firstIndex(of: labels[label]) == label,
      !labels[label].hasPrefix("-")
    else { return "\(label)" }
    return labels[label]
  }
}
