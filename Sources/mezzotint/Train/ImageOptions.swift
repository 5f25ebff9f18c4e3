import ArgumentParser
import Files
import Foundation
import Pictures
import Training

/// How pictures are made squares.
struct ImageOptions: ParsableArguments {
  @Flag(help: "Take the square in the middle of pictures that are not square, instead of leaving them out.")
  var crop = false

  @Option(
    help: ArgumentHelp("What transparent pixels are laid over. (default: 000000)", valueName: "rrggbb"))
  var background: String?

  func validate() throws {
    if let background, Self.color(background) == nil {
      throw ValidationError(
        "--background \(background): expected six hexadecimal digits, for example ffffff.")
    }
  }

  private static func color(_ text: String) -> RGB? {
    let digits = text.hasPrefix("#") ? String(text.dropFirst()) : text
    guard digits.count == 6, digits.allSatisfy(\.isHexDigit) else { return nil }
    return UInt32(digits, radix: 16).map { RGB(hex: $0) }
  }

  func reading(size: Int) -> ImageReading {
    ImageReading(size: size, crops: crop, background: background.flatMap(Self.color) ?? .black)
  }

  /// As they were given.
  var words: [String] {
    (crop ? ["--crop"] : []) + (background.map { ["--background", shellQuoted($0)] } ?? [])
  }
}

/// Reads the pictures of a folder or file, with progress; what could not be used is named, the first ten times.
func loadImages(_ path: String, _ reading: ImageReading) throws -> (set: ImageSet, report: ImageReport) {
  var progress: ProgressLine?
  var unsaid = 0
  var said = 0
  defer { progress?.finish() }
  let found = try ImageSet.load(
    URL(filePath: path), reading,
    progress: { _, count in
      if progress == nil { progress = ProgressLine(total: count, unit: "picture") }
      progress?.advance()
    },
    skipped: { line in
      if said < 10 { complain(line) } else { unsaid += 1 }
      said += 1
    })
  progress?.finish()
  progress = nil
  if unsaid > 0 { complain("and \(grouped(unsaid)) more") }
  return found
}
