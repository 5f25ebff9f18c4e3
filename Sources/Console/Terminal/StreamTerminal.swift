internal import CNcurses
import Foundation
import Pictures

/// A terminal that is written to as text that scrolls by: its screen and its keys are left alone. What it can show is
/// what terminfo and the environment say, and what it answers where it may be asked.
package struct StreamTerminal {
  package let colorMode: ColorMode
  private let descriptor: Int32
  private let isUnicode: Bool
  private let encoder: LineEncoder
  private let pictures: PictureMode
  private let abilities: TerminalAbilities

  /// nil where the descriptor is no terminal, or one that cannot write over its line.
  /// - Parameters:
  ///   - flag: nil finds out.
  ///   - pictures: nil takes what suits the terminal.
  package init?(descriptor: Int32, colorMode flag: ColorMode? = nil, pictures: PictureMode? = .half) {
    guard isatty(descriptor) == 1, let term = Environment["TERM"], term != "dumb" else { return nil }
    self.descriptor = descriptor
    let detection = ColorModeDetection(
      flag: flag, environment: Environment.values(of: ColorModeDetection.variables),
      terminfo: CursesScreen.terminfoColors(term: term, descriptor: descriptor))
    isUnicode = CursesScreen.useLocale()
    let mayAsk = detection.needsQuery || detection.mode() == .truecolor
    let isAsked = mayAsk && isUnicode && (pictures == nil || pictures?.pixels != nil)
    var known = isAsked ? Self.ask(descriptor, asksColor: detection.needsQuery) : TerminalAbilities()
    known.cell = known.cell ?? CursesScreen.cell(descriptor)
    abilities = known.insisting(on: pictures)
    colorMode = detection.mode(answer: known.hasTruecolor)
    let blocks = isUnicode && colorMode != .mono ? PictureMode.printable : [.half]
    let modes = blocks + (colorMode == .truecolor ? abilities.pixelModes : [])
    // Blocks are in the font or not: whoever asks for some gets them.
    self.pictures =
      pictures.map { $0.pixels == nil ? $0 : $0.orCoarser(of: modes) } ?? abilities.best(of: modes)
    encoder = LineEncoder(mode: colorMode, isUnicode: isUnicode, pictures: self.pictures)
  }

  /// Without a key being lost to the shell or an answer coming to it: only where the keyboard is ours.
  private static func ask(_ descriptor: Int32, asksColor: Bool) -> TerminalAbilities {
    var modes = termios()
    guard isatty(STDIN_FILENO) == 1, tcgetpgrp(STDIN_FILENO) == getpgrp(),
      tcgetattr(STDIN_FILENO, &modes) == 0
    else { return TerminalAbilities() }
    // Whoever interrupts gets a terminal that echoes.
    var (signals, before) = (sigset_t(), sigset_t())
    sigemptyset(&signals)
    for signal in [SIGINT, SIGQUIT, SIGTSTP, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var raw = modes
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    defer { tcsetattr(STDIN_FILENO, TCSANOW, &modes) }

    var inquiry = TerminalInquiry(
      asksColor: asksColor, cells: Self.size(descriptor),
      environment: Environment.values(of: TerminalInquiry.variables))
    var decoder = InputDecoder()
    var dialogue = TerminalDialogue(input: STDIN_FILENO, output: descriptor)
    _ = dialogue.hold(&inquiry, &decoder)
    if inquiry.isOpen, let asked = dialogue.asked {
      TerminalDialogue.awaitEnd(of: inquiry, decoder, asked: asked)
    }
    return inquiry.abilities
  }

  package var size: CellSize { Self.size(descriptor) }

  /// 80 x 24 where the terminal does not know it.
  private static func size(_ descriptor: Int32) -> CellSize {
    var window = winsize()
    let isKnown =
      ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0 && window.ws_row > 0
    return isKnown
      ? CellSize(columns: Int(window.ws_col), rows: Int(window.ws_row)) : CellSize(columns: 80, rows: 24)
  }

  /// Goes back to the line's beginning, and takes away what stands there.
  package static let erasingLine = "\r\u{1B}[K"

  /// A line that can be erased again: as much of it as does not reach the right edge.
  package func line(_ text: String) -> String {
    let cut = CellText.truncated(text, to: size.columns - 1)
    if isUnicode { return cut }
    let glyphs = cut.compactMap { Glyph.of($0)?.glyph }
    return String(String.UnicodeScalarView(glyphs.map(ASCIIRepertoire.scalar(for:))))
  }

  /// A picture no larger than there is room for, in lines that scroll by.
  package func lines(showing picture: Picture) -> String {
    let room = CellSize(columns: size.columns, rows: max(8, size.rows - 4))
    let fit = PictureFit(width: picture.width, height: picture.height, in: room, largestFactor: 1)
    var buffer = CellBuffer(size: fit.cells)
    buffer.place(picture, in: buffer.bounds, ground: .black, largestFactor: 1)
    return lines(of: buffer)
  }

  /// A line for each row of cells, in the colours that the terminal shows.
  package func lines(of buffer: CellBuffer) -> String {
    guard var painter = pictures.pixelPainter(for: abilities, origin: .savedCursor) else {
      return encoder.text(of: buffer)
    }
    let frame = painter.frame(buffer)
    let data = String(decoding: frame.before, as: UTF8.self)
    let lines = data + encoder.text(of: frame.cells)
    if frame.after.isEmpty { return lines }
    // The lines have scrolled by: back to where they begin, and behind them again.
    let pixels = String(decoding: frame.after, as: UTF8.self)
    return lines + "\u{1B}[\(buffer.height)A\u{1B}7\(pixels)\u{1B}8\u{1B}[\(buffer.height)B\r"
  }
}
