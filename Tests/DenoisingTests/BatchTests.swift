import Denoising
import Tensors
import Testing

/// What a batch must not change, bit for bit.
struct BatchTests {
  @Test(.enabled(if: ComputeEngine.hasNativeBFloat16, "this processor has no bfloat16 products"))
  func batchesAreTestedInBfloat16Too() {
    #expect(precisions.contains(.bf16))
  }

  @Test(arguments: precisions, [1, 2, 3, 9])
  func aRowOfABatchIsTheRowAlone(precision: Precision, batch: Int) throws {
    let different = try loadStarterModel(precision).run { model -> [Int] in
      let images = noise(batch, model.description)
      let rows = (0..<batch).map {
        DenoisingRow(
          timestep: 900 - 90.5 * Double($0), condition: .init(label: $0 % 4), knobs: assortedKnobs[$0])
      }
      let together = try model(images, rows)
      return try (0..<batch).filter { try model(images.image($0), [rows[$0]]) != together.image($0) }
    }
    #expect(different == [])
  }

  @Test(arguments: precisions)
  func workThatIsSharedChangesNothing(precision: Precision) throws {
    let different = try loadStarterModel(precision).run { model -> [String] in
      let one = noise(1, model.description)
      let images = Tensor([9] + model.description.sampleShape, values: (0..<9).flatMap { _ in one.values })
      var inLastBlock = Knobs(b: 1.3, s: 0.8)
      inLastBlock.blocks = [3]
      let cases: [(String, [DenoisingRow])] = [
        (
          "all kinds of knobs",
          assortedKnobs.map { DenoisingRow(timestep: 999, condition: .init(label: 1), knobs: $0) }
        ),
        ("no FreeU", (0..<9).map { _ in DenoisingRow(timestep: 500, condition: .init(label: 2)) }),
        (
          "FreeU in the last block",
          (0..<9).map {
            DenoisingRow(
              timestep: 500, condition: .init(label: 2), knobs: $0 % 2 == 0 ? Knobs() : inLastBlock)
          }
        ),
        (
          "two labels",
          (0..<9).map { DenoisingRow(timestep: 999, condition: .init(label: $0 % 2), knobs: Knobs(s: 0.8)) }
        ),
      ]
      return try cases.filter { _, rows in
        model.sharesWork = true
        let shared = try model(images, rows)
        model.sharesWork = false
        return try model(images, rows) != shared
      }.map(\.0)
    }
    #expect(different == [])
  }

  @Test(arguments: precisions)
  func knobsThatAreOffChangeNothing(precision: Precision) throws {
    let different = try loadStarterModel(precision).run { model -> [Int] in
      var off = [Knobs(), Knobs(), Knobs(), Knobs(b: 1.5, s: 0.5), Knobs(b: 1.5, s: 0.5)]
      off[0].version = 1
      (off[1].skipFilter, off[1].threshold) = (.uniform, 3)
      off[2].blocks = [0, 1]
      off[3].blocks = []
      off[4].freeUSteps = .init(from: 0.5)
      let image = noise(1, model.description)
      let plain = try model(image, [DenoisingRow(timestep: 700, condition: .init(label: 0))])
      return try off.indices.filter { index in
        let row = DenoisingRow(
          timestep: 700, condition: .init(label: 0), knobs: off[index].at(step: 3, of: 20))
        return try model(image, [row]) != plain
      }
    }
    #expect(different == [])
  }

  @Test(arguments: precisions)
  func nothingFallsToAReferenceImplementation(precision: Precision) throws {
    let found = try loadStarterModel(precision).run { model -> [String] in
      for batch in [1, 2, 3, 9] {
        let rows = (0..<batch).map {
          DenoisingRow(timestep: 500, condition: .init(label: 0), knobs: assortedKnobs[$0])
        }
        _ = try model(noise(batch, model.description), rows)
      }
      return model.implementations.flatMap { operation, names in names.map { "\(operation): \($0)" } }
    }
    #expect(!found.isEmpty)
    #expect(found.filter { $0.contains("ref") } == [])
  }
}
