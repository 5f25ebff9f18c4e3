/// What a terminal would show: a small emulator for the sequences that mezzotint and ncurses' xterm-256color
/// write. What it does not know it counts, so that a test can say that nothing was misunderstood.
struct ScreenModel {
  struct Color: Hashable, CustomStringConvertible {
    var red: UInt8
    var green: UInt8
    var blue: UInt8

    var description: String { "(\(red), \(green), \(blue))" }
  }

  /// nil colours are the terminal's own.
  struct Pen: Hashable {
    var foreground: Color?
    var background: Color?
    var isBold = false
    var isDim = false
    var isUnderlined = false
    var isReversed = false
  }

  struct Cell: Hashable {
    /// Empty for the right half of a wide character.
    var glyph: String = " "
    var pen = Pen()
  }

  private(set) var columns: Int
  private(set) var rows: Int
  /// Row after row.
  private(set) var cells: [Cell]
  private(set) var cursor = (column: 0, row: 0)
  private(set) var isOnAlternateScreen = false
  private(set) var isCursorVisible = true
  /// DEC private modes that are set, such as 1002 (mouse), 2004 (paste), 2026 (synchronized update).
  private(set) var modes: Set<Int> = []
  /// Sequences that the model does not know, in the order in which they came.
  private(set) var unknown: [String] = []
  /// Frames that came inside a bracket of synchronized update.
  private(set) var updates = 0

