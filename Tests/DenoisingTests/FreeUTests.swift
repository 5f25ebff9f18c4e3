import Checkpoints
import Denoising
import Foundation
import Tensors
import TestSupport
import Testing

/// FreeU on two maps, without a network.
struct FreeUTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let rows, columns, channels, threshold: Int
    var testDescription: String { "\(rows) x \(columns) x \(channels), threshold \(threshold)" }
  }

  static let cases = [
    Case(rows: 64, columns: 64, channels: 48, threshold: 1),
    Case(rows: 12, columns: 10, channels: 80, threshold: 2),
    Case(rows: 9, columns: 7, channels: 33, threshold: 3),
    Case(rows: 8, columns: 8, channels: 16, threshold: 4),
    Case(rows: 6, columns: 8, channels: 5, threshold: 1000),
    Case(rows: 1, columns: 5, channels: 3, threshold: 1),
    Case(rows: 2, columns: 2, channels: 40, threshold: 1),
    Case(rows: 4, columns: 4, channels: 8, threshold: 0),
  ]

  private static func factors(
    b: Double = 1, s: Double = 1, version: Int = 2, _ filter: Knobs.SkipFilter = .fourier, threshold: Int = 1
  ) -> FreeUFactors {
    FreeUFactors(b: b, s: s, version: version, skipFilter: filter, threshold: threshold)
  }

  @Test(arguments: cases, [ElementType.float32, .bfloat16])
  func lowFrequenciesAreThoseOfAFourierTransform(example: Case, type: ElementType) throws {
    let problems = try onEngine { engine -> [String] in
      // The matrix in float32 alone: in bfloat16 oneDNN does not have it for every small map.
      let filters: [FreeU.Filter] =
        type == .float32 && example.rows * example.columns < 256 ? [.waves, .matrix] : [.waves]
      return try [0.2, 0, -0.5].flatMap { s -> [String?] in
        try filters.map { filter -> String? in
          let maps = try Maps(engine, example, type, filter)
          let before = maps.skip
          try maps.freeU.apply(Self.factors(s: s, threshold: example.threshold), row: 1)
          let expected = NaiveFrequencies.scaled(
            maps.image(1, before), rows: example.rows, columns: example.columns,
            threshold: example.threshold, by: s)
          // One more on both sides: where the window takes all in, nothing is left at s = 0.
          return difference(
            maps.image(1, maps.skip).map { $0 + 1 }, expected.map { $0 + 1 },
            tolerance: type == .bfloat16 ? 8e-3 : 2e-6, name: "s \(s), \(filter)")
            ?? (maps.image(0, maps.skip) == maps.image(0, before) ? nil : "the other image changed")
        }
      }.compactMap(\.self)
    }
    #expect(problems == [])
  }

  /// On maps with a token before their places.
  @Test(arguments: [1, 2], [ElementType.float32, .bfloat16])
  func halfOfTheBackboneIsScaled(version: Int, type: ElementType) throws {
    let problems = try onEngine { engine -> [String] in
      try [(4, 6, 37), (3, 5, 64), (2, 2, 2), (1, 1, 8)].compactMap { rows, columns, channels in
        let example = Case(rows: rows, columns: columns, channels: channels, threshold: 1)
        let maps = try Maps(engine, example, type, extras: 1)
        let before = maps.image(1, maps.backbone)
        try maps.freeU.apply(Self.factors(b: 1.4, version: version), row: 1)
        let (places, half) = (rows * columns, channels / 2)
        let means = (1...places).map { place in
          before[place * channels..<(place + 1) * channels].reduce(0, +) / Float(channels)
        }
        let (low, high) = (means.min()!, means.max()!)
        let expected = before.enumerated().map { index, value -> Float in
          let (token, channel) = (index / channels, index % channels)
          guard token > 0, channel < half else { return value }
          if version == 1 { return value * 1.4 }
          return high > low ? value * (1 + 0.4 * (means[token - 1] - low) / (high - low)) : value
        }
        return difference(
          maps.image(1, maps.backbone), expected, tolerance: type == .bfloat16 ? 8e-3 : 1e-6,
          name: "\(example)")
      }
    }
    #expect(problems == [])
  }

  /// `apply_freeu` and `fourier_filter`, as Tools/torch/make_freeu_golden.py ran them.
  @Test(arguments: [FreeU.Filter.waves, .matrix])
  func mapsBecomeThoseOfDiffusers(filter: FreeU.Filter) throws {
    struct Numbers: Decodable { let b, s: Double; let threshold: Int }
    let problems = try onEngine { engine -> [String] in
      let file = try SafetensorsFile(golden("freeu.safetensors"))
      let cases = try JSONDecoder().decode([Numbers].self, from: Data(file.metadata["cases"]!.utf8))
      return try cases.enumerated().flatMap { index, numbers -> [String?] in
        func tensor(_ name: String) throws -> Tensor {
          try file.tensor(named: "case.\(index).\(name)").channelsLast
        }
        let (backbone, skip) = (try tensor("backbone"), try tensor("skip"))
        let (rows, columns) = (skip.shape[1], skip.shape[2])
        func buffer(_ map: Tensor) throws -> Buffer {
          let buffer = try Buffer(engine, [map.shape[0], rows * columns, map.shape[3]])
          buffer.store(map.values)
          return buffer
        }
        let (first, second) = (try buffer(backbone), try buffer(skip))
        let freeU = try FreeU(
          engine, backbone: first, skip: second, grid: Grid(rows: rows, columns: columns), filter: filter)
        for row in 0..<skip.shape[0] {
          try freeU.apply(
            Self.factors(b: numbers.b, s: numbers.s, version: 1, threshold: numbers.threshold), row: row)
        }
        return [
          difference(
            first.load(first.count), try tensor("scaled").values, tolerance: 1e-6, name: "\(index) scaled"),
          difference(
            second.load(second.count), try tensor("filtered").values, tolerance: 2e-6,
            name: "\(index) filtered"),
        ]
      }.compactMap(\.self)
    }
    #expect(problems == [])
  }

  @Test(arguments: [ElementType.float32, .bfloat16])
  func atOneNothingIsTouchedAndZeroIsHonoured(type: ElementType) throws {
    let problems = try onEngine { engine -> [String] in
      let maps = try Maps(engine, Case(rows: 4, columns: 4, channels: 32, threshold: 1), type)
      let (backbone, skip) = (maps.backbone, maps.skip)
      for version in [1, 2] { try maps.freeU.apply(Self.factors(version: version), row: 0) }
      guard maps.backbone == backbone, maps.skip == skip else { return ["1 and 1 change something"] }
      try maps.freeU.apply(Self.factors(b: 0, s: 0, version: 1, .uniform), row: 0)
      let half = maps.image(0, maps.backbone).enumerated().allSatisfy { ($1 == 0) == ($0 % 32 < 16) }
      return half && maps.image(0, maps.skip).allSatisfy { $0 == 0 } ? [] : ["0 is not honoured"]
    }
    #expect(problems == [])
  }

  /// On one thread and on all, and in a batch and alone: to the bit.
  @Test(arguments: [ElementType.float32, .bfloat16])
  func neitherThreadsNorOtherImagesChangeAnImage(type: ElementType) throws {
    let example = Case(rows: 10, columns: 12, channels: 100, threshold: 2)
    let found = try [1, nil].map { threads in
      try EngineThread().sync { () throws -> [[Float]] in
        let maps = try Maps(ComputeEngine(threads: threads), example, type)
        for row in [1, 0] { try maps.freeU.apply(Self.factors(b: 1.3, s: 0.2, threshold: 2), row: row) }
        return [maps.backbone, maps.skip]
      }
    }
    #expect(found[0] == found[1])
  }
}

