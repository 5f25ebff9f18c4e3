import Files
import Foundation

/// Writes what a screen shows as asciicast v2, which asciinema and its player understand.
///
/// docs.asciinema.org/manual/asciicast/v2: a header, then a line [seconds, kind, text] for each event; kind "o" is
/// output, "r" another size. Colours are 24-bit whatever the terminal at hand can show.
package final class CastWriter {
  private let file: LineFile
  private let encoder = FrameEncoder()
  package var pictures = PictureMode.half
  private let seconds: () -> Double
  private var shown: CellBuffer?
  private var size: CellSize

  /// One line about why nothing is written any more.
  package var failure: String? { file.failure }

  /// - Parameters:
  ///   - seconds: since the recording began; nil takes the clock.
  package init(_ path: String, size: CellSize, seconds: (() -> Double)? = nil) throws(FileError) {
    file = try LineFile(path)
    self.size = size
    let start = ContinuousClock.now
    self.seconds = seconds ?? { (ContinuousClock.now - start) / .seconds(1) }
    let environment = "\"env\":{\"TERM\":\"xterm-256color\",\"COLORTERM\":\"truecolor\"}"
    file.append(
      Array(
        "{\"version\":2,\"width\":\(size.columns),\"height\":\(size.rows),\"title\":\"mezzotint\",\(environment)}"
          .utf8))
    write("o", Array("\u{1B}[?25l\u{1B}[2J".utf8))
  }

  /// Writes what changed since the last frame.
  package func draw(_ buffer: CellBuffer) {
    guard failure == nil else { return }
    if buffer.size != size {
      size = buffer.size
      write("r", Array("\(size.columns)x\(size.rows)".utf8))
    }
    let painted = buffer.painted(by: pictures.painter())
    let count = encoder.encode(painted, after: shown)
    shown = painted
    if count > 0 { encoder.withBytes { write("o", Array($0)) } }
  }

  /// The cursor comes back.
  package func end() {
    write("o", Array("\u{1B}[0m\u{1B}[?25h\r\n".utf8))
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