  private var parser = SequenceParser()
  private var pen = Pen()
  private var saved = (column: 0, row: 0, pen: Pen())
  private var mainScreen: [Cell] = []
  private var scrollRegion: ClosedRange<Int>
  /// The cursor stands behind the last column, and the next character goes to the next row.
  private var wrapsNext = false
  private var lastGlyph = " "
  private var usesLineDrawing = false

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: Cell(), count: columns * rows)
    scrollRegion = 0...(rows - 1)
  }

  subscript(column: Int, row: Int) -> Cell { cells[row * columns + column] }

  /// The text of the rows, without blanks at their ends.
  var lines: [String] {
    (0..<rows).map { row in
      var line = cells[row * columns..<(row + 1) * columns].map(\.glyph).joined()[...]
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }

  var text: String { lines.joined(separator: "\n") }

  /// The pixels of half-block cells, upper and lower; nil where a cell is none in colours.
  func pixels(column: Int, row: Int) -> (upper: Color, lower: Color)? {
    let cell = self[column, row]
    guard let foreground = cell.pen.foreground, let background = cell.pen.background else { return nil }
    switch cell.glyph {
    case "▀": return (foreground, background)
    case "▄": return (background, foreground)
    case "█": return (foreground, foreground)
    case " ": return (background, background)
    default: return nil
    }
  }

  /// As the terminal emulators do: what fits stays.
  mutating func resize(columns: Int, rows: Int) {
    var next = Array(repeating: Cell(), count: columns * rows)
    for row in 0..<min(rows, self.rows) {
      for column in 0..<min(columns, self.columns) { next[row * columns + column] = self[column, row] }
    }
    (self.columns, self.rows, cells) = (columns, rows, next)
    mainScreen = []
    scrollRegion = 0...(rows - 1)
    cursor = (min(cursor.column, columns - 1), min(cursor.row, rows - 1))
    wrapsNext = false
  }

  mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      guard let token = parser.take(byte) else { continue }
      switch token {
      case .text(let scalar): put(scalar)
      case .control(let code): control(code)
      case .escape(let text): escape(text)
      case .sequence(let sequence): perform(sequence)
      case .string: break
      }
    }
  }

  // MARK: Characters

  private mutating func put(_ scalar: Unicode.Scalar) {
    if scalar.properties.generalCategory == .nonspacingMark {
      let index = cursor.row * columns + max(0, cursor.column - (wrapsNext ? 0 : 1))
      cells[index].glyph.unicodeScalars.append(scalar)
      return
    }
    let wide = ScreenCharacters.isWide(scalar) ? 2 : 1
    if wrapsNext || cursor.column + wide > columns {
      cursor.column = 0
      wrapsNext = false
      lineFeed()
    }
    lastGlyph = usesLineDrawing ? ScreenCharacters.lineDrawing[scalar] ?? String(scalar) : String(scalar)
    cells[cursor.row * columns + cursor.column] = Cell(glyph: lastGlyph, pen: pen)
    if wide == 2 { cells[cursor.row * columns + cursor.column + 1] = Cell(glyph: "", pen: pen) }
    cursor.column += wide
    if cursor.column >= columns {
      cursor.column = columns - 1
      wrapsNext = true
    }
  }

  private mutating func control(_ code: UInt8) {
    switch code {
    case 0x08: move(to: cursor.column - 1, cursor.row)
    case 0x09: move(to: (cursor.column / 8 + 1) * 8, cursor.row)
    case 0x0A, 0x0B, 0x0C: lineFeed()
    case 0x0D: move(to: 0, cursor.row)
    case 0x0E: usesLineDrawing = true
    case 0x0F: usesLineDrawing = false
    default: break
    }
  }

  private mutating func escape(_ text: String) {
    switch text {
    case "7": saved = (cursor.column, cursor.row, pen)
    case "8": restoreCursor()
    case "D": lineFeed()
    case "M":
      if cursor.row == scrollRegion.lowerBound {
        scroll(by: -1)
      } else {
        move(to: cursor.column, cursor.row - 1)
      }
    case "(0": usesLineDrawing = true
    case "(B": usesLineDrawing = false
    case "c": self = ScreenModel(columns: columns, rows: rows)
    case "=", ">", ")0", ")B", "\\": break
    default: unknown.append("ESC \(text)")
    }
  }

  // MARK: Sequences

  private mutating func perform(_ sequence: SequenceParser.Sequence) {
    func number(_ index: Int, or least: Int = 1) -> Int {
      index < sequence.numbers.count && sequence.numbers[index] != 0 ? sequence.numbers[index] : least
    }
    switch (sequence.marker, sequence.final) {
    case ("?", "h"): for mode in sequence.numbers { setMode(mode, true) }
    case ("?", "l"): for mode in sequence.numbers { setMode(mode, false) }
    case ("", "A"): move(to: cursor.column, cursor.row - number(0))
    case ("", "B"), ("", "e"): move(to: cursor.column, cursor.row + number(0))
    case ("", "C"), ("", "a"): move(to: cursor.column + number(0), cursor.row)
    case ("", "D"): move(to: cursor.column - number(0), cursor.row)
    case ("", "G"), ("", "`"): move(to: number(0) - 1, cursor.row)
    case ("", "d"): move(to: cursor.column, number(0) - 1)
    case ("", "H"), ("", "f"): move(to: number(1) - 1, number(0) - 1)
    case ("", "J"): erase(screen: number(0, or: 0))
    case ("", "K"): erase(line: number(0, or: 0))
    case ("", "X"): erase(cursor.column..<min(columns, cursor.column + number(0)), row: cursor.row)
    case ("", "P"): shift(by: -number(0))
    case ("", "@"): shift(by: number(0))
    case ("", "L"): scroll(by: -number(0), from: cursor.row)
    case ("", "M"): scroll(by: number(0), from: cursor.row)
    case ("", "S"): scroll(by: number(0))
    case ("", "T"): scroll(by: -number(0))
    case ("", "b"): for _ in 0..<number(0) { for scalar in lastGlyph.unicodeScalars { put(scalar) } }
    case ("", "m"): ColorCodes.apply(sequence.numbers, to: &pen)
    case ("", "r"):
      let (top, bottom) = (number(0) - 1, min(rows, number(1, or: rows)) - 1)
      scrollRegion = top < bottom ? top...bottom : 0...(rows - 1)
      move(to: 0, 0)
    case ("", "s"): saved = (cursor.column, cursor.row, pen)
    case ("", "u"): restoreCursor()
    // Questions: of sizes, of sixel's limits.
    case ("?", "S"): break
    case ("", "h"), ("", "l"), ("", "c"), ("", "n"), ("", "t"), (">", _): break
    default: unknown.append("CSI \(sequence.marker)\(sequence.numbers) \(sequence.final)")
    }
  }

  private mutating func setMode(_ mode: Int, _ isSet: Bool) {
    if isSet { modes.insert(mode) } else { modes.remove(mode) }
    switch mode {
    case 25: isCursorVisible = isSet
    case 2026: if !isSet { updates += 1 }
    case 47, 1047, 1049:
      guard isSet != isOnAlternateScreen else { return }
      isOnAlternateScreen = isSet
      if isSet {
        saved = (cursor.column, cursor.row, pen)
        mainScreen = cells
        cells = Array(repeating: Cell(), count: columns * rows)
      } else {
        cells =
          mainScreen.count == columns * rows ? mainScreen : Array(repeating: Cell(), count: columns * rows)
        restoreCursor()
      }
    default: break
    }
  }

  private mutating func restoreCursor() {
    move(to: saved.column, saved.row)
    pen = saved.pen
  }

  private mutating func move(to column: Int, _ row: Int) {
    cursor = (min(columns - 1, max(0, column)), min(rows - 1, max(0, row)))
    wrapsNext = false
  }

  // MARK: Erasing and scrolling; what is erased gets the pen's background.

  private var blank: Cell { Cell(pen: Pen(background: pen.background)) }

  private mutating func erase(_ range: Range<Int>, row: Int) {
    for column in range { cells[row * columns + column] = blank }
  }

  private mutating func erase(line part: Int) {
    switch part {
    case 0: erase(cursor.column..<columns, row: cursor.row)
    case 1: erase(0..<cursor.column + 1, row: cursor.row)
    default: erase(0..<columns, row: cursor.row)
    }
  }

  private mutating func erase(screen part: Int) {
    if part < 2 { erase(line: part) }
    let wholeRows = part == 0 ? cursor.row + 1..<rows : part == 1 ? 0..<cursor.row : 0..<rows
    for row in wholeRows { erase(0..<columns, row: row) }
  }

  private mutating func shift(by count: Int) {
    let start = cursor.row * columns
    let row = Array(cells[start..<start + columns])
    for column in cursor.column..<columns {
      let source = column - count
      cells[start + column] = source >= cursor.column && source < columns ? row[source] : blank
    }
  }

  private mutating func lineFeed() {
    if cursor.row == scrollRegion.upperBound {
      scroll(by: 1)
    } else {
      move(to: cursor.column, cursor.row + 1)
    }
  }

  /// Positive: upwards.
  private mutating func scroll(by count: Int, from top: Int? = nil) {
    let region = max(top ?? scrollRegion.lowerBound, scrollRegion.lowerBound)...scrollRegion.upperBound
    let old = cells
    for row in region {
      let source = row + count
      for column in 0..<columns {
        cells[row * columns + column] = region.contains(source) ? old[source * columns + column] : blank
      }
    }
  }
}
