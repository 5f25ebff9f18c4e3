internal import CNcurses
import Foundation

/// ncurses as far as it owns the terminal: opening it, its modes, its keys, its size. There is one.
final class CursesScreen {
  /// What the terminal is opened as, where it has no description of its own.
  static let substitute = "xterm-256color"

  /// True: the terminal's own description was not there.
  let isSubstituted: Bool
  let isUnicode: Bool
  let colors: TerminfoColors
  /// Keys are read on a pad: `wgetch` on a window refreshes the screen.
  private let pad: UnsafeMutablePointer<WINDOW>

  /// Puts the terminal into raw mode and onto its other screen, blank.
  init(term: String) throws(TerminalError) {
    isUnicode = Self.useLocale()

    // These would override the terminal's real size.
    unsetenv("LINES")
    unsetenv("COLUMNS")
    // Keys that come in pieces are put together by the decoder, which waits without holding up the loop.
    set_escdelay(0)
    if console_open(nil) != nil {
      isSubstituted = false
    } else if console_open(Self.substitute) != nil {
      isSubstituted = true
    } else {
      throw .noDescription(term: term)
    }
    guard let pad = newpad(1, 1), let screen = console_screen() else {
      endwin()
      throw .cannotMoveCursor(term: term)
    }
    self.pad = pad
    raw()
    noecho()
    nonl()
    curs_set(0)
    intrflush(screen, false)
    typeahead(-1)
    leaveok(screen, true)
    scrollok(screen, false)
    idlok(screen, false)
    idcok(screen, false)
    keypad(pad, true)
    nodelay(pad, true)
    for sequence in KeySequences.all { define_key(sequence.text, sequence.code) }

    let hasColors = has_colors() && start_color() == OK
    // What has no pair of its own is in the colours that the user chose, above all everything in mono.
    if hasColors { use_default_colors() }
    colors = TerminfoColors(
      colors: hasColors ? Int(console_colors()) : 0, hasDirectColor: Self.hasDirectColor)
    repaintBlank()
  }

  /// What a terminal's description says of its colours, without a screen.
  static func terminfoColors(term: String, descriptor: Int32) -> TerminfoColors {
    let isKnown =
      console_find_description(term, descriptor) == 1 || console_find_description(substitute, descriptor) == 1
    return isKnown
      ? TerminfoColors(colors: Int(tigetnum("colors")), hasDirectColor: hasDirectColor)
      : TerminfoColors(colors: 0)
  }

  private static var hasDirectColor: Bool { tigetflag("RGB") > 0 || tigetflag("Tc") > 0 }

  /// Takes the environment's locale.
  /// - Returns: whether text is UTF-8 in it.
  static func useLocale() -> Bool {
    let language = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { Environment[$0] }.first ?? ""
    return console_use_locale(language.uppercased().contains("UTF") ? 1 : 0) == 1
  }

  /// Everything typed since the last time: bytes, and numbers from 256 for keys.
  func readCodes() -> [Int32] {
    var codes: [Int32] = []
    // A bound, so that a terminal that sends without end cannot keep us here.
    while codes.count < 1 << 16 {
      let code = wgetch(pad)
      if code == ERR { break }
      codes.append(code)
    }
    return codes
  }

  /// The terminal's size in cells, asked of the terminal.
  var size: CellSize {
    var window = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 {
      return CellSize(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }
    return CellSize(columns: Int(console_columns()), rows: Int(console_lines()))
  }

  /// Pixels of a cell, where the terminal's driver knows; rounded down, as a window's border may be counted.
  static func cell(_ descriptor: Int32) -> PixelSize? {
    var window = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
      return nil
    }
    return PixelSize(
      answered: Int(window.ws_xpixel) / Int(window.ws_col), Int(window.ws_ypixel) / Int(window.ws_row))
  }

  /// Tells ncurses, which does not catch the signal, that the terminal has another size.
  func resize(to size: CellSize) { resize_term(Int32(size.rows), Int32(size.columns)) }

  /// What a person should know about how it was opened.
  func notices(term: String) -> [String] {
    var notices: [String] = []
    if isSubstituted {
      notices.append(
        "no description of this terminal (TERM=\(term)), so it was used as \(Self.substitute); "
          + "install ncurses-term to be exact")
    }
    if !isUnicode {
      notices.append("the locale has no UTF-8, so pictures were drawn in ASCII; try LANG=C.UTF-8")
    }
    return notices
  }

  /// Back to the shell's modes and the main screen.
  func takeDown() { endwin() }

  /// After `takeDown`, or when somebody else changed the terminal: our modes, the other screen, blank.
  func putUp() {
    reset_prog_mode()
    curs_set(0)
    repaintBlank()
  }

  private func repaintBlank() {
    guard let screen = console_screen() else { return }
    werase(screen)
    clearok(screen, true)
    wrefresh(screen)
  }
}