/// Runs `body` on an engine's thread.
private func onEngine<Result: Sendable>(
  _ body: @escaping @Sendable (ComputeEngine) throws -> Result
) throws -> Result {
  try OnEngine { try ComputeEngine() }.run(body)
}

/// Two images' backbone and skip, and what acts on them.
private struct Maps {
  let freeU: FreeU
  private let buffers: [Buffer]

  init(
    _ engine: ComputeEngine, _ example: FreeUTests.Case, _ type: ElementType,
    _ filter: FreeU.Filter = .waves, extras: Int = 0
  ) throws {
    let grid = Grid(rows: example.rows, columns: example.columns)
    buffers = try [UInt64(1), 2].map { seed in
      let shape = [2, extras + grid.count, example.channels]
      var generator = SeededNoise(seed: seed)
      let buffer = try Buffer(engine, shape, type)
      buffer.store(generator.normals(shape).values.map { $0 + 0.5 })
      return buffer
    }
    freeU = try FreeU(engine, backbone: buffers[0], skip: buffers[1], grid: grid, filter: filter)
  }

  var backbone: [Float] { buffers[0].load(buffers[0].count) }
  var skip: [Float] { buffers[1].load(buffers[1].count) }

  func image(_ row: Int, _ map: [Float]) -> [Float] {
    Array(map[row * map.count / 2..<(row + 1) * map.count / 2])
  }
}

extension Tensor {
  /// From [batch, channel, row, column] to [batch, row, column, channel].
  fileprivate var channelsLast: Tensor {
    let (channels, places) = (shape[1], shape[2] * shape[3])
    var result = Tensor([shape[0], shape[2], shape[3], channels])
    for index in values.indices {
      let (image, channel, place) = (
        index / channels / places, index / places % channels, index % places
      )
      result.values[(image * places + place) * channels + channel] = values[index]
    }
    return result
  }
}
