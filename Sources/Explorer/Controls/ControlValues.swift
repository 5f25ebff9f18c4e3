import Denoising
import Models
import Recipes
import Widgets

/// Every control as a number: of choices the place in the list, of whole numbers the number.
extension ExplorerState {
  package func value(of id: ControlID) -> Double { value(of: id, panel: selectedPanel) }

  package func value(of id: ControlID, panel: PanelSettings) -> Double {
    value(of: id, panel, choices: choices(of: id, panel))
  }

  /// The same, of a control of the panel's at hand: a frame asks this of all of them.
  func value(of control: Control, panel: PanelSettings) -> Double {
    value(of: control.id, panel, choices: control.choices)
  }

  private func value(
    of id: ControlID, _ panel: PanelSettings, choices: @autoclosure () -> [SettingScale.Choice]?
  ) -> Double {
    switch id {
    case .knob(let knob, .stage(let stage)): traits(of: panel).factor(knob, onStage: stage, panel.knobs)
    case .knob(let knob, let place): number(panel.knobs.value(of: knob, at: place), among: choices())
    case .end(let knob, let end): panel.knobs.value(of: knob)?.end(end) ?? 0
    case .maskBlock: Double(maskView.selection.block.map { $0 + 1 } ?? 0)
    case .maskHead: Double(maskView.selection.head.map { $0 + 1 } ?? 0)
    case .kernel(let kernel, let parameter):
      mean(kernel, parameter) { key in
        panel.knobs.value(of: .mixture, at: .kernel(key)).flatMap { Double($0) }
      }
    case .run(let setting): number(settings.value(of: setting, in: panel), among: choices())
    case .lora(let place): settings.loras.indices.contains(place) ? settings.loras[place].weight : 0
    }
  }

  /// The value that changes nothing; in a panel called Model 2 the b of Model 2.
  package func resetValue(of id: ControlID) -> Double {
    let choices = { self.choices(of: id, selectedPanel) }
    lazy var untouched = Self.untouchedKnobs(of: selectedPanel)
    return switch id {
    case .knob(let knob, .stage(let stage)): traits.factor(knob, onStage: stage, untouched)
    case .knob(let knob, let place): number(untouched.value(of: knob, at: place), among: choices())
    case .end(let knob, let end): untouched.value(of: knob)?.end(end) ?? 0
    case .maskBlock, .maskHead: value(of: id)
    case .kernel(let kernel, let parameter): mean(kernel, parameter) { _ in nil }
    case .run(.precision): number(Precision.auto.resolved.settingValue, among: choices())
    case .run(let setting): number(RunSettings(traits.defaultRun)[setting], among: choices())
    case .lora: 1
    }
  }

  /// The rule finds a stage nowhere in the selected panel's network, so that its sliders change nothing.
  package func isIdle(_ id: ControlID) -> Bool {
    guard case .knob(_, .stage(let stage)) = id else { return false }
    return traits.isIdle(stage: stage, by: selectedPanel.knobs.freeURule)
  }

  /// - Parameter choices: what the control can be set to, where those are names.
  private func number(
    _ value: SettingValue?, among choices: @autoclosure () -> [SettingScale.Choice]?
  ) -> Double {
    switch value {
    case .number(let number): return number
    case .noise(let seed, _): return Double(seed)
    case .whole(let number):
      // Where it is no place in a list, or a label without a name.
      return choices()?.firstIndex { $0.value == value }.map { Double($0) } ?? Double(number)
    case .choice: return Double(choices()?.firstIndex { $0.value == value } ?? 0)
    case .isOn(let isOn): return isOn ? 1 : 0
    case .labels(let labels): return Double(labels.first ?? 0)
    case .blocks, .steps, .texts, nil: return 0
    }
  }

  /// What a control with names says: the name that it stands at, or of a label which images take in turn.
  func title(of id: ControlID, among choices: [SettingScale.Choice], _ panel: PanelSettings) -> String {
    let run = settings.run(of: panel)
    guard id == .run(.label), run.images > 1, run.label == nil else {
      return choices.title(at: value(of: id, panel: panel))
    }
    let names = run.labels.map(traits(of: panel).name(ofLabel:))
    return names.isEmpty ? "each in turn" : names.joined(separator: " | ")
  }

  private func choices(of id: ControlID, _ panel: PanelSettings) -> [SettingScale.Choice]? {
    controls(of: panel).first { $0.id == id }?.choices
  }

  /// Of several numbers the mean.
  /// - Parameter number: nil: as learned.
  private func mean(
    _ kernel: Int, _ parameter: MixtureKey.Parameter, _ number: (MixtureKey) -> Double?
  ) -> Double {
    let (traits, selection) = (traits, maskView.selection)
    var (sum, count) = (0.0, 0)
    for block in selection.blocks(traits) {
      for head in selection.heads(of: block, traits) {
        let key = MixtureKey(block: block, head: head, kernel: kernel, parameter: parameter)
        sum += number(key) ?? Double(traits.masks[block].learned(key))
        count += 1
      }
    }
    return count == 0 ? 0 : sum / Double(count)
  }

