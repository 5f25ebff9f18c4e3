import Synchronization

/// What one cell shows: a character as the terminal counts them.
///
/// A glyph is 32 bits, so that cells stay plain memory and compare fast. A single scalar is stored as itself;
/// a base with combining marks is a number above Unicode's range, kept in a table shared by the process.
package struct Glyph: Hashable, Sendable {
  /// 0 continues the wide glyph on its left; up to 0x10FFFF it is a scalar; above, a place in the table, and with
  /// the highest bit a picture's place in its screen.
  let code: UInt32

  private init(code: UInt32) { self.code = code }

  /// A scalar that takes a column of its own; controls become a space.
  package init(_ scalar: Unicode.Scalar) {
    let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    code = isControl ? 0x20 : scalar.value
  }

  /// - Parameter plain: one of those that take a column and join none beside them.
  init(plain: Unicode.Scalar) { code = plain.value }

  package static let space = Glyph(" ")
  /// The right half of a wide glyph.
  package static let continuation = Glyph(code: 0)
  /// A cell of a picture that no terminal has drawn yet; as text it reads like a half block.
  static func picture(_ place: Int) -> Glyph { Glyph(code: pictureBit | UInt32(place)) }
  package static let upperHalfBlock = Glyph("▀")
  package static let lowerHalfBlock = Glyph("▄")
  static let fullBlock = Glyph("█")

  /// The glyph that a character becomes, and its columns (1 or 2); nil where nothing is to be seen.
  ///
  /// Nothing that a terminal would obey gets through: line ends and tabs become a space, other controls a
  /// replacement character, and invisible format characters (among them the ones that turn the direction of
  /// text) go. Terminals disagree about joined emoji, so the first of them stands for the sequence.
  package static func of(_ character: Character) -> (glyph: Glyph, columns: Int)? {
    // Whoever heaps marks on a letter does not make every frame slow.
    let scalars = character.unicodeScalars.prefix(32)
    guard let first = scalars.first else { return nil }
    switch first.value {
    case 0x20..<0x7F where scalars.count == 1: return (Glyph(code: first.value), 1)
    case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: return (.space, 1)
    case 0..<0x20, 0x7F...0x9F: return (Glyph(code: 0xFFFD), 1)
    default: break
    }
    let columns = GlyphWidth.columns(of: first)
    if columns == 0 { return nil }
    if scalars.count == 1 { return (Glyph(code: first.value), columns) }

    if isRegionalIndicator(first) {
      let pair = scalars.prefix(2)
      return (GlyphTable.glyph(for: pair.map { $0 }), pair.count == 2 ? 2 : 1)
    }
    // ncurses keeps a base and four marks.
    let marks = scalars.dropFirst().prefix { $0.value != 0x200D }.filter(isMark).prefix(4)
    return (marks.isEmpty ? Glyph(code: first.value) : GlyphTable.glyph(for: [first] + marks), columns)
  }

  private static let pictureBit: UInt32 = 1 << 31

  /// The place of the picture among those of its screen; nil for text.
  var picturePlace: Int? { code & Self.pictureBit == 0 ? nil : Int(code & ~Self.pictureBit) }

  /// The scalars to write for it; none for a continuation.
  package var scalars: [Unicode.Scalar] {
    if code == 0 { return [] }
    if picturePlace != nil { return Self.upperHalfBlock.scalars }
    if let scalar = Unicode.Scalar(code) { return [scalar] }
    return GlyphTable.scalars(at: code)
  }

  /// The scalar, unless the glyph is a cluster or a continuation.
  var singleScalar: Unicode.Scalar? { code == 0 ? nil : Unicode.Scalar(code) }

  /// Whether it takes two columns.
  package var isWide: Bool {
    guard let first = scalars.first, code >= 0x1100 else { return false }
    return GlyphWidth.columns(of: first) == 2 || (Self.isRegionalIndicator(first) && scalars.count == 2)
  }

  /// A base with marks, as it is.
  static func cluster(_ scalars: [Unicode.Scalar]) -> Glyph { GlyphTable.glyph(for: scalars) }

  fileprivate init(tablePlace: Int) { code = 0x11_0000 + UInt32(tablePlace) }

  private static func isRegionalIndicator(_ scalar: Unicode.Scalar) -> Bool {
    (0x1F1E6...0x1F1FF).contains(scalar.value)
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    if (0xFE00...0xFE0F).contains(scalar.value) { return false }  // Variation selectors change widths.
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark: return true
    default: return (0x1160...0x11FF).contains(scalar.value)
    }
  }
}

/// The clusters met so far. It only grows, and stops at a size that text a person reads never reaches.
private enum GlyphTable {
  private struct Contents {
    var clusters: [[Unicode.Scalar]] = []
    var places: [[Unicode.Scalar]: Int] = [:]
  }

  private static let limit = 1 << 16
  private static let contents = Mutex(Contents())

  static func glyph(for scalars: [Unicode.Scalar]) -> Glyph {
    contents.withLock { contents in
      if let place = contents.places[scalars] { return Glyph(tablePlace: place) }
      guard contents.clusters.count < limit else { return Glyph(scalars[0]) }
      contents.clusters.append(scalars)
      contents.places[scalars] = contents.clusters.count - 1
      return Glyph(tablePlace: contents.clusters.count - 1)
    }
  }

  static func scalars(at code: UInt32) -> [Unicode.Scalar] {
    contents.withLock { contents in
      let place = Int(code) - 0x11_0000
      return contents.clusters.indices.contains(place) ? contents.clusters[place] : [" "]
    }
  }
}
