import Recipes

/// Something to be written to a file.
package enum SaveRequest: Hashable, Sendable {
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
}

/// Something to be looked up in folders, to choose from.
package enum ListRequest: Hashable, Sendable {
  case presets
  case models
}
