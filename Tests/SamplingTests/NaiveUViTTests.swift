import Checkpoints
import Foundation
import TestSupport
import Testing

/// The oracle itself, against PyTorch.
@Suite struct NaiveUViTTests {
  @Test(arguments: ["labelled", "plain"])
  func oracleGivesWhatPyTorchGives(model: String) throws {
    let network = try NaiveUViT(golden("\(model)/model.safetensors"))
    let file = try SafetensorsFile(golden("\(model)/cases.safetensors"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let cases = try decoder.decode([NaiveKnobs].self, from: Data((file.metadata["cases"] ?? "").utf8))
    #expect(cases.count == 14)
    for (index, knobs) in cases.enumerated() {
      let name = "case.\(index)"
      let output = network(
        try file.tensor(named: name + ".x"),
        timesteps: try file.integers(named: name + ".t").map(Double.init),
        labels: file.contains(name + ".y") ? try file.integers(named: name + ".y") : nil, knobs: knobs)
      let expected = try file.tensor(named: name + ".out")
      #expect(difference(output, expected, tolerance: 1e-4, name: name) == nil)
    }
  }
}
