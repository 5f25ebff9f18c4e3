import Pictures

/// Writes the difference between two screens as escape sequences with 24-bit colours.
///
/// It knows no terminal: a bench can encode without one. The bytes live in one buffer that is used again for
/// each frame, because a frame of three 32x32 pictures is 60 kB and must not cost a millisecond.
package final class FrameEncoder {
  /// False: only ASCII is written, and a picture cell is a blank in the mean of its two pixels.
  private let isUnicode: Bool
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity = 1 << 16
  private var count = 0
  private var isBracketed = true

  // What the terminal's pen is known to be, colours as 0xRRGGBB; nil: unknown.
  private var foreground: UInt32?
  private var background: UInt32?
  private var attributes: CellAttributes?
  private var cursor: CellPoint?

  package init(isUnicode: Bool = true) {
    self.isUnicode = isUnicode
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  /// Encodes a frame; the bytes are valid until the next call.
  /// - Parameters:
  ///   - previous: what the terminal shows; nil: unknown, so every cell is written.
  ///   - closing: what goes behind the cells in the same update.
  ///   - isBracketed: false: it is a part of an update.
  /// - Returns: the number of bytes; 0 where nothing changed.
  @discardableResult
  package func encode(
    _ next: CellBuffer, after previous: CellBuffer?, closing: [UInt8] = [], isBracketed: Bool = true
  ) -> Int {
    count = 0
    self.isBracketed = isBracketed
    (foreground, background, attributes, cursor) = (nil, nil, nil, nil)
    let known = previous?.size == next.size ? previous : nil
    next.cells.withUnsafeBufferPointer { new in
      if let known {
        known.cells.withUnsafeBufferPointer { encode(new, after: $0, width: next.width) }
      } else {
        encode(new, after: nil, width: next.width)
      }
    }
    if !closing.isEmpty { append(closing) }
    if count > 0 { append("\u{1B}[0m") }
    if count > 0, isBracketed { append("\u{1B}[?2026l") }
    return count
  }

  /// The bytes of the last frame.
  package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
    try body(UnsafeBufferPointer(start: base, count: count))
  }

  private func encode(
    _ new: UnsafeBufferPointer<Cell>, after old: UnsafeBufferPointer<Cell>?, width: Int
  ) {
    for index in new.indices {
      let cell = new[index]
      if let old, old[index] == cell { continue }
      if cell.glyph == .continuation, isUnicode { continue }
      reserve(160)
      // Terminals that know mode 2026 show the frame in one piece; others ignore it.
      if count == 0, isBracketed { append("\u{1B}[?2026h") }
      write(cell, at: CellPoint(column: index % width, row: index / width), width: width)
    }
  }

  private func write(_ cell: Cell, at point: CellPoint, width: Int) {
    moveTo(point)
    var cell = cell
    if !isUnicode { cell = ASCIIRepertoire.cell(for: cell) }
    let pen = cell.attributes.subtracting(.image)
    if pen != attributes { setAttributes(pen) }
    // The foreground of a plain blank is not seen.
    let isSeen = cell.glyph != .space || !pen.isDisjoint(with: [.reverse, .underline])
    if isSeen, foreground != cell.foreground.hex {
      setColor(0x33, cell.foreground)
      foreground = cell.foreground.hex
    }
    if background != cell.background.hex {
      setColor(0x34, cell.background)
      background = cell.background.hex
    }
    appendGlyph(cell.glyph)
    // Terminals differ in how far a wide glyph or a cluster moves the cursor, and at the right edge.
    let isCertain =
      cell.glyph.code < 0x1100 || (0x2500...0x25FF).contains(cell.glyph.code)
      || cell.attributes.contains(.image)
    cursor = isCertain && point.column + 1 < width ? CellPoint(column: point.column + 1, row: point.row) : nil
  }

  private func moveTo(_ point: CellPoint) {
    if cursor == point { return }
    append("\u{1B}[")
    if let cursor, cursor.row == point.row, cursor.column < point.column {
      appendNumber(point.column - cursor.column)
      appendByte(0x43)
    } else {
      appendNumber(point.row + 1)
      appendByte(0x3B)
      appendNumber(point.column + 1)
      appendByte(0x48)
    }
    cursor = point
  }

  private func setAttributes(_ pen: CellAttributes) {
    append("\u{1B}[0")
    if pen.contains(.bold) { append(";1") }
    if pen.contains(.dim) { append(";2") }
    if pen.contains(.underline) { append(";4") }
    if pen.contains(.reverse) { append(";7") }
    appendByte(0x6D)
    attributes = pen
    foreground = nil
    background = nil
  }

  /// - Parameter which: "3" for the foreground, "4" for the background.
  private func setColor(_ which: UInt8, _ color: RGB) {
    append("\u{1B}[")
    appendByte(which)
    append("8;2;")
    appendChannel(color.red)
    appendChannel(color.green)
    appendChannel(color.blue)
    base[count - 1] = 0x6D  // The last separator becomes the end.
  }

  private func appendGlyph(_ glyph: Glyph) {
    if glyph == .upperHalfBlock { return append("▀") }
    if glyph.code < 0x80 { return appendByte(UInt8(glyph.code)) }
    if let scalar = glyph.singleScalar { return appendScalar(scalar) }
    for scalar in glyph.scalars { appendScalar(scalar) }
  }

  private func appendScalar(_ scalar: Unicode.Scalar) {
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { appendByte(byte) }
  }

  /// A number in 0…255 and a semicolon: four bytes are stored, and as many counted as it has.
  @inline(__always)
  private func appendChannel(_ value: UInt8) {
    let entry = Self.channels[Int(value)]
    UnsafeMutableRawPointer(base + count).storeBytes(of: entry.text.littleEndian, as: UInt32.self)
    count &+= entry.length
  }

  private static let channels: [(text: UInt32, length: Int)] = (0...255).map { value in
    let digits = Array("\(value);".utf8)
    let text = digits.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << UInt32(8 * $1.offset) }
    return (text, digits.count)
  }

  private func appendNumber(_ value: Int) {
    if value >= 10 { appendNumber(value / 10) }
    appendByte(UInt8(0x30 + value % 10))
  }

  @inline(__always)
  private func append(_ text: StaticString) {
    base.advanced(by: count).update(from: text.utf8Start, count: text.utf8CodeUnitCount)
    count &+= text.utf8CodeUnitCount
  }

  private func append(_ bytes: [UInt8]) {
    reserve(bytes.count + 64)
    if count == 0, isBracketed { append("\u{1B}[?2026h") }
    for byte in bytes { appendByte(byte) }
  }

  @inline(__always)
  private func appendByte(_ byte: UInt8) {
    base[count] = byte
    count &+= 1
  }

  /// Room for `more` bytes: the longest cell, with cursor, pen and a base with four marks, takes about 90.
  private func reserve(_ more: Int) {
    if count + more <= capacity { return }
    let larger = max(capacity * 2, count + more)
    let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    grown.update(from: base, count: count)
    base.deallocate()
    (base, capacity) = (grown, larger)
  }
}
