import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing
import Training

/// A training's state in which one field was changed: it goes on, or it is refused in one line; it never crashes.
@Suite(.serialized) struct CheckpointDefectTests {
  private static func paths(_ any: Any, _ start: [String] = []) -> [[String]] {
    if let fields = any as? [String: Any] {
      return fields.sorted { $0.key < $1.key }.flatMap { paths($0.value, start + [$0.key]) }
    }
    if let list = any as? [Any] {
      return [start] + list.indices.prefix(1).flatMap { paths(list[$0], start + ["\($0)"]) }
    }
    return [start]
  }

  @Test func noSingleChangeOfItsNumbersCrashes() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("model.training.safetensors")
    let counts = try onEngine { engine -> (tried: Int, refused: Int) in
      let settings = smallSettings { ($0.validation, $0.configuration.width, $0.batch) = (0.13, 16, 4) }
      let run = try TrainingRun(engine, settings, eightImages())
      _ = try run.advance()
      try run.save(to: file)
      let saved = try SafetensorsFile(file)
      let json = try JSONSerialization.jsonObject(with: Data((saved.metadata["training"] ?? "").utf8))
      let values: [Any] = [
        -1, 0, 1 << 30, 1 << 62, -(1 << 62), 0.5, -0.5, 1e-30, 1e38, -1e300, "x", NSNull(), [Any](), true,
      ]
      var (tried, refused) = (0, 0)
      for path in Self.paths(json) {
        for value in values {
          let damaged = changed(json, with: value, at: path[...])
          let text = String(decoding: try JSONSerialization.data(withJSONObject: damaged), as: UTF8.self)
          var metadata = saved.metadata
          metadata["training"] = text
          var writer = SafetensorsWriter(metadata: metadata)
          for name in saved.names { writer.add(name, try saved.tensor(named: name)) }
          let other = folder.file("changed.safetensors")
          try writer.write(to: other)
          tried += 1
          do {
            // As `--resume` does it.
            let settings = try TrainingRun.settings(of: other)
            let resumed = try TrainingRun(engine, resuming: other, settings, eightImages())
            _ = try resumed.advance()
            _ = try resumed.validate()
          } catch {
            refused += 1
            #expect(!"\(error)".contains("\n"))
          }
        }
      }
      return (tried, refused)
    }
    #expect(counts.tried > 400 && counts.refused > counts.tried / 2, "\(counts)")
  }

  @Test func aFieldOutOfItsRangeIsNamed() throws {
    #expect(smallSettings().defect == nil)
    #expect(smallSettings { $0.batch = 0 }.defect == "`batch` is 0, expected 1 to 4096")
    #expect(smallSettings { $0.validation = .nan }.defect?.hasPrefix("`validation` is nan") == true)
    #expect(smallSettings { $0.precision = .auto }.defect == "`precision` is auto, expected fp32 or bf16")
    #expect(smallSettings { $0.budget = .images(0) }.defect?.hasPrefix("`budget.images` is 0") == true)
    #expect(smallSettings { $0.configuration.width = 47 }.defect?.contains("do not divide") == true)
  }

  @Test func aTrainingThatNoMachineHoldsIsRefusedBeforeItIsBegun() throws {
    let settings = smallSettings { c in
      (c.configuration.width, c.configuration.depth, c.configuration.heads) = (16384, 256, 2)
    }
    try onEngine { engine in
      #expect(throws: MemoryError.self) { try TrainingRun(engine, settings, eightImages()) }
    }
  }
}
