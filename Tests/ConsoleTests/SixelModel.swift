import Pictures

/// What a terminal with sixels shows after some bytes: pixels in cells, which text erases and pictures cover.
struct SixelModel {
  /// Pixels of a cell.
  let cellWidth, cellHeight: Int
  let columns, rows: Int
  /// nil: the cell shows text.
  private(set) var pixels: [[RGB?]]
  private(set) var glyphs: [Character?]
  private(set) var faults: [String] = []
  private(set) var pictures: [Picture] = []

  private var cursor = (column: 0, row: 0)

  init(cellWidth: Int, cellHeight: Int, columns: Int, rows: Int) {
    (self.cellWidth, self.cellHeight, self.columns, self.rows) = (cellWidth, cellHeight, columns, rows)
    pixels = Array(
      repeating: Array(repeating: nil, count: columns * cellWidth), count: rows * cellHeight)
    glyphs = Array(repeating: nil, count: columns * rows)
  }

  mutating func feed(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let byte = rest.first {
      if rest.starts(with: "\u{1B}P".utf8) {
        let body = rest.dropFirst(2).prefix { $0 != 0x1B }
        draw(String(decoding: body, as: UTF8.self))
        rest = rest.dropFirst(2 + body.count + 2)
      } else if rest.starts(with: "\u{1B}[".utf8) {
        let body = rest.dropFirst(2).prefix { !(0x40...0x7E).contains($0) }
        control(String(decoding: body, as: UTF8.self), rest.dropFirst(2 + body.count).first ?? 0)
        rest = rest.dropFirst(3 + body.count)
      } else {
        let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        write(Character(String(decoding: rest.prefix(length), as: UTF8.self)))
        rest = rest.dropFirst(length)
      }
    }
  }

  private mutating func control(_ body: String, _ final: UInt8) {
    let numbers = body.split(separator: ";").map { Int($0) ?? 0 }
    switch final {
    case UInt8(ascii: "H"): cursor = (numbers[1] - 1, numbers[0] - 1)
    case UInt8(ascii: "C"): cursor.column += numbers[0]
    default: break
    }
  }

  private mutating func write(_ character: Character) {
    glyphs[cursor.row * columns + cursor.column] = character
    for y in 0..<cellHeight {
      for x in 0..<cellWidth {
        pixels[cursor.row * cellHeight + y][cursor.column * cellWidth + x] = nil
      }
    }
    cursor.column += 1
  }

  private mutating func draw(_ body: String) {
    guard let picture = Self.decoded(body, faults: &faults) else { return }
    pictures.append(picture)
    if cursor.row * cellHeight + picture.height > (rows - 1) * cellHeight { faults.append("in the last row") }
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        pixels[cursor.row * cellHeight + y][cursor.column * cellWidth + x] = picture[x, y]
      }
    }
  }

  /// Parameters, `q`, raster attributes, registers, bands. Every pixel has to be drawn.
  static func decoded(_ body: String, faults: inout [String]) -> Picture? {
    guard let start = body.range(of: "q\"1;1;") else {
      faults.append("no size")
      return nil
    }
    var rest = Array(body[start.upperBound...].utf8)[...]
    func number(_ rest: inout ArraySlice<UInt8>) -> Int {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(digits.count)
      return Int(String(decoding: digits, as: UTF8.self)) ?? 0
    }
    let width = number(&rest)
    rest = rest.dropFirst()
    let height = number(&rest)
    var picture = Picture(width: width, height: height)
    var drawn = [Bool](repeating: false, count: width * height)
    var registers: [Int: RGB] = [:]
    var color = RGB.black
    var (x, top) = (0, 0)
    func put(_ character: UInt8, _ count: Int, _ faults: inout [String]) {
      for _ in 0..<count {
        for bit in 0..<6 where (character - 63) >> UInt8(bit) & 1 == 1 {
          guard x < width, top + bit < height else {
            faults.append("outside")
            continue
          }
          picture[x, top + bit] = color
          drawn[(top + bit) * width + x] = true
        }
        x += 1
      }
    }
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "#"):
        let register = number(&rest)
        if rest.first == UInt8(ascii: ";") {
          var parts: [Int] = []
          while rest.first == UInt8(ascii: ";") {
            rest = rest.dropFirst()
            parts.append(number(&rest))
          }
          if parts.count != 4 || parts[0] != 2 || parts.dropFirst().contains(where: { $0 > 100 }) {
            faults.append("register \(register): \(parts)")
          } else {
            registers[register] = RGB(
              UInt8((parts[1] * 255 + 50) / 100), UInt8((parts[2] * 255 + 50) / 100),
              UInt8((parts[3] * 255 + 50) / 100))
          }
        } else if let known = registers[register] {
          color = known
        } else {
          faults.append("register \(register) has no colour")
        }
      case UInt8(ascii: "!"):
        let count = number(&rest)
        if let character = rest.popFirst() { put(character, count, &faults) }
      case UInt8(ascii: "$"): x = 0
      case UInt8(ascii: "-"): (x, top) = (0, top + 6)
      case 63...126: put(byte, 1, &faults)
      default: faults.append("byte \(byte)")
      }
    }
    if registers.count > 256 || registers.keys.contains(where: { $0 >= registers.count }) {
      faults.append("registers with gaps")
    }
    if drawn.contains(false) { faults.append("pixels that are not drawn") }
    return picture
  }
}
