import Denoising
import Recipes
import Widgets

/// Adding, leaving out, moving and naming panels.
extension ExplorerState {
  mutating func select(_ panel: Int) {
    selected = panel
    history.endMove()
  }

  /// More than can be told apart, and than a batch takes at once.
  static let mostPanels = 12

  /// Knobs that change nothing; for Model 1, 2 and 3 their b and s.
  static func untouchedKnobs(of panel: PanelSettings) -> Knobs {
    Panel.models.first { $0.name == panel.name }?.knobs ?? Knobs()
  }

  /// A copy of the selected panel, beside it.
  mutating func addPanel() -> [ExplorerEffect] {
    var copy = PanelSettings(id: nextPanelID, name: freeName(), knobs: selectedPanel.knobs)
    (copy.branch, copy.earlier, copy.own) = (selectedPanel.branch, selectedPanel.earlier, selectedPanel.own)
    return insert(copy)
  }

  /// Knobs for the selected panel, and others for a new one beside it.
  mutating func put(_ knobs: Knobs, and others: Knobs) -> [ExplorerEffect] {
    var copy = PanelSettings(id: nextPanelID, name: freeName(), knobs: others)
    copy.own = selectedPanel.own
    let (first, place) = (selectedPanel.name, selected)
    let effects = insert(copy) { $0.panels[place].knobs = knobs }
    if !effects.isEmpty {
      message = Message(text: "\(first) and \(copy.name) stand beside each other; u goes back")
    }
    return effects
  }

  /// Goes on from the shown step with knobs of its own: a new panel that shares the steps before.
  mutating func branchPanel() -> [ExplorerEffect] {
    guard case .paused(let step) = playback.position, step > 0 else {
      message = Message(text: "pause at a later step to branch off there", isError: true)
      return []
    }
    let panel = selectedPanel
    var branch = PanelSettings(id: nextPanelID, name: freeName(), knobs: panel.knobs)
    branch.earlier = panel.schedule.segments.filter { $0.from < step }
    (branch.branch, branch.own) = (step, panel.own)
    let effects = insert(branch)
    message = Message(text: "\(branch.name) leaves \(panel.name) at step \(step + 1): turn its knobs")
    return effects
  }

  /// - Parameter also: what else changes at once, before.
  private mutating func insert(
    _ panel: PanelSettings, also: (inout Settings) -> Void = { _ in }
  ) -> [ExplorerEffect] {
    guard settings.panels.count < Self.mostPanels else {
      message = Message(
        text: "there are \(Self.mostPanels) panels already; leave one out first", isError: true)
      return []
    }
    nextPanelID += 1
    let place = selected + 1
    selected = place
    return change(nil) { settings in
      also(&settings)
      settings.panels.insert(panel, at: place)
    }
  }

  private func freeName() -> String {
    let names = Set(settings.panels.map(\.name))
    let numbers = (settings.panels.count + 1)...(settings.panels.count + Self.mostPanels)
    return numbers.lazy.map { "Panel \($0)" }.first { !names.contains($0) } ?? "Panel"
  }

  mutating func removePanel() -> [ExplorerEffect] {
    guard settings.panels.count > 1 else {
      message = Message(text: "the last panel stays", isError: true)
      return []
    }
    let place = selected
    selected = min(selected, settings.panels.count - 2)
    return change(nil) { $0.panels.remove(at: place) }
  }

  mutating func movePanel(by offset: Int) -> [ExplorerEffect] {
    let (from, to) = (selected, selected + offset)
    guard settings.panels.indices.contains(to) else {
      message = Message(text: "\(selectedPanel.name) is the \(offset < 0 ? "first" : "last") panel")
      return []
    }
    selected = to
    return change(nil) { $0.panels.swapAt(from, to) }
  }

  mutating func rename(to name: String) -> [ExplorerEffect] {
    let name = String(name.prefix(24))
    guard !name.allSatisfy(\.isWhitespace) else { return [] }
    let place = selected
    return change(nil) { $0.panels[place].name = name }
  }

  mutating func resetPanel() -> [ExplorerEffect] {
    let place = selected
    return change(nil) { settings in
      settings.panels[place].knobs = Self.untouchedKnobs(of: settings.panels[place])
      let model = settings.panels[place].own.model
      settings.panels[place].own = OwnSettings()
      settings.panels[place].own.model = model
    }
  }

  /// The focused setting of the run for the selected panel alone, or common again.
  mutating func toggleOwn() -> [ExplorerEffect] {
    let place = selected
    guard case .run(let setting) = focus, setting.owner == .panel else {
      message = Message(text: "only settings of the run can be a panel's own; FreeU's are already")
      return []
    }
    let panel = selectedPanel
    let isOwn = panel.own[setting] != nil
    let own = isOwn ? nil : settings.value(of: setting, in: panel)
    let effects = change(nil) { $0.panels[place].own[setting] = own }
    let name = setting.entry.title
    if isOwn, selectedPanel.own[setting] != nil {
      message = Message(text: "\(name) stays its own: its model cannot follow the common one", isError: true)
    } else {
      message = Message(
        text: isOwn ? "\(name) is the common one again" : "\(panel.name) has a \(name) of its own")
    }
    return effects
  }

  mutating func makeReference() {
    panelsView.makeReference(selectedPanel)
    runs.compare(with: reference)
    message = Message(text: "differences are taken from \(selectedPanel.name)")
  }
}
