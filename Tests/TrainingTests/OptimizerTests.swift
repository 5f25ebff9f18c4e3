import Denoising
import Foundation
import Tensors
import TestSupport
import Testing
import Training

struct OptimizerTests {
  private static var small: UViTConfiguration {
    var c = UViTConfiguration()
    (c.imageSize, c.patchSize, c.width, c.depth, c.heads) = (4, 2, 8, 2, 2)
    return c
  }

  @Test func aStepIsTheFormulaOfAdamWWithDecayOnMatricesAlone() throws {
    let problems = try EngineThread().sync { () throws -> [String] in
      let engine = try ComputeEngine()
      let parameters = try Parameters(engine, Self.small, precision: .bf16)
      parameters.start(seed: 3)
      var noise = TrainingNoise(seed: 9, stream: 1)
      let before = parameters.values.load(parameters.count)
      let gradient = before.map { _ in 0.01 * noise.normal() }
      parameters.gradients.store(gradient)
      let norm = AdamW.gradientNorm(engine, parameters)
      let length = gradient.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
      var optimizer = AdamW()
      optimizer.largestNorm = norm / 2
      optimizer.update(engine, parameters, step: 1, learningRate: 0.01, gradientNorm: norm)
      let expected = before.indices.map { index -> Float in
        let g = gradient[index] / 2
        let shrink: Float = index < parameters.decayEnd ? 1 - 0.01 * 0.03 : 1
        return before[index] * shrink - 0.01 * g / (abs(g) + 1e-8)
      }
      let after = parameters.values.load(parameters.count)
      let average = zip(before, expected).map { $0 + (1 - Float(2) / 11) * ($1 - $0) }
      return [
        difference([norm], [Float(length)], tolerance: 1e-5, name: "norm"),
        difference(after, expected, tolerance: 1e-5, name: "weights"),
        difference(parameters.averages.load(parameters.count), average, tolerance: 1e-5, name: "average"),
        // Half of the last of bfloat16's eight bits, for numbers up to twice a power of two.
        difference(
          parameters.rounded?.load(parameters.count) ?? [], after, tolerance: 0x1p-8, name: "rounded"),
      ].compactMap(\.self)
    }
    #expect(problems == [])
  }

  @Test func biasesNormsPositionsAndTheMaskDoNotDecay() {
    var c = Self.small
    (c.maskKernels, c.classes, c.timeMLP, c.qkvBias) = (2, 3, true, true)
    let kept = UViTTensors(c).parameterEntries.filter { !$0.decays }.map(\.name)
    #expect(
      kept.allSatisfy {
        $0.hasSuffix("bias") || $0.contains("norm") || $0.contains("mask") || $0 == "pos_embed"
      })
    let decayed = UViTTensors(c).parameterEntries.filter(\.decays).map(\.name)
    #expect(decayed.allSatisfy { $0.hasSuffix("weight") && !$0.contains("norm") })
  }

  @Test func theLearningRateRisesStaysAndFalls() {
    let rate = LearningRate(peak: 2)
    #expect(rate.value(step: 100, progress: 0) == 1)
    #expect(rate.value(step: 200, progress: 0.7) == 2)
    #expect(abs(rate.value(step: 1000, progress: 0.85) - 1) < 1e-6)
    #expect(rate.value(step: 1000, progress: 1) == 0)
  }

  @Test func noiseIsNormalAndItsStreamsDiffer() {
    var noise = TrainingNoise(seed: 1, stream: 5)
    var other = TrainingNoise(seed: 1, stream: 6)
    let count = 200_000
    let values = (0..<count).map { _ in Double(noise.normal()) }
    let moments = (1...4).map { power in values.reduce(0) { $0 + pow($1, Double(power)) } / Double(count) }
    #expect(abs(moments[0]) < 0.01)
    #expect(abs(moments[1] - 1) < 0.02)
    #expect(abs(moments[2]) < 0.05)
    #expect(abs(moments[3] - 3) < 0.15)
    // Within one, two and three deviations, and in the tail behind the lowest layer.
    for (edge, share) in [(1.0, 0.6827), (2.0, 0.9545), (3.0, 0.9973), (3.6541528853610088, 0.99974)] {
      let found = Double(values.count { abs($0) < edge }) / Double(count)
      #expect(abs(found - share) < 4 * (share * (1 - share) / Double(count)).squareRoot())
    }
    #expect(other.next() != noise.next())
  }
}
