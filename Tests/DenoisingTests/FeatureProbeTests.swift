import Checkpoints
import Denoising
import Foundation
import Tensors
import TestSupport
import Testing

/// What meets in a network's concatenations, beside PyTorch's maps and NumPy's spectra of them: see
/// Tools/torch/make_feature_golden.py.
struct FeatureProbeTests {
  private static let golden = TestSupport.golden("features.safetensors")

  @Test(arguments: [("labelled", 1), ("labelled", 7), ("plain", 3)])
  func theUViTsSpectraAreThoseOfNumPy(name: String, index: Int) throws {
    let problems = try OnEngine { try uViT(name) }.run { model in
      try Self.problems(model, uViTCase(name, index), "\(name).\(index)")
    }
    #expect(problems == [])
  }

  @Test(arguments: [("labels", 2), ("labels", 6), ("pixels", 2)])
  func theUNetsSpectraAreThoseOfNumPy(name: String, index: Int) throws {
    let problems = try OnEngine { try UNetGolden(name).model() }.run { model in
      let (samples, rows) = try UNetGolden(name).input(index)
      return try Self.problems(model, (samples.image(0), rows[0]), "\(name).\(index)")
    }
    #expect(problems == [])
  }

  private static func problems(
    _ model: any Model, _ input: (sample: Tensor, row: DenoisingRow), _ name: String
  ) throws -> [String] {
    let file = try SafetensorsFile(golden)
    let places = model.description.featurePlaces
    guard case .features(let found)? = try model.probe(input.sample, input.row, .features(places)) else {
      return ["no answer"]
    }
    guard found.map(\.place) == places else { return ["\(found.map(\.place)) of \(places)"] }
    return try found.flatMap { features -> [String?] in
      let here = "\(name).\(features.place.stage).\(features.place.concatenation)"
      let spectra = JoinedSpectra(features)
      let summary = FeatureSummary(features)
      func numbers(_ name: String) throws -> [Float] { try file.tensor(named: "\(here).\(name)").values }
      let maps = try [
        TestSupport.difference(
          summary.mean, numbers("backbone.mean"), tolerance: 1e-4, name: "\(here) mean"),
        TestSupport.difference(summary.scale, numbers("factor"), tolerance: 1e-4, name: "\(here) factor"),
        components(summary.backbone, numbers("backbone.components"), "\(here) backbone"),
        components(summary.skip, numbers("skip.components"), "\(here) skip"),
      ]
      return try maps
        + [
          ("backbone.before", spectra.backbone.before), ("backbone.after", spectra.backbone.after),
          ("skip.before", spectra.skip.before), ("skip.after", spectra.skip.after),
        ].map { what, spectrum in
          let expected = RadialSpectrum(
            amplitudes: try file.tensor(named: "\(here).\(what).amplitude").values)
          return Self.difference(spectrum, expected, "\(here).\(what)")
        }
    }.compactMap(\.self)
  }

  /// Up to their signs.
  private static func components(
    _ found: PrincipalComponents, _ expected: [Float], _ name: String
  ) -> String? {
    let places = found.grid.count
    guard found.scores.count * places == expected.count else { return "\(name): \(found.scores.count) of 3" }
    for (component, scores) in found.scores.enumerated() {
      let known = Array(expected[component * places..<(component + 1) * places])
      let sign: Float = zip(scores, known).reduce(0) { $0 + $1.0 * $1.1 } < 0 ? -1 : 1
      if let problem = TestSupport.difference(
        scores.map { sign * $0 }, known, tolerance: 1e-4, name: "\(name) component \(component)")
      {
        return problem
      }
    }
    return nil
  }

  /// Of log₁₀ A, to 1e-4; where s = 0 took all away, noise of the arithmetic is all that is left.
  private static func difference(
    _ found: RadialSpectrum, _ expected: RadialSpectrum, _ name: String
  ) -> String? {
    guard found.amplitudes.count == expected.amplitudes.count else {
      return "\(name): \(found.amplitudes.count) radii, expected \(expected.amplitudes.count)"
    }
    for (radius, pair) in zip(found.logarithms, expected.logarithms).enumerated()
    where abs(pair.0 - pair.1) > 1e-4 {
      return "\(name): log A(\(radius)) is \(pair.0), expected \(pair.1)"
    }
    return nil
  }

