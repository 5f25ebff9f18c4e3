import Console
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
      case .panels: return .saved(path: try savePanels(of: state))
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

  private func savePanels(of state: ExplorerState) throws -> String {
    let count = state.settings.run.images
    let columns = try state.settings.panels.map { panel in
      let sheet = try result(of: panel, in: state)
      return (0..<count).map { sheet.image($0, of: count) }
    }
    // As `mezzotint compare` has them: a column for each panel, a row for each image.
    let cells = (0..<count).flatMap { row in columns.map { $0[row] } }
    let sheet = ContactSheet.arranged(cells, columns: columns.count)
    return try save(sheet, state.recipe)
  }

  private func savePanel(_ place: Int, of state: ExplorerState) throws -> String {
    let panel = state.settings.panels[place]
    let picture = try result(of: panel, in: state)
    let recipe = state.recipe(panel: place)
    return try save(
      picture, recipe, as: "-\(FreeFile.slug(panel.name))",
      infotext: recipe.infotext(for: state.traits(of: panel)))
  }

  private func saveSweep(of state: ExplorerState) throws -> String {
    guard let layer = state.layers[SweepLayer.self], layer.isAtRest else { throw SavingError.unfinished }
    let screen = layer.screen
    let sheet = SweepSheet(screen.sweep, state.traits)
    try sheet.requireRoom()
    let picture = sheet.picture(screen.pictures.compactMap(\.self))
    return try save(picture, screen.sweep.base, as: "-sweep")
  }

  private func saveScreen(of state: ExplorerState, theme: Theme) throws -> String {
    let screen = ExplorerView(state, theme: theme).draw()
    let svg = SVGScreenshot(screen, background: theme.color(.background), pictures: state.pictures).text()
    return try FreeFile.write(
      Array(svg.utf8), in: folder, stem: "\(stem(of: state.recipe))-screen", ending: "svg")
  }

  /// The picture at the end of a panel's run.
  private func result(of panel: PanelSettings, in state: ExplorerState) throws -> Picture {
    guard state.runs.isFinished(panel, in: state.settings), let track = state.runs.tracks[panel.id],
      track.isDecoded || !state.decodingPanels.contains(panel.id), let step = track.steps.last
    else { throw SavingError.unfinished }
    return step.shown
  }

  /// - Parameter kind: the end of the file's name.
  private func save(
    _ picture: Picture, _ recipe: Recipe, as kind: String = "", infotext: Infotext? = nil
  ) throws -> String {
    let others = infotext.map { [PNGFile.Text(keyword: Infotext.keyword, text: $0.text)] } ?? []
    let file = PNGFile(picture, texts: [.init(keyword: recipeKey, text: try recipe.json())] + others)
    return try FreeFile.write(file.encoded(), in: folder, stem: stem(of: recipe) + kind, ending: "png")
  }

  /// Names of repositories have a slash.
  private func stem(of recipe: Recipe) -> String {
    "\(recipe.model.replacing("/", with: "-"))-seed\(recipe.seed)"
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

extension Picture {
  /// One of the images in a sheet of `count`.
  fileprivate func image(_ place: Int, of count: Int) -> Picture {
    let columns = ContactSheet.defaultColumns(count)
    let rows = (count + columns - 1) / columns
    let (width, height) = (width / columns, height / rows)
    var pixels: [UInt8] = []
    for row in 0..<height {
      let start = ((place / columns * height + row) * self.width + place % columns * width) * 3
      pixels += self.pixels[start..<start + width * 3]
    }
    return Picture(width: width, height: height, pixels: pixels)
  }
}
