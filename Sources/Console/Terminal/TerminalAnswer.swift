/// What a terminal says when it is asked something: one control sequence or string.
///
/// The forms are those of xterm's ctlseqs (DA1, CPR, XTWINOPS, DECRQSS, XTVERSION, XTSMGRAPHICS) and of kitty's
/// graphics protocol.
package enum TerminalAnswer: Hashable, Sendable {
  /// Which colour is set (DECRQSS): whether it is the one that the question set, to the last bit.
  case color(isKept: Bool)
  /// Name and version (XTVERSION), such as `kitty(0.41.1)`.
  case name(String)
  case cell(PixelSize)
  case textArea(PixelSize)
  case cursor(CellPoint)
  /// Of kitty's graphics: `OK`, or what was wrong.
  case graphics(id: Int, message: String)
  case sixelColors(Int)
  case largestSixel(PixelSize)
  /// The first is a level, the others are features (DA1); every terminal answers it.
  case features([Int])

  /// nil where it is none, or says that the question was not understood.
  /// - Parameters:
  ///   - parameters: between `ESC [` and the last byte, its prefix too.
  package init?(controlSequence parameters: String, final: Character) {
    let prefix = parameters.prefix { "?>=<".contains($0) }
    let fields = parameters.dropFirst(prefix.count).split(separator: ";", omittingEmptySubsequences: false)
    // kitty has nothing behind the last semicolon.
    let numbers = fields.compactMap { $0.isEmpty ? 0 : Int($0) }
    guard numbers.count == fields.count else { return nil }
    switch (prefix, final, numbers.count) {
    case ("?", "c", 1...) where numbers[0] > 0: self = .features(numbers)
    case ("", "t", 3) where numbers[0] == 6 || numbers[0] == 4:
      let isCell = numbers[0] == 6
      guard
        let size = isCell
          ? PixelSize(cellOf: numbers[2], numbers[1]) : PixelSize(answered: numbers[2], numbers[1])
      else { return nil }
      self = isCell ? .cell(size) : .textArea(size)
    case ("", "R", 2):
      guard let size = PixelSize(answered: numbers[1], numbers[0]) else { return nil }
      self = .cursor(CellPoint(column: size.width - 1, row: size.height - 1))
    case ("?", "S", 3) where numbers[0] == 1 && numbers[1] == 0: self = .sixelColors(numbers[2])
    case ("?", "S", 4) where numbers[0] == 2 && numbers[1] == 0:
      guard let size = PixelSize(answered: numbers[2], numbers[3]) else { return nil }
      self = .largestSixel(size)
    default: return nil
    }
  }

  /// - Parameters:
  ///   - introducer: what follows the ESC: `P` (DCS), `_` (APC) and others.
  package init?(controlString body: String, introducer: Character) {
    switch introducer {
    case "P" where body.hasPrefix(">|"): self = .name(String(body.dropFirst(2)))
    case "P" where body.hasPrefix("1$r") || body.hasPrefix("0$r"):
      let text = body.replacing(";", with: ":")
      self = .color(isKept: text.contains("48:2:1:2:3") || text.contains("48:2::1:2:3"))
    case "_" where body.hasPrefix("G"):
      let parts = body.dropFirst().split(separator: ";", maxSplits: 1)
      guard parts.count == 2,
        let id = parts[0].split(separator: ",").lazy.compactMap({
          $0.hasPrefix("i=") ? Int($0.dropFirst(2)) : nil
        })
        .first
      else { return nil }
      self = .graphics(id: id, message: String(parts[1]))
    default: return nil
    }
  }
}

/// A width and a height in pixels of the terminal.
package struct PixelSize: Hashable, Sendable {
  package var width, height: Int

  package init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  /// nil for what no terminal has.
  init?(answered width: Int, _ height: Int) {
    guard 1...1 << 16 ~= width, 1...1 << 16 ~= height else { return nil }
    self.init(width: width, height: height)
  }

  /// Of a cell; nil for what no letter is as large as: pictures are made as large as their cells are said to be.
  init?(cellOf width: Int, _ height: Int) {
    guard 1...Self.largestCell.width ~= width, 1...Self.largestCell.height ~= height else { return nil }
    self.init(width: width, height: height)
  }

  /// Letters of 96 points at two pixels a point.
  private static let largestCell = PixelSize(width: 96, height: 192)
}
