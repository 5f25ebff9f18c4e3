/// Letters of dots, for what is written on a picture: drawn here, so that it looks the same everywhere.
///
/// Each letter is as wide as its ink, digits alike, so that columns of numbers stand straight.
package enum BitmapFont {
  /// Rows of dots in a line of text: seven above the baseline, two below.
  package static let height = 9
  /// Rows above the baseline.
  package static let ascent = 7
  /// Dots between two letters.
  static let gap = 1
  /// Dots of a space.
  private static let space = 3

  /// A letter's ink: `columns` of bits, the lowest the uppermost row.
  struct Letter: Hashable {
    let columns: [UInt16]
  }

  /// What has no letter here is drawn as a hollow box, so that it is not lost in silence.
  static func letter(_ character: Character) -> Letter {
    if character == " " { return Letter(columns: Array(repeating: 0, count: space)) }
    return letters[character] ?? Letter(columns: [0b111_1111, 0b100_0001, 0b100_0001, 0b111_1111])
  }

  /// The characters that have a letter.
  package static var characters: Set<Character> { Set(letters.keys) }

  /// In dots, without a gap at the end; 0 for no text.
  package static func width(of text: String) -> Int {
    text.isEmpty ? 0 : text.reduce(-gap) { $0 + letter($1).columns.count + gap }
  }

  /// The ink of a line, from its upper left corner.
  static func dots(of text: String) -> [(x: Int, y: Int)] {
    var (dots, along): ([(x: Int, y: Int)], Int) = ([], 0)
    for character in text {
      for bits in letter(character).columns {
        for row in 0..<height where bits & 1 << row != 0 { dots.append((along, row)) }
        along += 1
      }
      along += gap
    }
    return dots
  }

  private static let letters: [Character: Letter] = {
    let lines = bitmapFontArt.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    var letters: [Character: Letter] = [:]
    for start in stride(from: 0, to: lines.count - height, by: height + 2) {
      for place in stride(from: 0, to: lines[start].count, by: 6) {
        var columns = (place..<place + 5).map { x in
          (0..<height).reduce(UInt16(0)) { bits, row in
            let line = lines[start + 1 + row]
            return x < line.count && line[x] == "#" ? bits | 1 << row : bits
          }
        }
        let character = lines[start][place]
        // A digit keeps its width: 1 is not narrower than 0.
        if !character.isNumber {
          while columns.first == 0 { columns.removeFirst() }
          while columns.last == 0 { columns.removeLast() }
        }
        letters[character] = Letter(columns: columns)
      }
    }
    return letters
  }()
}

extension Picture {
  /// Writes one line of text, each dot a square of `scale` pixels; what lies outside is cut off.
  ///
  /// - Parameters:
  ///   - x: left edge of the first letter; turned, left edge of the line.
  ///   - y: top of the line; turned, top of the last letter.
  ///   - isTurned: from below upwards, read with the head to the left.
  package mutating func write(
    _ text: String, x: Int, y: Int, color: RGB, scale: Int = 1, isTurned: Bool = false
  ) {
    let length = BitmapFont.width(of: text)
    for dot in BitmapFont.dots(of: text) {
      let (dotX, dotY) = isTurned ? (dot.y, length - 1 - dot.x) : (dot.x, dot.y)
      fill(x: x + dotX * scale, y: y + dotY * scale, width: scale, height: scale, color)
    }
  }

  /// Fills a rectangle, as far as it lies inside.
  package mutating func fill(x: Int, y: Int, width: Int, height: Int, _ color: RGB) {
    let columns = max(0, x)..<max(max(0, x), min(self.width, x + width))
    let rows = max(0, y)..<max(max(0, y), min(self.height, y + height))
    for row in rows {
      for column in columns { self[column, row] = color }
    }
  }

  /// Lays another picture over this one; it must fit.
  package mutating func draw(_ picture: Picture, x: Int, y: Int) {
    precondition(
      x >= 0 && y >= 0 && x + picture.width <= width && y + picture.height <= height,
      "\(picture.width) x \(picture.height) at (\(x), \(y)) in \(width) x \(height)")
    for row in 0..<picture.height {
      let source = row * picture.width * 3
      let start = ((y + row) * width + x) * 3
      pixels.replaceSubrange(
        start..<start + picture.width * 3, with: picture.pixels[source..<source + picture.width * 3])
    }
  }
}
