import Console
import Files
import Foundation
import Models
import Recipes

/// What a session began with: the first line of a file of actions.
package struct ActionStart: Codable, Sendable {
  /// Version of this form.
  package var format = 1
  package var recipe: Recipe
  /// How the model was called on the command line; nil: by the recipe's name.
  package var model: String?
  /// The same of models that single panels had.
  package var models: [String]?
  package var columns: Int
  package var rows: Int
  /// Names, in the order in which `t` goes through them.
  package var themes: [String]
  package var theme: Int
  /// How pictures are drawn; nil: in half blocks.
  package var pictures: String?
  /// The ways in which the terminal could, in the order in which `T` goes through them; nil: in all.
  package var pictureModes: [String]?
  /// Nobody had chosen one; nil: somebody had.
  package var picturesSuitTerminal: Bool?
  /// Pixels of the terminal's cells; nil: nothing depends on them.
  package var cell: [Int]?
  /// It began with the tour; nil: it did not.
  package var tour: Bool?

  static func size(ofCell sides: [Int]?) -> PixelSize {
    guard let sides, sides.count == 2, sides.allSatisfy((1...1 << 12).contains) else {
      return TerminalAbilities().knownCell
    }
    return PixelSize(width: sides[0], height: sides[1])
  }
}

/// One thing that happened to the explorer, and where all runs stood then.
///
/// Time is only for watching: a replay is made by what had arrived, so it is the same on any machine.
package struct ActionLine: Codable, Sendable {
  /// Since the start.
  package var seconds: Double
  /// For each panel the steps of its present run that had come.
  package var after: [Int]

  // One of these:
  package var key: String?
  package var mouse: String?
  package var paste: String?
  /// Columns and rows.
  package var size: [Int]?
  /// `ExplorerState.tickMilliseconds` went by this many times.
  package var ticks: Int?
  /// Late word of the terminal: how it can show pictures, and how they then were drawn.
  package var pictureModes: [String]?
  package var pictures: String?
  /// Pixels of the terminal's cells, beside those.
  package var cell: [Int]?
  /// A line that was shown about something outside, such as a file that was saved.
  package var said: String?
  package var failed: String?
  package var presets: [Preset]?
  package var models: [ModelListing]?
  /// How the model is called that was opened for `panel`.
  package var opened: String?
  package var panel: Int?
  /// The session was left.
  package var end: Bool?

  init(seconds: Double, after: [Int]) { (self.seconds, self.after) = (seconds, after) }

  /// nil for what needs not be kept: the steps come from the engine, wakes and signals change nothing.
  init?(_ message: ExplorerMessage, seconds: Double, after: [Int]) {
    self.init(seconds: seconds, after: after)
    switch message {
    case .input(.key(let key, let modifiers)): self.key = InputText.text(key, modifiers)
    case .input(.mouse(let mouse)): self.mouse = InputText.text(mouse)
    case .input(.paste(let text)): paste = text
    case .input(.resized(let size)): self.size = [size.columns, size.rows]
    case .input(.canShow(let modes, let best, let cell)):
      (pictureModes, pictures) = (modes.map(\.name), best.name)
      self.cell = [cell.width, cell.height]
    case .tick: ticks = 1
    case .saved(let path): said = path
    case .failed(let text), .stopped(let text): failed = text
    case .presets(let presets, let warning): (self.presets, failed) = (presets, warning)
    case .models(let models): self.models = models
    case .modelOpened(let panel, let model): (self.panel, opened) = (panel, model.reference)
    default: return nil
    }
  }

  /// What the line does to a state, in order.
  package var messages: [ExplorerMessage] {
    if let key { return InputText.key(key).map { [.input($0)] } ?? [] }
    if let mouse { return InputText.mouse(mouse).map { [.input($0)] } ?? [] }
    if let paste { return [.input(.paste(paste))] }
    if let size, size.count == 2 { return [.input(.resized(CellSize(columns: size[0], rows: size[1])))] }
    if let ticks { return Array(repeating: .tick, count: min(max(0, ticks), ActionFile.mostTicks)) }
    if let pictureModes, let best = pictures.flatMap(PictureMode.init(named:)) {
      let cell = ActionStart.size(ofCell: cell)
      return [.input(.canShow(pictureModes.compactMap(PictureMode.init(named:)), best: best, cell: cell))]
    }
    if let said { return [.saved(path: said)] }
    if let presets { return [.presets(presets, warning: failed)] }
    if let models { return [.models(models)] }
    return failed.map { [.failed($0)] } ?? []
  }

  /// What no session can have been; nil for a line that is fine.
  var defect: String? {
    if !seconds.isFinite { return "seconds \(seconds), expected a number" }
    if let wrong = after.first(where: { !(0...10_000).contains($0) }) {
      return "after \(wrong), expected a step, from 0 to 10000"
    }
    if let size, size.count != 2 || !size.allSatisfy((0...ActionFile.sides.upperBound).contains) {
      let found = size.prefix(4).map(String.init).joined(separator: ", ")
      return "size [\(found)], expected two sides from 0 to \(ActionFile.sides.upperBound)"
    }
    if let ticks, !(0...ActionFile.mostTicks).contains(ticks) {
      return "ticks \(ticks), expected 0 to \(ActionFile.mostTicks)"
    }
    return nil
  }

  func json() -> [UInt8] { Self.json(of: self) }

  static func json(of value: some Encodable) -> [UInt8] {
    // Every value is text, a whole number or a finite one, which always can be encoded.
    (try? JSONText.bytes(of: value)) ?? []
  }
}

extension ExplorerState {
  /// For each panel the steps of its present run that have come.
  package var arrivedSteps: [Int] {
    settings.panels.map { runs.arrivedSteps(of: $0, in: settings) }
  }
}
