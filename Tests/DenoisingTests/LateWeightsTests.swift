import Checkpoints
import Denoising
import Sampling
import Synchronization
import Tensors
import TestSupport
import Testing

/// Says which tensors were read, and how often.
private final class WatchedSource: TensorSource {
  let base: any TensorSource
  private let counts = Mutex<[String: Int]>([:])
  /// Is called before a tensor is read.
  private let willRead: @Sendable (String) -> Void

  init(_ base: any TensorSource, willRead: @escaping @Sendable (String) -> Void = { _ in }) {
    (self.base, self.willRead) = (base, willRead)
  }

  var path: String { base.path }
  var metadata: [String: String] { base.metadata }
  var names: [String] { base.names }
  func contains(_ name: String) -> Bool { base.contains(name) }
  func type(of name: String) throws -> ElementType { try base.type(of: name) }
  func shape(of name: String) throws -> [Int] { try base.shape(of: name) }
  func withBytes<Result>(of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result
  {
    willRead(name)
    counts.withLock { $0[name, default: 0] += 1 }
    return try base.withBytes(of: name, body)
  }
  func fingerprint() throws -> String { "0" }

  func count(of name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
}

/// Weights are read when a layer packs them, so that they are in memory once.
struct LateWeightsTests {
  private static let matrix = "down_blocks.0.resnets.0.conv1.weight"

  private static func model(_ source: any TensorSource) throws -> UNet {
    try UNet(
      configuration: UNetGolden("guided").configuration, weights: source, fingerprint: "0",
      engine: ComputeEngine(threads: 1), precision: .fp32,
      schedule: NoiseSchedule(.linear, timesteps: 1000), prediction: .epsilon)
  }

  @Test func aMatrixIsReadOnceByTheFirstPassAndABiasWhenTheModelIsOpened() throws {
    let source = WatchedSource(try UNetGolden("guided").weights)
    let counts = try OnEngine { try Self.model(source) }.run { model in
      let (samples, rows) = try UNetGolden("guided").input(1)
      let opened = [Self.matrix, "down_blocks.0.resnets.0.conv1.bias"].map(source.count)
      _ = try model(samples.image(0), [rows[0]])
      _ = try model(samples, rows)
      return opened + [source.count(of: Self.matrix)]
    }
    #expect(counts == [0, 1, 1])
  }

  @Test func whoStopsWhileWeightsAreReadGoesOnLaterAsIfNothingHadBeen() throws {
    let interruption = Interruption()
    let source = WatchedSource(try UNetGolden("guided").weights) { name in
      if name.hasPrefix("up_blocks.0") && name.hasSuffix("conv2.weight") { interruption.ask() }
    }
    let areSame = try OnEngine { try Self.model(source) }.run { model in
      model.heed(interruption)
      let (samples, rows) = try UNetGolden("guided").input(1)
      // It is left once for each of these residual blocks: what was packed is not read again.
      var stops = 0
      while stops < 100 {
        do {
          let whole = try model(samples, rows)
          return try stops > 0 && whole == Self.model(UNetGolden("guided").weights)(samples, rows)
        } catch is Interrupted {
          stops += 1
          interruption.clear()
        }
      }
      return false
    }
    #expect(areSame)
    #expect(source.count(of: Self.matrix) == 1)
  }

  /// Who looks inside a network before its first step waits for its weights, too.
  @Test(arguments: [ProbeQuestion.times, .attentionStatistics, .words, .features([FeaturePlace()])])
  func whoLooksInsideIsCalledAwayBeforeTheRestIsPacked(question: ProbeQuestion) throws {
    let interruption = Interruption()
    let source = WatchedSource(try UNetGolden("guided").weights) { name in
      if name == "up_blocks.0.resnets.0.conv2.weight" { interruption.ask() }
    }
    let last = "up_blocks.2.resnets.1.conv2.weight"
    let counts = try OnEngine { try Self.model(source) }.run { model in
      model.heed(interruption)
      let (samples, rows) = try UNetGolden("guided").input(1)
      #expect(throws: Interrupted.self) { try model.probe(samples, rows[0], question) }
      let left = source.count(of: last)
      interruption.clear()
      #expect(try model.probe(samples, rows[0], question) != nil)
      return [left, source.count(of: last)]
    }
    #expect(counts == [0, 1])
  }

  /// Queries, keys and values are parts of one matrix, and so are the halves that a skip comes in by.
  private static let shared = ["mid_block.attn.qkv.weight", "out_blocks.0.skip_linear.weight"]

  private static func uViT(_ source: any TensorSource) throws -> UViT {
    try UViT(ComputeEngine(threads: 1), source, precision: .fp32)
  }

  private static func uViTSource(willRead: @escaping @Sendable (String) -> Void = { _ in }) throws
    -> WatchedSource
  {
    WatchedSource(try SafetensorsFile(golden("labelled/model.safetensors")), willRead: willRead)
  }

  private static func run(_ model: UViT, _ count: Int) throws -> Tensor {
    let row = DenoisingRow(timestep: 500, condition: Condition(label: 0))
    return try model(
      noise(count, model.description), [DenoisingRow](repeating: row, count: count))
  }

  @Test func matricesOfAUViTAreReadOnceByItsFirstPassAndNormsWhenItIsOpened() throws {
    let source = try Self.uViTSource()
    let names = Self.shared + ["in_blocks.0.mlp.fc1.weight", "patch_embed.proj.weight", "norm.weight"]
    let counts = try OnEngine { try Self.uViT(source) }.run { model in
      let opened = names.map(source.count)
      _ = try Self.run(model, 1)
      let ran = names.map(source.count)
      _ = try Self.run(model, 3)
      return [opened, ran, names.map(source.count)]
    }
    #expect(counts == [[0, 0, 0, 0, 1], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]])
  }

  @Test func aUViTThatIsLeftWhileItIsReadGoesOnLater() throws {
    let interruption = Interruption()
    let source = try Self.uViTSource { name in
      if name == Self.shared[0] || name == Self.shared[1] { interruption.ask() }
    }
    let found = try OnEngine { try Self.uViT(source) }.run { model in
      model.heed(interruption)
      var stops = 0
      while stops < 10 {
        do {
          let whole = try Self.run(model, 2)
          return (stops, try whole == Self.run(Self.uViT(Self.uViTSource()), 2))
        } catch is Interrupted {
          stops += 1
          interruption.clear()
        }
      }
      return (stops, false)
    }
    #expect(found.0 == 2 && found.1, "\(found)")
    #expect(Self.shared.map(source.count) == [1, 1])
  }

  /// What every token is multiplied by is packed in the layers' type; all else is float32.
  @Test(arguments: ["labelled", "plain"]) func memoryIsCountedAsAUViTKeepsIt(name: String) throws {
    let source = try SafetensorsFile(golden("\(name)/model.safetensors"))
    let file = UViTFile(try UViTConfiguration(metadataOf: source), source)
    let packed = source.numberCount { name in
      let isMatrix = ["attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2", "skip_linear"].contains {
        name.hasSuffix("\($0).weight")
      }
      return isMatrix || ["patch_embed.proj.weight", "decoder_pred.weight"].contains(name)
    }
    #expect(file.memory(.fp32).weights == 4 * source.numberCount)
    #expect(file.memory(.bf16).weights == 2 * packed + 4 * (source.numberCount - packed))
    #expect(packed > source.numberCount / 2)
  }
}
