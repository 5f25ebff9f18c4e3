import Console
import Files
import Recipes

/// Writes down what is done, for `mezzotint replay`.
package final class ActionRecorder {
  private let file: LineFile
  private let start = ContinuousClock.now
  /// Ticks in a row, while nothing else happens, are one line.
  private var ticks: ActionLine?
  private var isReported = false

  /// - Throws: `FileError`.
  package init(_ path: String, _ state: ExplorerState) throws {
    var recipe = state.startRecipe
    recipe.sweep = state.openingSweep
    let models = state.models.all.dropFirst().map(\.reference)
    let modes = state.pictureModes == PictureMode.blocks ? nil : state.pictureModes.map(\.name)
    let beginning = ActionLine.json(
      of: ActionStart(
        recipe: recipe, model: state.modelReference, models: models.isEmpty ? nil : models,
        columns: state.size.columns, rows: state.size.rows, themes: state.themes, theme: state.theme,
        pictures: state.pictures == .half ? nil : state.pictures.name, pictureModes: modes,
        picturesSuitTerminal: state.picturesSuitTerminal ? true : nil,
        cell: state.pictureModes.contains { !PictureMode.blocks.contains($0) }
          ? [state.cell.width, state.cell.height] : nil, tour: state.opensTour ? true : nil))
    file = try LineFile(path, beginning: beginning + [0x0A])
  }

  /// Before the state is told.
  package func note(_ message: ExplorerMessage, before state: ExplorerState) {
    guard let line = ActionLine(message, seconds: seconds, after: state.arrivedSteps) else { return }
    if line.ticks != nil, let before = ticks, before.after == line.after {
      ticks?.ticks = (before.ticks ?? 0) + 1
      return
    }
    writeTicks()
    if line.ticks != nil { ticks = line } else { file.append(line.json()) }
  }

  package func end(_ state: ExplorerState) {
    writeTicks()
    var line = ActionLine(seconds: seconds, after: state.arrivedSteps)
    line.end = true
    file.append(line.json())
    file.close()
  }

  /// Why the recording ended before its time.
  package var failure: String? { file.failure }

  /// The same, said once.
  package func takeFailure() -> String? {
    guard !isReported, let failure = file.failure else { return nil }
    isReported = true
    return failure
  }

  /// To milliseconds: more is noise in the file.
  private var seconds: Double { ((ContinuousClock.now - start) / .milliseconds(1)).rounded() / 1000 }

  private func writeTicks() {
    if let ticks { file.append(ticks.json()) }
    ticks = nil
  }
}
