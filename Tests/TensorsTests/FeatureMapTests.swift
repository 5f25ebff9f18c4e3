import Foundation
import Tensors
import TestSupport
import Testing

/// Our own kernels for feature maps, against loops, and each image against the same image alone.
struct FeatureMapTests {
  /// Channels that end within a vector, groups that lie across the joint of two maps, more pixels than a block.
  struct Norm: Sendable, CustomTestStringConvertible {
    let images, height, width, channels, joined, groups: Int
    var offset: Float = 0
    var testDescription: String { "\(images) x \(height) x \(width), \(channels) + \(joined) in \(groups)" }
    var count: Int { channels + joined }
  }

  static let norms = [
    Norm(images: 2, height: 4, width: 4, channels: 64, joined: 0, groups: 32),
    Norm(images: 3, height: 5, width: 3, channels: 20, joined: 7, groups: 3),
    Norm(images: 2, height: 17, width: 19, channels: 64, joined: 32, groups: 32),
    Norm(images: 1, height: 30, width: 20, channels: 48, joined: 24, groups: 8, offset: 30),
  ]

  @Test(arguments: norms, [ElementType.float32, .bfloat16])
  func groupNormAgreesWithLoops(norm: Norm, type: ElementType) throws {
    try onEngine { engine in
      let layer = try NormSample(engine, norm, type)
      return try [(false, false, true), (true, false, true), (true, true, false)].compactMap {
        hasAddend, hasModulation, activates in
        let output = try layer.run(
          engine, addend: hasAddend, modulation: hasModulation, activates: activates, images: 0..<norm.images)
        let expected = NaiveFeatureMaps.groupNorm(
          layer.joined, images: norm.images, groups: norm.groups, scale: layer.scale.values,
          shift: layer.shift.values, addend: hasAddend ? layer.addend.values : nil,
          modulation: hasModulation ? layer.modulation.values : nil, activates: activates)
        return difference(
          output, expected, tolerance: type == .bfloat16 ? 8e-3 : 2e-5,
          name: "addend \(hasAddend), modulation \(hasModulation), SiLU \(activates)")
      }
    }
  }

  /// On one thread and on all.
  @Test(arguments: norms, [ElementType.float32, .bfloat16])
  func anImageOfABatchIsNormedAsItWouldBeAlone(norm: Norm, type: ElementType) throws {
    let found = try [1, nil].map { threads in
      try EngineThread().sync { () throws -> [[Float]] in
        let engine = try ComputeEngine(threads: threads)
        let layer = try NormSample(engine, norm, type)
        func run(_ images: Range<Int>) throws -> [Float] {
          try layer.run(engine, addend: true, modulation: true, activates: true, images: images)
        }
        return [try run(0..<norm.images), try (0..<norm.images).flatMap { try run($0..<$0 + 1) }]
      }
    }
    #expect(found[0][0] == found[0][1])
    #expect(found[1] == found[0])
  }

  @Test(arguments: [ElementType.float32, .bfloat16], [(4, 6), (5, 7), (2, 2)])
  func poolingAndResamplingAgreeWithLoops(type: ElementType, size: (Int, Int)) throws {
    try onEngine { engine in
      let shape = [2, size.0, size.1, 20]
      let input = try Sample(engine, shape, type, seed: 1)
      let pooled = try Buffer(engine, [2, size.0 / 2, size.1 / 2, 20], type)
      AveragePooling(engine, input: input.buffer, output: pooled).forward()
      let means = (0..<pooled.count).map { place -> Float in
        let (image, row) = (place / pooled.shape[1] / pooled.shape[2] / 20, place / 20 / pooled.shape[2])
        let (y, x) = (row % pooled.shape[1] * 2, place / 20 % pooled.shape[2] * 2)
        return [(0, 0), (0, 1), (1, 0), (1, 1)].reduce(0) { sum, step in
          sum + input.values[((image * size.0 + y + step.0) * size.1 + x + step.1) * 20 + place % 20] / 4
        }
      }
      let targets = [(2 * size.0, 2 * size.1), (2 * size.0 - 1, 2 * size.1 - 1)]
      return try [
        difference(pooled.load(pooled.count), means, tolerance: type.tolerance, name: "means")
      ].compactMap(\.self)
        + targets.compactMap { rows, columns in
          let output = try Buffer(engine, [2, rows, columns, 20], type)
          NearestResampling(engine, input: input.buffer, output: output).forward()
          let expected = NaiveFeatureMaps.nearest(input.values, shape, rows: rows, columns: columns)
          return output.load(output.count) == expected ? nil : "nearest to \(rows) x \(columns)"
        }
    }
  }

