import Console
import Denoising
import Files
import Foundation
import Models
import Pictures
import Recipes
import Widgets

/// Writes what the state asks to be saved, and looks up what there is to choose from.
package struct FileSaver: Sendable {
  /// Where pictures and screens go.
  package let folder: URL
  package let presets: PresetLibrary

  package init(
    folder: URL = URL(filePath: FileManager.default.currentDirectoryPath),
    presets: PresetLibrary = PresetLibrary()
  ) {
    (self.folder, self.presets) = (folder, presets)
  }

  /// Never throws: what goes wrong is one line for the person.
  package func save(_ request: SaveRequest, of state: ExplorerState, theme: Theme) -> ExplorerMessage {
    do {
      switch request {
      case .panels: return .saved(path: try savePanels(of: state, theme))
      case .panel(let place): return .saved(path: try savePanel(place, of: state))
      case .sweep: return .saved(path: try saveSweep(of: state))
      case .screen: return .saved(path: try saveScreen(of: state, theme: theme))
      case .preset(let preset):
        return .saved(path: "the preset “\(preset.name)” as \(try presets.save(preset))")
      }
    } catch {
      return .failed("\(error)")
    }
  }

  package func list(_ request: ListRequest) -> ExplorerMessage {
    switch request {
    case .presets:
      let (found, warnings) = presets.load()
      return .presets(found, warning: warnings.first)
    case .models: return .models(ModelLibrary().listings(and: folder))
    }
  }

  /// As `mezzotint compare` has them, with names, knobs and gaps, on light ground where the screen is light.
  private func savePanels(of state: ExplorerState, _ theme: Theme) throws -> String {
    let count = state.settings.run.images
    let columns = try state.settings.panels.map { panel in
      let sheet = try result(of: panel, in: state)
      return (0..<count).map { sheet.image($0, of: count) }
    }
    let sheet = PanelSheet(state.recipe, state.models)
    let ground: SheetTheme = theme.isLight ? .light : .dark
    let first = state.traits(of: state.settings.panels[0])
    let page = sheet.page(columns, factor: nil, theme: ground)
    guard page.width * page.height <= PNGFile.mostPixels else {
      return try save(sheet.bare(columns), state.recipe, first, Self.labels(state))
    }
    return try save(page.picture(), state.recipe, first, Self.labels(state))
  }

  private func savePanel(_ place: Int, of state: ExplorerState) throws -> String {
    let panel = state.settings.panels[place]
    let picture = try result(of: panel, in: state)
    let recipe = state.recipe(panel: place)
    let description = state.traits(of: panel)
    return try save(
      picture, recipe, description, description.labels, as: "-\(FreeFile.slug(panel.name))")
  }

  private func saveSweep(of state: ExplorerState) throws -> String {
    guard let layer = state.layers[SweepLayer.self], layer.isAtRest else { throw SavingError.unfinished }
    let screen = layer.screen
    let sheet = SweepSheet(screen.sweep, state.traits)
    try sheet.requireRoom()
    let picture = sheet.page(screen.pictures.compactMap(\.self)).picture()
    return try save(
      picture, screen.sweep.base, first: screen.sweep.cells[0], state.traits, state.traits.labels,
      as: "-sweep")
  }

  private func saveScreen(of state: ExplorerState, theme: Theme) throws -> String {
    let screen = ExplorerView(state, theme: theme).draw()
    let svg = SVGScreenshot(screen, background: theme.color(.background), pictures: state.pictures).text()
    return try FreeFile.write(
      Array(svg.utf8), in: folder, stem: "\(stem(of: state.recipe, Self.labels(state)))-screen", ending: "svg"
    )
  }

  private static func labels(_ state: ExplorerState) -> [String] { state.models.common.description.labels }

  /// The picture at the end of a panel's run.
  private func result(of panel: PanelSettings, in state: ExplorerState) throws -> Picture {
    guard state.runs.isFinished(panel, in: state.settings), let track = state.runs.tracks[panel.id],
      track.isDecoded || !state.decodingPanels.contains(panel.id), let step = track.steps.last
    else { throw SavingError.unfinished }
    return step.shown
  }

  /// - Parameters:
  ///   - first: of the first picture where it is not the recipe's first panel.
  ///   - description: of the model that drew it.
  ///   - kind: the end of the file's name.
  private func save(
    _ picture: Picture, _ recipe: Recipe, first: Recipe? = nil, _ description: ModelDescription,
    _ labels: [String], as kind: String = ""
  ) throws -> String {
    let file = PNGFile(picture, texts: try recipe.entries(first: first, for: description))
    return try FreeFile.write(
      file.encoded(), in: folder, stem: stem(of: recipe, labels) + kind, ending: "png")
  }

  /// Panels whose b and s a file's name says.
  private static let mostNamed = 4

  /// Model, label, seed, b and s: what is told apart by one of them has a name of its own.
  private func stem(of recipe: Recipe, _ labels: [String]) -> String {
    // Names of repositories have a slash.
    var parts = [recipe.model.replacing("/", with: "-")]
    if let label = recipe.label {
      parts.append(FreeFile.slug(labels.indices.contains(label) ? labels[label] : "no-label"))
    }
    parts.append("seed\(recipe.seed)")
    for knob in [Knob.b, .s] {
      let values = recipe.panels.map { panel in
        FreeFile.slug(knob.text(of: panel.knobs)).replacing(/\.0$/, with: "")
      }
      let isOne = Set(values).count == 1
      parts.append(knob.name + values.prefix(isOne ? 1 : Self.mostNamed).joined(separator: "_"))
    }
    return parts.joined(separator: "-")
  }
}

enum SavingError: Error, CustomStringConvertible {
  case unfinished

  var description: String {
    switch self {
    case .unfinished: "the run is not finished yet; save when it is"
    }
  }
}
