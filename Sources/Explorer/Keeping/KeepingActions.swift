import Console
import Recipes
import Widgets

/// Copying, saving and presets.
extension ExplorerState {
  /// The recipe of all panels; of a single one it is that of its sample.
  package var recipe: Recipe { settings.panels.count == 1 ? recipe(panel: 0) : startRecipe }

  /// What a session begins with again: every panel as it is.
  var startRecipe: Recipe { settings.recipe(model: model, fingerprint: fingerprint, precision: precision) }

  /// The recipe of one panel alone.
  package func recipe(panel place: Int) -> Recipe {
    startRecipe.alone(place, for: traits(of: settings.panels[place]))
  }

  /// - Parameter panel: whose recipe it is; nil for all panels.
  mutating func copy(_ recipe: Recipe, of panel: PanelSettings?) -> [ExplorerEffect] {
    guard recipe.panels.allSatisfy({ $0.branch == nil }) else {
      return refuse("a branch has no command; W saves it as PNG, which explore takes up again")
    }
    let model = models[panel?.own.model]
    let output = recipe.sweep != nil ? "grid.png" : recipe.panels.count == 1 ? "panel.png" : "panels.png"
    return copy(
      recipe.command(
        model: reference(of: model), labels: model.description.labels, others: models.all, output: output))
  }

  private mutating func refuse(_ reason: String) -> [ExplorerEffect] {
    message = Message(text: reason, isError: true)
    return []
  }

  /// The line is also shown: not every terminal lets a program have the clipboard.
  mutating func copy(_ line: String) -> [ExplorerEffect] {
    message = Message(text: "copied: \(line)")
    return [.copy(line)]
  }

  // MARK: Presets

  mutating func showPresets(_ presets: [Preset], warning: String?) {
    // Those that the model cannot follow would be refused, so they are not offered.
    keeping.presets = presets.filter { (try? $0.knobs.requireUse(by: traits)) != nil }
    let items = keeping.presets.map {
      ListMenu.Item(title: $0.isOwn ? "\($0.name) (own)" : $0.name, detail: $0.summary)
    }
    overlay = .presets(ListMenu(items: items))
    if let warning { message = Message(text: warning, isError: true) }
  }

  mutating func handleKeeping(_ key: Key, _ modifiers: KeyModifiers) -> [ExplorerEffect] {
    if key == .escape {
      overlay = nil
      return []
    }
    switch overlay {
    case .presets(var menu):
      if key == .enter { return takePreset(menu.selectedItem) }
      _ = menu.handle(key, modifiers)
      overlay = .presets(menu)
    case .models(var menu):
      if key == .enter { return chooseModel(menu) }
      _ = menu.handle(key, modifiers)
      overlay = .models(menu)
    case .presetName(var field):
      if key == .enter { return savePreset(named: field.text) }
      _ = field.handle(key, modifiers)
      overlay = .presetName(field)
    default: break
    }
    return []
  }

  /// - Returns: whether there was something to paste into.
  mutating func pasteIntoKeeping(_ text: String) -> Bool {
    switch overlay {
    case .presets(var menu):
      menu.insert(text)
      overlay = .presets(menu)
    case .models(var menu):
      menu.insert(text)
      overlay = .models(menu)
    case .presetName(var field):
      field.insert(text)
      overlay = .presetName(field)
    default: return false
    }
    return true
  }

  mutating func takePreset(_ index: Int?) -> [ExplorerEffect] {
    overlay = nil
    guard let index, keeping.presets.indices.contains(index) else { return [] }
    let (preset, place) = (keeping.presets[index], selected)
    let effects = change(nil) { $0.panels[place].knobs = preset.knobs }
    message = Message(text: "\(selectedPanel.name) has the knobs of “\(preset.name)”; u goes back")
    return effects
  }

  private mutating func savePreset(named text: String) -> [ExplorerEffect] {
    overlay = nil
    let name = String(text.split(separator: " ").joined(separator: " ").prefix(60))
    guard !name.isEmpty else {
      message = Message(text: "a preset needs a name; nothing was saved", isError: true)
      return []
    }
    return [.keep(.preset(Preset(name: name, knobs: selectedPanel.knobs, isOwn: true)))]
  }
}
