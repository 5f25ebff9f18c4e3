import ArgumentParser

/// What `--drafts` takes: whether a move on a slow model is seen in fewer steps first.
enum DraftChoice: String, ExpressibleByArgument, CaseIterable {
  /// Where a step takes long.
  case auto
  case off

  static var help: ArgumentHelp {
    "Show what a moved slider does in a quarter of the steps first, where a step takes long: auto or off."
  }
}
