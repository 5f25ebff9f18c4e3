import Foundation
import Pictures
import TestSupport
import Testing

/// A session that an earlier version recorded, and the frames that it drew of it: what is on the screen stays.
struct ReplayedFramesTests {
  /// A frame as its SVG has it.
  private struct Screen {
    /// Elements of text, with place, colour and weight.
    var words: [Substring] = []
    /// Two pixels for each cell, one above the other.
    var colors: Picture

    /// - Parameter svg: as `mezzotint replay` writes it: a cell is 10 wide and 20 high.
    init(svg: String) throws {
      func number(_ parts: [Substring], _ place: Int) throws -> Int {
        try #require(parts.indices.contains(place) ? Int(parts[place]) : nil, "\(parts)")
      }
      func color(_ parts: [Substring], _ place: Int) throws -> RGB {
        let hex = try #require(UInt32(parts[place].dropFirst(), radix: 16), "\(parts)")
        return RGB(UInt8(hex >> 16), UInt8(hex >> 8 & 255), UInt8(hex & 255))
      }
      var picture: Picture?
      for line in svg.split(separator: "\n") {
        let parts = line.split(separator: "\"")
        if line.hasPrefix("<rect width=") {
          picture = Picture(
            width: try number(parts, 1) / 10, height: try number(parts, 3) / 10, color: try color(parts, 5))
        } else if line.hasPrefix("<rect x=") {
          let (x, y) = (try number(parts, 1) / 10, try number(parts, 3) / 10)
          let (width, height) = (try number(parts, 5) / 10, try number(parts, 7) / 10)
          let color = try color(parts, 9)
          for row in y..<y + height { for column in x..<x + width { picture?[column, row] = color } }
        } else if line.hasPrefix("<text") {
          words.append(line)
        }
      }
      colors = try #require(picture)
    }
  }

  @Test func aSessionOfAnEarlierVersionDrawsWhatItDrew() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      "replay", golden("replay/actions.jsonl").path, "--output", folder.path("frames"))
    #expect(run.status == 0 && run.output == "67 frames\n", "\(run.errors)")
    for name in ["00001", "00010", "00025", "00040", "00060", "00067"] {
      let svg = try String(contentsOfFile: folder.path("frames/\(name).svg"), encoding: .utf8)
      let screen = try Screen(svg: svg)
      let words = try String(contentsOf: golden("replay/\(name).txt"), encoding: .utf8)
        .split(separator: "\n")
      let fitted = #/ textLength="\d+" lengthAdjust="spacingAndGlyphs"/#
      let shown = screen.words.map { String($0).replacing(fitted, with: "") }
      #expect(shown == words.map(String.init), "\(name)")
      let colors = try PNGFile(contentsOf: golden("replay/\(name).png")).picture
      try #require(screen.colors.width == colors.width && screen.colors.height == colors.height)
      // Another processor adds up in another order: a pixel may fall to the next of 256 steps.
      let furthest = zip(screen.colors.pixels, colors.pixels).map { abs(Int($0) - Int($1)) }.max()
      #expect(try #require(furthest) <= 1, "\(name)")
    }
  }
}
