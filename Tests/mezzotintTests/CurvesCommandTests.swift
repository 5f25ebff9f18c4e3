import Foundation
import TestSupport
import Testing

struct CurvesCommandTests {
  private static func log(_ losses: [Double], validation: Double?) -> String {
    let lines = losses.enumerated().map { place, loss in
      let step = place + 1
      let tested = validation.map { #","validation":\#($0)"# } ?? ""
      return #"{"epoch":\#(step),"gradient_norm":1,"images":\#(64 * step),"learning_rate":1,"loss":\#(loss),"#
        + #""seconds":\#(step),"step":\#(step),"time":\#(step)\#(tested)}"#
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// - Returns: the plot's texts.
  private func texts(_ words: String..., validation: Double?) throws -> [String] {
    let folder = try TemporaryFolder(["m.log.jsonl": Self.log([0.78, 0.7, 0.62], validation: validation)])
    let run = try Program.run(["curves", "m.log.jsonl", "-o", "a.svg"] + words, folder: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    let svg = try String(contentsOf: folder.file("a.svg"), encoding: .utf8)
    return svg.matches(of: />([^<>\n]+)<\/text>/).map { String($0.output.1) }
  }

  @Test(
    arguments: [
      (nil, "loss,validation", "mean squared error"),
      (0.7, "loss,validation", "mean squared error, also on held-out images"),
      (0.7, "validation", "mean squared error on held-out images"),
      (0.7, "loss", "mean squared error"),
      (nil, "validation,gradient_norm", "gradient norm"),
    ] as [(Double?, String, String)])
  func theAxisIsCalledAfterWhatIsDrawn(validation: Double?, y: String, name: String) throws {
    let texts = try texts("--y", y, validation: validation)
    #expect(texts.contains(name), "\(texts)")
    // In the legend, behind the shape of its points.
    let isDrawn = texts.contains { $0.hasSuffix(" validation") }
    #expect(isDrawn == (validation != nil && y.contains("validation")), "\(texts)")
  }

  /// Between 0.6 and 0.8 lies one number of a logarithmic scale alone.
  @Test func valuesThatDifferLittleHaveSeveralNumbersBesideThem() throws {
    let texts = try texts(validation: nil)
    #expect(texts.contains("0.65") && texts.contains("0.75"), "\(texts)")
  }
}