  /// Maps of any size, whose means are a hundred times as large as their waves.
  @Test(arguments: 0..<6)
  func spectraOfOddMapsAreThoseOfNumPy(index: Int) throws {
    let file = try SafetensorsFile(Self.golden)
    let map = try file.tensor(named: "odd.\(index)")
    let (channels, grid) = (map.shape[0], Grid(rows: map.shape[1], columns: map.shape[2]))
    let values = (0..<grid.count).flatMap { place in
      (0..<channels).map { map.values[$0 * grid.count + place] }
    }
    let found = RadialSpectrum(FeatureMap(grid: grid, channels: channels, values: values))
    let expected = RadialSpectrum(amplitudes: try file.tensor(named: "odd.\(index).amplitude").values)
    #expect(Self.difference(found, expected, "odd.\(index)") == nil)
    #expect(found.relativeLogarithms[0] == 0)
  }

  @Test func componentsOfMapsThatHaveFewAreThoseThatThereAre() {
    func components(_ grid: Grid, _ channels: Int, _ values: [Float]) -> PrincipalComponents {
      PrincipalComponents(FeatureMap(grid: grid, channels: channels, values: values))
    }
    #expect(components(Grid(side: 2), 3, [Float](repeating: 5, count: 12)).scores == [])
    #expect(components(Grid(side: 1), 4, [1, 2, 3, 4]).scores == [])
    // Places on one line: all of the variance.
    let line = components(Grid(rows: 1, columns: 3), 2, [0, 0, 3, 4, 6, 8])
    #expect(line.shares == [1])
    #expect(zip(line.scores[0], [-5, 0, 5]).allSatisfy { abs(abs($0) - abs($1)) < 1e-5 })
  }

  /// A network that was looked into draws what it would have drawn.
  @Test(arguments: ["labels", "pixels"])
  func lookingChangesNothing(name: String) throws {
    let areSame = try OnEngine { try UNetGolden(name).model() }.run { model in
      let (samples, rows) = try UNetGolden(name).input(2)
      let before = try model(samples, rows)
      _ = try model.probe(samples.image(0), rows[0], .features(model.description.featurePlaces))
      return try model(samples, rows) == before
    }
    #expect(areSame)
  }

  @Test func aPlaceThatIsNotThereHasNoFeaturesAndKnobsOfOneLeaveThemAlone() throws {
    let (nowhere, plain) = try OnEngine { try uViT("labelled") }.run { model in
      let (sample, row) = try uViTCase("labelled", 1)
      func features(_ places: [FeaturePlace], _ knobs: Knobs) throws -> [JoinedFeatures] {
        let row = DenoisingRow(timestep: row.timestep, condition: row.condition, knobs: knobs)
        guard case .features(let found)? = try model.probe(sample, row, .features(places)) else { return [] }
        return found
      }
      return (
        try features([FeaturePlace(stage: 2), FeaturePlace(stage: 0, concatenation: 1)], Knobs()),
        try features([FeaturePlace(stage: 1)], Knobs(b: 1, s: 1))
      )
    }
    #expect(nowhere == [])
    #expect(plain.count == 1 && plain[0].factors == nil)
    #expect(plain[0].backbone.before == plain[0].backbone.after)
    #expect(plain[0].skip.before == plain[0].skip.after)
  }
}

func uViT(_ name: String) throws -> UViT {
  try UViT(ComputeEngine(), SafetensorsFile(golden("\(name)/model.safetensors")), precision: .fp32)
}

/// Its first image.
func uViTCase(_ name: String, _ index: Int) throws -> (sample: Tensor, row: DenoisingRow) {
  let cases = try SafetensorsFile(golden("\(name)/cases.safetensors"))
  let metadata = try #require(cases.metadata["cases"])
  let settings = try JSONDecoder().decode([GoldenKnobs].self, from: Data(metadata.utf8))
  let label = cases.contains("case.\(index).y") ? try cases.integers(named: "case.\(index).y")[0] : nil
  let time = try cases.integers(named: "case.\(index).t")[0]
  return (
    try cases.tensor(named: "case.\(index).x").image(0),
    DenoisingRow(
      timestep: Double(time), condition: Condition(label: label), knobs: settings[index].knobs)
  )
}
