internal import CNcurses
import Foundation

/// Writes 256 colours and fewer through ncurses, which then finds the shortest way itself.
final class CursesWriter: ScreenWriter {
  private let quantizer: CellQuantizer
  var pictures = PictureMode.half
  var abilities = TerminalAbilities()
  var pictureRemoval: [UInt8] { [] }
  private var pacer = FramePacer()
  /// The number of the colour pair for foreground << 8 | background; 0: none yet, -1: no room for it.
  private var pairs = [Int32](repeating: 0, count: 1 << 16)
  private var nextPair: Int32 = 1
  private var line: [cchar_t] = []

  init(mode: ColorMode, isUnicode: Bool) {
    quantizer = CellQuantizer(mode: mode, isUnicode: isUnicode)
  }

  var pictureModes: [PictureMode] {
    quantizer.isUnicode && quantizer.mode != .mono ? PictureMode.printable : [.half]
  }

  /// ncurses writes through standard output, which blocks; so a part is begun only when there is room.
  var isBusy: Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    return poll(&output, 1, 0) == 0
  }
  var descriptor: Int32? { STDOUT_FILENO }
  var bytesInLastFrame: Int? { nil }
  var restIsDue: ContinuousClock.Instant? { pacer.isBehind ? .now : nil }
  func pump() {}
  func discard() -> Bool { false }

  func forget() {
    pacer.forget()
    clearok(console_current_screen(), true)
  }

  func draw(_ buffer: CellBuffer) {
    let shown = pacer.shown
    let painter = pictures.painter(in: quantizer.mode, isUnicode: quantizer.isUnicode)
    send(pacer.part(of: buffer.painted(by: painter)), after: shown)
  }

  func goOn() {
    let shown = pacer.shown
    guard pacer.isBehind, !isBusy, let part = pacer.nextPart() else { return }
    send(part, after: shown)
  }

  private func send(_ buffer: CellBuffer, after shown: CellBuffer?) {
    guard let screen = console_screen() else { return }
    var isChanged = false
    for row in 0..<buffer.height {
      guard let columns = changedColumns(of: buffer, after: shown, row: row) else { continue }
      isChanged = true
      draw(buffer, row: row, columns: columns, on: screen)
    }
    guard isChanged else { return }
    let began = ContinuousClock.now
    ControlBytes.send("\u{1B}[?2026h")
    wnoutrefresh(screen)
    doupdate()
    ControlBytes.send("\u{1B}[?2026l")
    pacer.sent(in: .now - began)
  }

  /// From the first to the last cell of a row that differs from what is shown.
  private func changedColumns(of buffer: CellBuffer, after shown: CellBuffer?, row: Int) -> Range<Int>? {
    guard buffer.width > 0 else { return nil }
    guard let shown, shown.size == buffer.size else { return 0..<buffer.width }
    let start = row * buffer.width
    var first = 0
    while first < buffer.width, shown.cells[start + first] == buffer.cells[start + first] { first += 1 }
    if first == buffer.width { return nil }
    var end = buffer.width
    while shown.cells[start + end - 1] == buffer.cells[start + end - 1] { end -= 1 }
    // Not from the middle of a wide glyph.
    if buffer.cells[start + first].glyph == .continuation, first > 0 { first -= 1 }
    return first..<end
  }

  private func draw(
    _ buffer: CellBuffer, row: Int, columns: Range<Int>, on screen: UnsafeMutablePointer<WINDOW>
  ) {
    line.removeAll(keepingCapacity: true)
    var hasWideGlyphs = false
    for column in columns {
      let cell = buffer.cells[row * buffer.width + column]
      if cell.glyph == .continuation { hasWideGlyphs = true }
      line.append(cursesCell(quantizer.output(for: cell, column: column, row: row)))
    }
    if !hasWideGlyphs {
      mvwadd_wchnstr(screen, Int32(row), Int32(columns.lowerBound), line, Int32(line.count))
      return
    }
    for (offset, column) in columns.enumerated() {
      let glyph = buffer.cells[row * buffer.width + column].glyph
      // ncurses writes both halves of a wide glyph, where it agrees that it is one.
      if glyph == .continuation, quantizer.isUnicode, isWideForCurses(buffer, column - 1, row) { continue }
      mvwadd_wch(screen, Int32(row), Int32(column), &line[offset])
    }
  }

  private func isWideForCurses(_ buffer: CellBuffer, _ column: Int, _ row: Int) -> Bool {
    guard column >= 0, let base = buffer[column, row].glyph.scalars.first else { return false }
    return console_width(wchar_t(base.value)) == 2
  }

  private func cursesCell(_ output: CellQuantizer.Output) -> cchar_t {
    // A base with four marks and the end, for setcchar.
    var text: (wchar_t, wchar_t, wchar_t, wchar_t, wchar_t, wchar_t) = (0x20, 0, 0, 0, 0, 0)
    if let scalar = output.glyph.singleScalar {
      text.0 = printable(scalar)
    } else if output.glyph != .continuation {
      let scalars = output.glyph.scalars
      withUnsafeMutableBytes(of: &text) { bytes in
        let slots = bytes.bindMemory(to: wchar_t.self)
        for (slot, scalar) in scalars.prefix(5).enumerated() { slots[slot] = printable(scalar) }
      }
    }
    var cell = cchar_t()
    withUnsafeBytes(of: &text) { bytes in
      _ = console_make_cell(
        &cell, bytes.bindMemory(to: wchar_t.self).baseAddress, attributes(output.attributes),
        output.colors.map(pair) ?? 0)
    }
    return cell
  }

  /// What the C library cannot print would move every later cell.
  private func printable(_ scalar: Unicode.Scalar) -> wchar_t {
    scalar.isASCII || console_width(wchar_t(scalar.value)) >= 0 ? wchar_t(scalar.value) : 0x3F
  }

  private func attributes(_ attributes: CellAttributes) -> attr_t {
    var bits: attr_t = 0
    if attributes.contains(.bold) { bits |= CONSOLE_BOLD }
    if attributes.contains(.dim) { bits |= CONSOLE_DIM }
    if attributes.contains(.underline) { bits |= CONSOLE_UNDERLINE }
    if attributes.contains(.reverse) { bits |= CONSOLE_REVERSE }
    return bits
  }

  /// Pairs are made when they are first needed and never changed: changing one repaints the screen.
  private func pair(for colors: CellQuantizer.ColorPair) -> Int32 {
    let key = colors.foreground << 8 | colors.background
    if pairs[key] == 0 {
      let isMade =
        nextPair < console_color_pairs()
        && init_extended_pair(nextPair, Int32(colors.foreground), Int32(colors.background)) == OK
      pairs[key] = isMade ? nextPair : -1
      if isMade { nextPair += 1 }
    }
    return max(0, pairs[key])
  }
}
