import Checkpoints
import Denoising
import Foundation
import Sampling
import Tensors
import TestSupport
import Testing

struct UNetTests {
  @Test(arguments: UNetGolden.names)
  func everyCaseAgreesWithDiffusers(name: String) throws {
    let problems = try OnEngine { try UNetGolden(name).model() }.run { model in
      let reference = try UNetGolden(name)
      return try reference.freeUs.indices.compactMap { index in
        let (samples, rows) = try reference.input(index)
        return difference(
          try model(samples, rows), try reference.output(index), tolerance: 1e-4,
          name: "\(name) case \(index)")
      }
    }
    #expect(problems == [])
  }

  /// Knobs that change nothing are no FreeU at all, whatever else they say.
  @Test(arguments: ["labels", "guided"])
  func factorsOfOneChangeNoBit(name: String) throws {
    let areSame = try OnEngine { try UNetGolden(name).model() }.run { model in
      let reference = try UNetGolden(name)
      var ones = Knobs(b: 1, s: 1)
      (ones.version, ones.skipFilter, ones.threshold, ones.freeURule) = (1, .uniform, 3, .channels)
      let (samples, rows) = try reference.input(1, knobs: ones)
      return try model(samples, rows) == model(samples, reference.input(1, knobs: Knobs()).rows)
    }
    #expect(areSame)
  }

  /// Whoever shares a batch, and whichever part of the network is computed once for several rows.
  @Test(arguments: UNetGolden.names, precisions)
  func aRowOfABatchIsTheRowAlone(name: String, precision: Precision) throws {
    let problems = try OnEngine { try UNetGolden(name).model(precision) }.run { model in
      let reference = try UNetGolden(name)
      // Two images, each as itself, with two kinds of FreeU, and again with other neighbours.
      let (samples, first) = try reference.input(1, knobs: Knobs())
      let (_, second) = try reference.input(1)
      let (_, third) = try reference.input(1, knobs: reference.freeUs[3].knobs)
      let images = [0, 1, 0, 1, 1, 0].map { samples.image($0) }
      let rows = [first[0], first[1], second[0], third[1], first[1], third[0]]
      let together = try model(
        Tensor([rows.count] + samples.shape.dropFirst(), values: images.flatMap(\.values)), rows)
      return try rows.indices.compactMap { row in
        try model(images[row], [rows[row]]) == together.image(row) ? nil : "row \(row) is not the row alone"
      }
    }
    #expect(problems == [])
  }

  @Test(.enabled(if: Precision.available.contains(.bf16)), arguments: UNetGolden.names)
  func fewerDigitsAreNotFarOff(name: String) throws {
    let problems = try OnEngine { try UNetGolden(name).model(.bf16) }.run { model in
      let reference = try UNetGolden(name)
      return try [0, 1].compactMap { index in
        let (samples, rows) = try reference.input(index)
        // Eight bits of each number through some fifty layers.
        return difference(
          try model(samples, rows), try reference.output(index), tolerance: 0.08,
          name: "\(name) case \(index)")
      }
    }
    #expect(problems == [])
  }

  @Test func whatTheNetworkIsNotToldIsSaid() throws {
    let messages = try OnEngine { try UNetGolden("depths").model() }.run { model in
      let (samples, rows) = try UNetGolden("depths").input(0, knobs: Knobs())
      func message(_ change: (inout Condition) -> Void) -> String {
        var row = rows[0]
        change(&row.condition)
        do {
          _ = try model(samples, [row])
          return "nothing"
        } catch { return "\(error)" }
      }
      return [
        message { $0.context = nil }, message { $0.sizes = [1] }, message { $0.pooled = nil },
        message { $0.guidance = $0.pooled },
        message { $0.context = ConditionTensor(Tensor([2, 3])) },
      ]
    }
    #expect(messages[0].hasPrefix("an encoded prompt: expected one of width"))
    #expect(messages[0].contains("found none"))
    #expect(messages[1].hasPrefix("a pooled prompt and sizes: expected one of width"))
    #expect(messages[2].hasPrefix("a pooled prompt and sizes: expected one of width"))
    #expect(messages[3].hasPrefix("an embedded guidance: expected none, found one of width"))
    #expect(messages[4].hasSuffix("found one of width 3; give the network what it was made for"))
  }

  @Test func aSizeThatCannotBeHalvedIsSaid() throws {
    let message = try OnEngine { try UNetGolden("pixels").model() }.run { model in
      do {
        _ = try model(Tensor([1, 3, 8, 10]), [DenoisingRow(timestep: 5)])
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(message.contains("10 is no multiple of 4"))
  }

  @Test func samplesThatNoMemoryHoldsAreRefused() throws {
    let message = try OnEngine { try UNetGolden("pixels").model() }.run { model in
      model.memory = 10_000
      do {
        _ = try model(Tensor([1, 3, 4096, 4096]), [DenoisingRow(timestep: 5)])
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(message.hasPrefix("samples of 4096 x 4096 would take"))
  }

  /// What rows have in common runs beside them: half of the memory is theirs.
  @Test func asManyRowsRunAtOnceAsMemoryHolds() throws {
    let golden = try UNetGolden("guided")
    let found = try OnEngine { try golden.model() }.run { model in
      let (samples, rows) = try golden.input(1)
      let grid = Grid(rows: samples.shape[2], columns: samples.shape[3])
      let need = golden.configuration.memory(numbers: try golden.weights.numberCount, grid: grid, .fp32)
      let (whole, plenty) = (try model(samples, rows), model.rowsAtOnce(grid))
      let some = [1, 4, 5, 6].map { count in
        model.memory = need.total(evaluations: count)
        return model.rowsAtOnce(grid)
      }
      model.memory = need.total()
      return (plenty, some, try model(samples, rows) == whole, rows.count)
    }
    #expect(found.0 == 16 && found.1 == [1, 2, 2, 3] && found.2 && found.3 > 1, "\(found)")
  }

  /// Counted as products: twice the multiplications.
  @Test func operationsAreCounted() throws {
    let counts = try OnEngine { try UNetGolden("labels").model() }.run { model in
      let products = try model.products(batch: 1)
      return try [
        model.operations(batch: 1), model.operations(batch: 2), products.reduce(0) { $0 + $1.operations },
        products.count { $0 is Linear },
      ]
    }
    #expect(counts[0] > 0 && counts[1] == 2 * counts[0])
    // Attention between the places of a map multiplies by no weights.
    #expect(counts[2] < counts[0] && counts[2] > counts[0] / 2 && counts[3] == 24)
  }
}