  // MARK: Setting

  /// Sets a control without regard to undo.
  /// - Parameter value: of any size; what cannot be is brought to the nearest that can.
  mutating func assign(_ id: ControlID, _ value: Double, in settings: inout Settings) {
    let value = value.isFinite ? min(max(value, -1000), Double(UInt32.max)) : 0
    // Of knobs what the command line takes too: a copied command must work.
    let number = min(value, 1000)
    switch id {
    case .knob(let knob, .stage(let stage)):
      for panel in panels(movedBy: id) {
        let model = traits(of: settings.panels[panel])
        // What it is without a value of its own needs none.
        settings.panels[panel].knobs.set(knob, to: nil, at: .stage(stage))
        if model.factor(knob, onStage: stage, settings.panels[panel].knobs) != number {
          settings.panels[panel].knobs.set(
            knob, to: settingValue(number, of: id, knob.entry.kind), at: .stage(stage))
        }
      }
    case .knob(let knob, let place):
      guard let value = settingValue(number, of: id, knob.entry.kind) else { return }
      for panel in panels(movedBy: id) {
        // One value for all stages is for those with one of their own, too.
        if place == .all { settings.panels[panel].knobs.reset(knob) }
        settings.panels[panel].knobs.set(knob, to: value, at: place)
      }
    case .end(let knob, let end):
      for panel in panels(movedBy: id) { settings.panels[panel].knobs.move(end, of: knob, to: number) }
    case .kernel(let kernel, let parameter):
      let keys = maskView.selection.keys(kernel, parameter, traits)
      for panel in panels(movedBy: id) {
        for key in keys {
          settings.panels[panel].knobs.set(.mixture, to: .number(number), at: .kernel(key))
        }
      }
    case .run(let setting):
      guard let value = settingValue(value, of: id, setting.entry.kind) else { return }
      settings.set(setting, to: possible(value, for: setting), in: selected)
      if setting == .sampler { settings.settleSpacing(of: selected, traits) }
    case .lora(let place):
      guard settings.loras.indices.contains(place) else { return }
      settings.loras[place].weight = min(
        max(number, LoRA.weights.lowerBound), LoRA.weights.upperBound)
    case .maskBlock, .maskHead: break
    }
  }

  private func settingValue(_ typed: Double, of id: ControlID, _ kind: SettingKind) -> SettingValue? {
    guard !typed.isNaN else { return nil }
    // Beyond every setting, and within what whole numbers hold.
    let value = min(max(typed, -1e15), 1e15)
    if let choices = choices(of: id, selectedPanel) {
      return choices[min(max(0, Int(value.rounded())), choices.count - 1)].value
    }
    return switch kind {
    case .number(let range): .number(min(max(value, range.lowerBound), range.upperBound))
    case .whole(let range): .whole(min(max(Int(value.rounded()), range.lowerBound), range.upperBound))
    case .noise: .noise(seed: UInt64(max(0, value.rounded())), isFromFile: false)
    case .isOn: .isOn(value >= 0.5)
    case .choice, .blocks, .steps, .label, .texts: nil
    }
  }

  /// The nearest value that goes with the selected panel's model and noise.
  private func possible(_ value: SettingValue, for setting: RunSetting) -> SettingValue {
    switch (setting, value) {
    case (.steps, .whole(let steps)):
      // The multistep solvers need one timestep more than they take steps.
      return .whole(min(steps, traits.timesteps - 1))
    case (.images, _):
      // Noise of the user's is one image.
      if case .noise(_, isFromFile: true) = settings.value(of: .seed, in: selectedPanel) { return .whole(1) }
      return value
    default: return value
    }
  }

  /// The panels that a control of FreeU or of the mask moves.
  func panels(movedBy id: ControlID) -> [Int] {
    let movesAll = id.section == .mask ? !isMaskAlone : isLinked
    return movesAll ? settings.panels.indices.filter { follows(id, settings.panels[$0]) } : [selected]
  }

  /// Whether a control means in a panel what it means in the selected one: blocks and single numbers of the mixture
  /// belong to one model.
  private func follows(_ id: ControlID, _ panel: PanelSettings) -> Bool {
    if panel.own.model == selectedPanel.own.model { return true }
    if let knob = id.knob, knob.isOfOneModel { return false }
    return controls(of: panel).contains { $0.id == id }
  }
}

extension SettingValue {
  /// An end of a part of the run; 0 of another value.
  fileprivate func end(_ end: Timeline.End) -> Double {
    guard case .steps(let range) = self else { return 0 }
    return end == .lower ? range.from : range.to
  }
}

extension Knobs {
  /// An end stays within the run, and on its side of the other end.
  fileprivate mutating func move(_ end: Timeline.End, of knob: Knob, to value: Double) {
    guard case .steps(var range) = self.value(of: knob) else { return }
    switch end {
    case .lower: range.from = min(max(value, 0), range.to)
    case .upper: range.to = max(min(value, 1), range.from)
    }
    set(knob, to: .steps(range))
  }
}
