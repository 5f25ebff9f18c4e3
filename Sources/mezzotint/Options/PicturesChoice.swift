import ArgumentParser
import Console

/// What `--pictures` takes: a mode by its name, or `auto`, which is half blocks as long as no terminal is asked.
struct PicturesChoice: ExpressibleByArgument {
  let mode: PictureMode
  private let name: String

  static let auto = PicturesChoice(mode: .half, name: "auto")
  static var help: ArgumentHelp { "How pictures are drawn, from coarse to fine." }

  private init(mode: PictureMode, name: String) { (self.mode, self.name) = (mode, name) }

  init?(argument: String) {
    guard argument != Self.auto.name else {
      self = .auto
      return
    }
    guard let mode = PictureMode(named: argument) else { return nil }
    self.init(mode: mode, name: argument)
  }

  static var allValueStrings: [String] { [auto.name] + PictureMode.all.map(\.name) }
  var defaultValueDescription: String { name }
}
