import Checkpoints
import Denoising
import Foundation
import Tensors
import TestSupport
import Testing

/// What heads look at and how widely, beside PyTorch's: see Tools/torch/make_attention_golden.py.
struct AttentionProbeTests {
  private static let golden = TestSupport.golden("attention.safetensors")
  /// That looks, in every block.
  private static let patch = 3

  @Test(arguments: [("labelled", 1), ("labelled", 9), ("plain", 3)])
  func theUViTsHeadsLookAtWhatPyTorchSays(name: String, index: Int) throws {
    let problems = try OnEngine { try uViT(name) }.run { model in
      try Self.problems(model, uViTCase(name, index), "\(name).\(index)")
    }
    #expect(problems == [])
  }

  /// Under the mask that is laid over attention without one.
  @Test(arguments: [("labels", 2), ("pixels", 2), ("prompts", 2)])
  func theUNetsHeadsLookAtWhatPyTorchSays(name: String, index: Int) throws {
    let problems = try OnEngine { try UNetGolden(name).model() }.run { model in
      let golden = try UNetGolden(name)
      var knobs = golden.freeUs[index].knobs
      knobs.addedMask = 1
      let (samples, rows) = try golden.input(index, knobs: knobs)
      return try Self.problems(model, (samples.image(0), rows[0]), "\(name).\(index)")
    }
    #expect(problems == [])
  }

  private static func problems(
    _ model: any Model, _ input: (sample: Tensor, row: DenoisingRow), _ name: String
  ) throws -> [String] {
    let file = try SafetensorsFile(golden)
    guard
      case .attentionStatistics(let statistics)? = try model.probe(
        input.sample, input.row, .attentionStatistics)
    else { return ["no statistics"] }
    let blocks = model.description.attention
    guard statistics.count == blocks.count, file.names.count { $0.hasPrefix("\(name).") } > 0 else {
      return ["\(statistics.count) of \(blocks.count) blocks"]
    }
    return try statistics.enumerated().flatMap { block, heads -> [String?] in
      let here = "\(name).\(block)"
      func numbers(_ what: String) throws -> [Float] { try file.tensor(named: "\(here).\(what)").values }
      let found = heads.flatMap { head in
        [head.before, head.after].flatMap { [Float($0.entropy), Float($0.distance)] }
      }
      let place = AttentionPlace(block: block, patch: patch)
      guard case .attention(let probe)? = try model.probe(input.sample, input.row, .attention(place)) else {
        return ["\(here): no answer"]
      }
      func all(_ shares: (AttentionProbe.Head) -> AttentionProbe.Shares) -> [Float] {
        probe.heads.flatMap { shares($0).tokens + shares($0).patches }
      }
      guard probe.heads.count == blocks[block].heads,
        probe.heads.allSatisfy({
          $0.after.tokens.count == probe.tokenNames.count
            && $0.after.patches.count == blocks[block].grid.count
        })
      else { return ["\(here): \(probe.heads.count) heads, \(probe.tokenNames)"] }
      return try [
        difference(found, numbers("statistics"), tolerance: 1e-4, name: "\(here) statistics"),
        difference(all(\.before), numbers("before"), tolerance: 1e-4, name: "\(here) before"),
        difference(all(\.after), numbers("after"), tolerance: 1e-4, name: "\(here) after"),
      ]
    }.compactMap(\.self)
  }

  @Test func placesLookAtTheWordsThatPyTorchSays() throws {
    let (name, index) = ("prompts", 2)
    let problem = try OnEngine { try UNetGolden(name).model() }.run { model -> String? in
      let golden = try UNetGolden(name)
      var knobs = golden.freeUs[index].knobs
      knobs.addedMask = 1
      let (samples, rows) = try golden.input(index, knobs: knobs)
      guard case .words(let maps)? = try model.probe(samples.image(0), rows[0], .words) else {
        return "no answer"
      }
      let expected = try SafetensorsFile(Self.golden).tensor(named: "\(name).\(index).words")
      guard expected.shape == [maps.tokens.count, maps.grid.rows, maps.grid.columns] else {
        return "\(maps.tokens.count) maps on \(maps.grid), expected \(expected.shape)"
      }
      let two = maps.map(of: PromptWord(text: "", places: [1, 3, 99]))
      let means = zip(maps.tokens[1], maps.tokens[3]).map { ($0 + $1) / 2 }
      return difference(maps.tokens.flatMap(\.self), expected.values, tolerance: 1e-4, name: "words")
        ?? difference(two, means, tolerance: 1e-6, name: "a word of two tokens")
    }
    #expect(problem == nil)
    let without = try OnEngine { try UNetGolden("labels").model() }.run { model in
      let (samples, rows) = try UNetGolden("labels").input(2)
      return try model.probe(samples.image(0), rows[0], .words)
    }
    #expect(without == nil, "it reads no prompt")
  }

  /// A network that was looked into draws what it would have drawn.
  @Test(arguments: ["labels", "prompts"])
  func lookingChangesNothing(name: String) throws {
    let areSame = try OnEngine { try UNetGolden(name).model() }.run { model in
      let (samples, rows) = try UNetGolden(name).input(2)
      let before = try model(samples, rows)
      for question in [ProbeQuestion.attentionStatistics, .words, .times] {
        _ = try model.probe(samples.image(0), rows[0], question)
      }
      return try model(samples, rows) == before
    }
    #expect(areSame)
  }

  @Test func aBlockOrAPatchThatIsNotThereHasNoAnswer() throws {
    let answers = try OnEngine { try uViT("labelled") }.run { model in
      let (sample, row) = try uViTCase("labelled", 1)
      return try [(5, 0), (-1, 0), (0, 64), (0, -1)].map { block, patch in
        try model.probe(sample, row, .attention(AttentionPlace(block: block, patch: patch)))
      }
    }
    #expect(answers == [nil, nil, nil, nil])
  }

  /// All places of small maps, and of large ones a lattice that reaches into every part.
  @Test(arguments: [(16, 16), (64, 64), (7, 90), (1, 1), (1, 1000)])
  func ofLargeMapsALatticeStandsForAll(rows: Int, columns: Int) {
    let grid = Grid(rows: rows, columns: columns)
    let places = AttentionLattice.places(of: grid)
    #expect(places.count <= AttentionLattice.most && Set(places).count == places.count)
    #expect(places.allSatisfy { (0..<grid.count).contains($0) })
    if grid.count <= AttentionLattice.most {
      #expect(places == Array(0..<grid.count))
    } else {
      #expect(places.count * 8 > AttentionLattice.most, "\(places.count)")
    }
  }
}
