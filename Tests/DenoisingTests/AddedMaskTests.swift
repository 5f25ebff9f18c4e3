import Checkpoints
import Denoising
import Foundation
import Tensors
import TestSupport
import Testing

/// A mask on attention that was trained without one.
struct AddedMaskTests {
  private static func knobs(_ added: Double, _ change: (inout Knobs) -> Void = { _ in }) -> Knobs {
    var knobs = Knobs()
    knobs.addedMask = added
    change(&knobs)
    return knobs
  }

  /// Of one place of the middle block: an edit.
  private static let edit = MixtureKey(block: 1, head: 0, kernel: 1, parameter: .alpha)

  /// A model that learned exactly what is laid over the same model without a mask.
  @Test func whatIsLaidOverActsAsIfItHadBeenLearned() throws {
    let folder = try TemporaryFolder()
    let (with, without) = (folder.file("with.safetensors"), folder.file("without.safetensors"))
    try rewriteGolden(to: without, ["mask_kernels": 0])
    let file = try SafetensorsFile(golden("labelled/model.safetensors"))
    var configuration =
      try JSONSerialization.jsonObject(with: Data(file.metadata["mezzotint"]!.utf8)) as! [String: Any]
    configuration["mask_kernels"] = 3
    let text = String(decoding: try JSONSerialization.data(withJSONObject: configuration), as: UTF8.self)
    var writer = SafetensorsWriter(metadata: ["mezzotint": text])
    for name in file.names {
      var tensor = try file.tensor(named: name)
      if name.contains(".mask.") {
        let mask = MixtureMask.added(heads: tensor.shape[1])
        tensor = name.hasSuffix("alpha") ? mask.alpha : mask.sigma
      }
      writer.add(name, tensor)
    }
    try writer.write(to: with)

    let settings: [(learned: Knobs, added: Knobs)] = [
      (Knobs(), Self.knobs(1)),
      (Self.knobs(0) { $0.maskStrength = 0.5 }, Self.knobs(0.5)),
      (
        Self.knobs(0) { ($0.sigmaGain, $0.mixture) = (0.5, [Self.edit: 0.7]) },
        Self.knobs(1) { ($0.sigmaGain, $0.mixture) = (0.5, [Self.edit: 0.7]) }
      ),
    ]
    func outputs(_ url: URL, _ knobs: [Knobs]) throws -> [[Float]] {
      try OnEngine { try UViT(ComputeEngine(), SafetensorsFile(url), precision: .fp32) }.run { model in
        let image = noise(1, model.description)
        #expect(model.description.hasMask == (url == with))
        return try knobs.map {
          try model(image, [DenoisingRow(timestep: 700, condition: .init(label: 0), knobs: $0)]).values
        }
      }
    }
    let (learned, added) = (
      try outputs(with, settings.map(\.learned)), try outputs(without, settings.map(\.added))
    )
    #expect(learned == added)
    #expect(learned[0] != learned[1] && learned[0] != learned[2])
  }

  @Test(arguments: precisions)
  func aRowWithoutItIsTheSameBesideOneWithIt(precision: Precision) throws {
    let folder = try TemporaryFolder()
    let url = folder.file("plain.safetensors")
    try rewriteGolden(to: url, ["mask_kernels": 0])
    let problems = try OnEngine { try UViT(ComputeEngine(), SafetensorsFile(url), precision: precision) }
      .run { try Self.problems($0, $0.description) }
    #expect(problems == [])
  }

  @Test(arguments: ["labels", "pixels"], precisions)
  func inAUNetToo(name: String, precision: Precision) throws {
    let problems = try OnEngine { try UNetGolden(name).model(precision) }
      .run { try Self.problems($0, $0.description) }
    #expect(problems == [])
  }

  /// One image under many masks: alone, and all together.
  private static func problems(_ model: any Model, _ description: ModelDescription) throws -> [String] {
    let label = description.labelling == nil ? nil : 0
    let all = [
      Knobs(), knobs(1), knobs(0.5), knobs(0) { $0.sigmaGain = 3 }, knobs(1) { $0.mixture = [edit: 2] },
      knobs(0, { $0.b = 1.2 }), knobs(1, { $0.b = 1.2 }),
    ]
    let rows = all.map { DenoisingRow(timestep: 500, condition: .init(label: label), knobs: $0) }
    let image = noise(1, description)
    let alone = try rows.map { try model(image, [$0]) }
    let images = Tensor(
      [rows.count] + description.sampleShape, values: rows.flatMap { _ in image.values })
    let together = try model(images, rows)
    var problems = rows.indices.filter { together.image($0) != alone[$0] }
      .map { "row \($0) is another alone" }
    if alone[3] != alone[0] { problems.append("a gain acts where no mask is") }
    for (one, other) in [(0, 1), (1, 2), (1, 4), (5, 6)] where alone[one] == alone[other] {
      problems.append("\(one) and \(other) are the same")
    }
    if try model(images, rows.map { _ in rows[0] }).image(6) != alone[0] { problems.append("it stays on") }
    return problems + (try probeProblems(model, description, rows))
  }

  /// What a place looks at with the mask is softmax(scores ∘ M) of what it looks at without it.
  private static func probeProblems(
    _ model: any Model, _ description: ModelDescription, _ rows: [DenoisingRow]
  ) throws -> [String] {
    let image = noise(1, description)
    return try description.attention.indices.flatMap { block -> [String] in
      let (heads, grid) = (description.attention[block].heads, description.attention[block].grid)
      let place = AttentionPlace(block: block, patch: grid.count / 2)
      func ask(_ row: DenoisingRow) throws -> AttentionProbe.Head? {
        let answer = try model.probe(image, row, .attention(place))
        return if case .attention(let probe) = answer { probe.heads[heads - 1] } else { nil }
      }
      guard let plain = try ask(rows[0]), let masked = try ask(rows[1]) else {
        return ["\(block): no answer"]
      }
      guard plain.before == plain.after else { return ["\(block): no mask changes what is looked at"] }
      let sum = masked.after.patches.reduce(0, +)
      return masked.before != masked.after && masked.after.patches.count == grid.count
        && (0.2...1.001).contains(sum)
        ? [] : ["\(block): \(sum)"]
    }
  }
}
