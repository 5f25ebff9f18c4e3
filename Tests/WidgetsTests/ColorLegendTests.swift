import Console
import Pictures
import Testing
import Widgets

struct ColorLegendTests {
  @Test func itSaysWhatTheEndsOfTheColoursAre() {
    let legend = ColorLegend(low: "-32", high: "+32/255", scale: .difference)
    #expect(screen(20, 1) { legend.draw(into: &$0, in: $1, theme: .dark) } == "-32 ▀▀▀▀▀▀▀▀ +32/255")
    #expect(screen(14, 1) { legend.draw(into: &$0, in: $1, theme: .dark) } == "", "no room for colours")
    var buffer = CellBuffer(width: 20, height: 1)
    legend.draw(into: &buffer, in: buffer.bounds, theme: .dark)
    #expect(buffer[4, 0].foreground == Theme.dark.color(.negative))
    #expect(buffer[11, 0].foreground == Theme.dark.color(.positive))
  }

  @Test func withoutColoursItIsDitheredAsItsMapIs() {
    let legend = ColorLegend(low: "0", high: "1", scale: .heat)
    var buffer = CellBuffer(width: 20, height: 1)
    legend.draw(into: &buffer, in: buffer.bounds, theme: .dark)
    let mono = CellQuantizer(mode: .mono, isUnicode: true)
    let glyphs = (2..<18).map { mono.output(for: buffer[$0, 0], column: $0, row: 0).glyph }
    #expect(Set(glyphs).count > 2, "\(glyphs)")
  }

  /// Machado, Oliveira and Fernandes 2009, severity 1: what is seen of linear red, green and blue without the cones
  /// for long, middle and short waves.
  private static let blindness: [[[Float]]] = [
    [
      [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ],
    [
      [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ],
    [
      [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ],
  ]

  @Test(arguments: 0..<3) func theColourBlindTellDifferencesApart(kind: Int) {
    func seen(_ color: RGB) -> [Float] {
      let channels = [color.red, color.green, color.blue].map { LinearLight.values[Int($0)] }
      return Self.blindness[kind].map { row in
        let sum = zip(row, channels).reduce(0) { $0 + $1.0 * $1.1 }
        return Float(LinearLight.byte(min(1, max(0, sum))))
      }
    }
    let (negative, positive) = (seen(Theme.dark.difference(-1)), seen(Theme.dark.difference(1)))
    let none = seen(Theme.dark.difference(0))
    func distance(_ a: [Float], _ b: [Float]) -> Float {
      zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
    #expect(distance(negative, positive) > 100)
    #expect(distance(negative, none) > 100 && distance(positive, none) > 100)
  }
}
