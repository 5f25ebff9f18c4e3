import Denoising
import Models
import Recipes

/// Settings as recipes, and back.
extension Settings {
  /// The recipe that draws these panels with `mezzotint compare`.
  package func recipe(model: String, fingerprint: String?, precision: Precision) -> Recipe {
    var settings = self
    settings.spellOutSeeds()
    var recipe = Recipe(
      model: model, fingerprint: fingerprint, precision: precision,
      panels: settings.panels.map { panel in
        var kept = Panel(name: panel.name, knobs: panel.knobs)
        if panel.branch > 0 { (kept.branch, kept.earlier) = (panel.branch, panel.earlier) }
        if panel.own != OwnSettings() { kept.own = panel.own }
        return kept
      })
    (recipe.run, recipe.size, recipe.heads, recipe.loras) = (settings.run, size, heads, loras.map(\.text))
    recipe.precision = precision
    return recipe
  }

  /// Where single panels alone start from the user's noise, that becomes the common noise and the others get a seed
  /// of their own: on the command line `--noise` is for all panels and a panel's seed goes before it.
  private mutating func spellOutSeeds() {
    guard case .seed = run.noise,
      let file = panels.compactMap(\.own.noise).first(where: { if case .file = $0 { true } else { false } })
    else { return }
    for place in panels.indices {
      let noise = panels[place].own.noise ?? run.noise
      panels[place].own.noise = noise == file ? nil : noise
    }
    run.noise = file
  }

  /// The settings that a recipe asks for.
  package init(_ recipe: Recipe, _ traits: ModelDescription, noiseFromFile: Bool) {
    (run, size, heads) = (recipe.run, recipe.size, recipe.heads)
    loras = recipe.loras.compactMap { NamedLoRA($0) }
    run.noiseFromFile = noiseFromFile
    if traits.labels.isEmpty {
      run.label = nil
    } else if run.labels.isEmpty, recipe.count == 1 {
      run.label = 0
    }
    // What a copied command is to say.
    if traits.prompting != nil, run.prompts.isEmpty { run.prompts = [""] }
    run.images = noiseFromFile ? 1 : ImageCounts.nearest(to: recipe.count)
    run.precision = recipe.precision.resolved
    panels = recipe.panels.enumerated().map { place, panel in
      var settings = PanelSettings(id: place, name: panel.name, knobs: panel.knobs)
      if let branch = panel.branch, let earlier = panel.earlier, branch > 0, !earlier.isEmpty {
        (settings.branch, settings.earlier) = (branch, earlier)
      }
      settings.own = panel.own ?? OwnSettings()
      return settings
    }
  }
}
