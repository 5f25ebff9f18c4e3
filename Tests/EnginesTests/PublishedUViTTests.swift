import Checkpoints
import Denoising
import Engines
import Foundation
import Models
import Tensors
import TestSupport
import Testing

/// The authors' own checkpoints, read from their tensors' shapes. `Tests/Goldens/published/make.py` wrote them.
struct PublishedUViTTests {
  private struct Case: Decodable {
    var b: Double?
    var s: Double?
    var version: Int?

    var knobs: Knobs {
      var knobs = Knobs(b: b ?? 1, s: s ?? 1)
      knobs.version = version ?? 2
      return knobs
    }
  }

  private static func file(_ name: String) -> URL { golden("published/\(name).pth") }

  @Test(arguments: [("plain", nil), ("classes", 3)])
  func aPublishedUViTComputesWhatTheReferenceComputes(name: String, heads: Int?) throws {
    let model = try LoadedModel(Self.file(name), ModelHints(heads: heads), precision: .fp32, threads: 1)
    let cases = try SafetensorsFile(golden("published/\(name).safetensors"))
    let knobs = try JSONDecoder().decode([Case].self, from: Data((cases.metadata["cases"] ?? "").utf8))
    #expect(knobs.count == 3)
    for (index, knobs) in knobs.enumerated() {
      func tensor(_ part: String) throws -> Tensor { try cases.tensor(named: "case.\(index).\(part)") }
      let hasLabels = cases.contains("case.\(index).label")
      let labels = hasLabels ? try cases.integers(named: "case.\(index).label") : []
      let time = model.description.time
      let rows = try tensor("t").values.enumerated().map { row, told in
        DenoisingRow(
          timestep: time.timestep(for: Double(told)),
          condition: Condition(label: hasLabels ? labels[row] : nil),
          knobs: knobs.knobs)
      }
      let samples = try tensor("x")
      let found = try model.run { try $0(samples, rows) }
      let problem = difference(found, try tensor("out"), tolerance: 1e-4, name: "\(name), case \(index)")
      #expect(problem == nil)
    }
  }

  @Test func itsTimeAndItsScheduleAreTheAuthors() throws {
    let description = try LoadedModel(Self.file("plain"), precision: .fp32, threads: 1).description
    #expect(description.timesteps == 1000)
    #expect(abs(description.time(999) - 999) < 1e-9)
    #expect(abs(description.time(0) - 0.999) < 1e-9)
    // ᾱ(1) = exp(-10.05), ᾱ(1/2) = exp(-(0.05 + 2.4875)).
    #expect(abs(description.schedule.alphaBars[999] - exp(-10.05)) < 1e-12)
    #expect(abs(description.schedule.alphaBars[499] - exp(-2.5375)) < 1e-12)
    #expect(description.labelling == nil)
  }

  @Test func asManyLabelsAsImageNetHasClassesLeaveNoneForNoLabel() throws {
    let named = try LoadedModel(
      Self.file("classes"), ModelHints(heads: 3), precision: .fp32, threads: 1
    ).description
    #expect(named.labels.count == 10)
    #expect(named.noLabel == nil)
    let eleven = try configuration(["label_emb.weight": [11, 24]])
    #expect(eleven.noLabel == 10)
    #expect(eleven.namedLabels == 10)
  }

  /// The width tells the heads, except where it does not.
  @Test func headsAreOneForEach64ChannelsAnd16AtWidth1152() throws {
    #expect(try configuration(wide: 512, heads: nil).heads == 8)
    #expect(try configuration(wide: 1152, heads: nil).heads == 16)
    #expect(try configuration(wide: 1152, heads: 18).heads == 18)
    #expect(throws: ModelError.self) { try configuration(wide: 100, heads: nil) }
  }

  @Test func otherHeadsAreAnotherModel() throws {
    let prints = try [nil, 1, 2].map { heads in
      try ModelRegistry.model(at: ModelSource(Self.file("plain"), ModelHints(heads: heads))).fingerprint()
    }
    #expect(prints[0] == prints[1])
    #expect(prints[0] != prints[2])
    let loaded = try LoadedModel(Self.file("plain"), ModelHints(heads: 2), precision: .fp32, threads: 1)
    #expect(loaded.fingerprint == prints[2])
  }

  @Test(arguments: [
    (["context_embed.weight": [64, 768]], "this U-ViT draws from text"),
    (["pos_embed": [1, 8, 64]], "'pos_embed' is for 8 tokens, expected a square of patches beside 1 more"),
    (["pos_embed": [17, 64]], "tensor 'pos_embed' has shape [17, 64], expected 3 axes"),
    (["patch_embed.proj.weight": [100, 3, 4, 4]], "how many heads it has cannot be told from its width 100"),
  ])
  func whatIsNotKnownIsNamed(shapes: [String: [Int]], words: String) throws {
    let error = #expect(throws: ModelError.self) { try configuration(shapes) }
    let text = "\(try #require(error))"
    #expect(text.contains(words))
    #expect(!text.contains("\n"))
  }

  private func configuration(wide width: Int, heads: Int?) throws -> UViTConfiguration {
    try configuration(
      [
        "patch_embed.proj.weight": [width, 3, 4, 4], "pos_embed": [1, 17, width],
        "mid_block.mlp.fc1.weight": [4 * width, width], "decoder_pred.weight": [48, width],
      ], heads: heads)
  }

  /// - Parameter shapes: over those of a small model.
  private func configuration(_ shapes: [String: [Int]], heads: Int? = nil) throws -> UViTConfiguration {
    let folder = try TemporaryFolder()
    var writer = SafetensorsWriter()
    var all = [
      "patch_embed.proj.weight": [64, 3, 4, 4], "pos_embed": [1, 17, 64],
      "mid_block.mlp.fc1.weight": [256, 64], "decoder_pred.weight": [48, 64],
    ]
    if shapes.keys.contains("label_emb.weight") { all["pos_embed"] = [1, 18, 64] }
    for (name, shape) in all.merging(shapes, uniquingKeysWith: { $1 }) { writer.add(name, Tensor(shape)) }
    try writer.write(to: folder.file("x.safetensors"))
    return try #require(
      try UViTConfiguration(shapesOf: SafetensorsFile(folder.file("x.safetensors")), heads: heads))
  }
}
