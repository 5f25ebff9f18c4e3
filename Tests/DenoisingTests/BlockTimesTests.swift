import Denoising
import Tensors
import TestSupport
import Testing

/// Where the time of an evaluation goes.
struct BlockTimesTests {
  private static func times(_ model: any Model, _ sample: Tensor, _ row: DenoisingRow) throws -> BlockTimes? {
    guard case .times(let times)? = try model.probe(sample, row, .times) else { return nil }
    return times
  }

  /// As many levels of the encoder as there are stages, which is how the map of a network has them.
  private static func parts(_ model: any Model) -> Set<NetworkPart> {
    let stages = model.description.stages.indices
    return Set(stages.map { .encoder($0) } + stages.map { .decoder(stage: $0) } + [.middle, .rest])
  }

  @Test(arguments: ["labelled", "plain"])
  func everyPartOfAUViTTakesItsTime(name: String) throws {
    let (times, parts) = try OnEngine { try uViT(name) }.run { model in
      let (sample, row) = try uViTCase(name, 1)
      return (try Self.times(model, sample, row), Self.parts(model))
    }
    #expect(times.map { Set($0.times.keys) } == parts)
    #expect(times?.times.values.allSatisfy { $0 > .zero } == true)
  }

  @Test(arguments: ["labels", "pixels", "prompts"])
  func everyPartOfAUNetTakesItsTime(name: String) throws {
    let (times, parts) = try OnEngine { try UNetGolden(name).model() }.run { model in
      let (samples, rows) = try UNetGolden(name).input(2)
      return (try Self.times(model, samples.image(0), rows[0]), Self.parts(model))
    }
    #expect(times.map { Set($0.times.keys) } == parts)
    #expect(times?.times.values.allSatisfy { $0 > .zero } == true)
  }

  @Test func sharesAreOfTheWhole() {
    let times = BlockTimes([.middle: .seconds(1), .decoder(stage: 0): .seconds(2), .rest: .seconds(1)])
    #expect(times.total == .seconds(4))
    #expect(times.share(of: .middle) == 0.25 && times.share(of: .decoder(stage: 0)) == 0.5)
    #expect(times.share(of: .encoder(0)) == nil)
  }

  @Test func whoIsCalledAwayLeaves() throws {
    let interruption = Interruption()
    try OnEngine { try uViT("plain") }.run { model in
      let (sample, row) = try uViTCase("plain", 1)
      model.heed(interruption)
      interruption.ask()
      for question in [ProbeQuestion.times, .features(model.description.featurePlaces), .attentionStatistics]
      {
        #expect(throws: Interrupted.self) { try model.probe(sample, row, question) }
      }
      interruption.clear()
      #expect(try Self.times(model, sample, row) != nil)
    }
  }
}
