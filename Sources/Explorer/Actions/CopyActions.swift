import Console
import Files
import Recipes
import Widgets

/// Recipes and copying.
extension ExplorerState {
  /// The recipe of all panels; of a single one it is that of its sample.
  package var recipe: Recipe { settings.panels.count == 1 ? recipe(panel: 0) : startRecipe }

  /// What a session begins with again: every panel as it is.
  var startRecipe: Recipe { settings.recipe(model: model, fingerprint: fingerprint, precision: precision) }

  /// The recipe of one panel alone.
  package func recipe(panel place: Int) -> Recipe {
    startRecipe.alone(place, for: traits(of: settings.panels[place]))
  }

  /// - Parameters:
  ///   - panel: whose recipe it is; nil for all panels.
  ///   - isSheet: what `w` saves is meant, and not bare pixels.
  mutating func copy(
    _ recipe: Recipe, of panel: PanelSettings?, isSheet: Bool = false
  ) -> [ExplorerEffect] {
    guard recipe.panels.allSatisfy({ $0.branch == nil }) else {
      return refuse("a branch has no command; W saves it as PNG, which explore takes up again")
    }
    let model = models[panel?.own.model]
    let clips = try? model.description.settings(for: recipe.sampler.sampler).clip
    let output = recipe.sweep != nil ? "grid.png" : recipe.panels.count == 1 ? "panel.png" : "panels.png"
    let command = recipe.command(
      model: reference(of: model), labels: model.description.labels, clips: clips ?? true,
      others: models.all,
      scale: isSheet
        ? PanelSheet(recipe, models).defaultFactor(cellWidth: model.description.pictureShape[2]) : nil,
      output: output)
    return copy(command + (engine.map { " --engine \(shellQuoted($0.command))" } ?? ""))
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
}
