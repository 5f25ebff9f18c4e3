import ArgumentParser
import Console

/// What `--pictures` takes: a mode by its name, or `auto`, which is the best that the terminal says it can.
struct PicturesChoice: ExpressibleByArgument {
  /// nil: what suits the terminal.
  let mode: PictureMode?

  static let auto = PicturesChoice(mode: nil)
  static var help: ArgumentHelp { "How pictures are drawn, from coarse to fine." }

  private init(mode: PictureMode?) { self.mode = mode }

  init?(argument: String) {
    guard argument != "auto" else {
      self = .auto
      return
    }
    guard let mode = PictureMode(named: argument) else { return nil }
    self.init(mode: mode)
  }

  static var allValueStrings: [String] { ["auto"] + PictureMode.all.map(\.name) }
  var defaultValueDescription: String { mode?.name ?? "auto" }
}
