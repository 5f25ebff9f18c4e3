import Recipes

/// What copying and saving need to know.
package struct KeepingState: Sendable {
  /// How the model was called on the command line; nil: by its name.
  package var modelReference: String?
  /// A sweep to begin with, of a grid that was opened.
  package var sweep: Recipe.SweepText?

  package init() {}
}

/// Something to be kept outside the program.
package enum Keepsake: Hashable, Sendable {
  /// All panels side by side, as `mezzotint compare` writes them.
  case panels
  /// One panel, as `mezzotint sample` writes it.
  /// - Parameter place: among all panels.
  case panel(place: Int)
  /// The sweep's grid, as `mezzotint sweep` writes it.
  case sweep
  /// What the terminal shows, as SVG.
  case screen
  case preset(Preset)
  /// Nothing is written: the presets that there are, for the list.
  case presetList
  /// Nothing is written: the models that there are, for the list.
  case modelList
}
