import Files
import Foundation

/// Writes what a screen shows as asciicast v2, which asciinema and its player understand.
///
/// docs.asciinema.org/manual/asciicast/v2: a header, then a line [seconds, kind, text] for each event; kind "o" is
/// output, "r" another size. Colours are 24-bit whatever the terminal at hand can show, pictures as it shows them.
package final class CastWriter {
  private let file: LineFile
  private let encoder = FrameEncoder()
  private var pictures = PictureMode.half
  /// nil: pictures are cells.
  private var pixels: (any PixelPainter)?
  /// What takes the pictures of another way away.
  private var leftover: [UInt8] = []
  private let seconds: () -> Double
  private var shown: CellBuffer?
  private var size: CellSize

  /// One line about why nothing is written any more.
  package var failure: String? { file.failure }

  /// - Parameters:
  ///   - seconds: since the recording began; nil takes the clock.
  package init(_ path: String, size: CellSize, seconds: (() -> Double)? = nil) throws {
    let environment = "\"env\":{\"TERM\":\"xterm-256color\",\"COLORTERM\":\"truecolor\"}"
    let header =
      "{\"version\":2,\"width\":\(size.columns),\"height\":\(size.rows),\"title\":\"mezzotint\",\(environment)}\n"
    file = try LineFile(path, beginning: Array(header.utf8))
    self.size = size
    let start = ContinuousClock.now
    self.seconds = seconds ?? { (ContinuousClock.now - start) / .seconds(1) }
    write("o", Array("\u{1B}[?25l\u{1B}[2J".utf8))
  }

  /// Draws pictures as a terminal does that can this.
  package func show(_ mode: PictureMode, on abilities: TerminalAbilities) {
    guard mode != pictures else { return }
    leftover += pixels?.removal ?? []
    (pictures, pixels) = (mode, mode.pixelPainter(for: abilities))
  }

  /// Writes what changed since the last frame.
  package func draw(_ buffer: CellBuffer) {
    guard failure == nil else { return }
    if buffer.size != size {
      size = buffer.size
      write("r", Array("\(size.columns)x\(size.rows)".utf8))
    }
    var frame = pixels?.frame(buffer) ?? PixelFrame(cells: buffer.painted(by: pictures.painter()))
    frame.before = leftover + frame.before
    leftover = []
    let count = encoder.encode(frame.cells, after: shown, closing: frame.after)
    shown = frame.cells
    if count + frame.before.count > 0 { encoder.withBytes { write("o", frame.before + $0) } }
  }

  /// The cursor comes back.
  package func end() {
    write("o", (pixels?.removal ?? []) + Array("\u{1B}[0m\u{1B}[?25h\r\n".utf8))
    file.close()
  }

  private func write(_ kind: String, _ text: [UInt8]) {
    let microseconds = Int((seconds() * 1e6).rounded())
    let fraction = "\(microseconds % 1_000_000)"
    let padded = String(repeating: "0", count: 6 - fraction.count) + fraction
    var line = Array("[\(microseconds / 1_000_000).\(padded),\"\(kind)\",\"".utf8)
    line.reserveCapacity(line.count + text.count * 3 / 2)
    JSONText.append(text, to: &line)
    file.append(line + Array("\"]".utf8))
  }
}