  @Test(arguments: [ElementType.float32, .bfloat16])
  func gatesAgreeWithTheErrorFunction(type: ElementType) throws {
    try onEngine { engine in
      try [5, 16, 77].compactMap { width in
        let input = try Sample(engine, [3, 2 * width], type, seed: 1)
        let output = try Buffer(engine, [3, width], type)
        GatedGELU(engine, input: input.buffer, output: output).forward()
        let expected = (0..<3 * width).map { place in
          let start = place / width * 2 * width + place % width
          return input.values[start] * NaiveKernels.gelu(input.values[start + width])
        }
        return difference(
          output.load(output.count), expected, tolerance: type == .bfloat16 ? 8e-3 : 1e-6,
          name: "width \(width)")
      }
    }
  }
}

/// A norm's maps and parameters.
private struct NormSample {
  let norm: FeatureMapTests.Norm
  let type: ElementType
  /// Of each map, the numbers.
  let maps: [[Float]]
  let scale, shift, addend, modulation: Sample

  init(_ engine: ComputeEngine, _ norm: FeatureMapTests.Norm, _ type: ElementType) throws {
    (self.norm, self.type) = (norm, type)
    maps = try [norm.channels, norm.joined].enumerated().map { index, channels in
      let shape = [norm.images, norm.height, norm.width, max(1, channels)]
      let values = try Sample(engine, shape, .float32, seed: UInt64(index)).values.map { $0 + norm.offset }
      // As the buffer will have them.
      let buffer = try Buffer(engine, shape, type)
      buffer.store(values)
      return channels == 0 ? [] : buffer.load(buffer.count)
    }
    scale = try Sample(engine, [norm.count], .float32, seed: 3)
    shift = try Sample(engine, [norm.count], .float32, seed: 4)
    addend = try Sample(engine, [norm.images, norm.count], .float32, seed: 5)
    modulation = try Sample(engine, [norm.images, 2 * norm.count], .float32, seed: 6)
  }

  /// Both maps, channels side by side.
  var joined: [Float] {
    var pixels: [Float] = []
    for pixel in 0..<norm.images * norm.height * norm.width {
      pixels += maps[0][pixel * norm.channels..<(pixel + 1) * norm.channels]
      pixels += maps[1][pixel * norm.joined..<(pixel + 1) * norm.joined]
    }
    return pixels
  }

  func run(
    _ engine: ComputeEngine, addend hasAddend: Bool, modulation hasModulation: Bool, activates: Bool,
    images: Range<Int>
  ) throws -> [Float] {
    func map(_ index: Int, _ channels: Int) throws -> Buffer {
      let buffer = try Buffer(engine, [images.count, norm.height, norm.width, channels], type)
      let length = norm.height * norm.width * channels
      buffer.store(Array(maps[index][images.lowerBound * length..<images.upperBound * length]))
      return buffer
    }
    func rows(_ sample: Sample) throws -> Buffer {
      let width = sample.buffer.shape[1]
      return try sample.buffer.view([images.count, width], offset: images.lowerBound * width)
    }
    let output = try Buffer(engine, [images.count, norm.height, norm.width, norm.count], type)
    GroupNorm(
      engine, input: try map(0, norm.channels), joined: norm.joined > 0 ? try map(1, norm.joined) : nil,
      groups: norm.groups, scale: scale.buffer, shift: shift.buffer,
      addend: hasAddend ? try rows(addend) : nil,
      modulation: hasModulation ? try rows(modulation) : nil, activates: activates, output: output
    ).forward()
    return output.load(output.count)
  }
}
