import Denoising
import Engines
import Foundation
import Models
import Tensors
import TestSupport
import Testing

/// Models that are evaluated elsewhere give what they give here, bit for bit.
struct RemoteEngineTests {
  private func knobs(_ change: (inout Knobs) -> Void) -> Knobs {
    var knobs = Knobs()
    change(&knobs)
    return knobs
  }

  @Test func anEvaluationElsewhereIsThatHere() throws {
    let url = golden("labelled/model.safetensors")
    let (here, there) = (
      try LoadedModel(url, precision: .fp32, threads: 1), try LoadedModel(served: url)
    )
    var generator = SeededNoise(seed: 0)
    let samples = generator.normals([4] + here.description.sampleShape)
    // Every row with knobs of its own, those of single places among them.
    let settings = [
      Knobs(), knobs { ($0.b, $0.version, $0.blocks) = (1.3, 1, [0]) },
      knobs {
        ($0.s, $0.skipFilter, $0.maskStrength, $0.sigmaGain) = (0.7, .uniform, 0.5, 1.5)
        $0.set(.b, to: .number(1.4), at: .stage(0))
      },
      knobs { $0.mixture = [MixtureKey(block: 0, head: 0, kernel: 0, parameter: .alpha): 0.3] },
    ]
    let rows = settings.enumerated().map { index, knobs in
      DenoisingRow(timestep: 900.5 - Double(index), condition: Condition(label: index % 2), knobs: knobs)
    }
    let expected = try here.run { try $0(samples, rows) }
    #expect(try there.run { try $0(samples, rows) } == expected)
    // All in one batch could hide a row that takes another's knobs.
    let first = Tensor(
      [1] + here.description.sampleShape, values: Array(samples.values.prefix(samples.values.count / 4)))
    for row in rows {
      #expect(try there.run { try $0(first, [row]) } == here.run { try $0(first, [row]) })
    }
    for question in [
      ProbeQuestion.attention(AttentionPlace(block: 1, patch: 3)),
      .features(here.description.featurePlaces), .attention(AttentionPlace(block: 999)),
      .attentionStatistics, .words,
    ] {
      let row = rows[2]
      #expect(
        try there.run { try $0.probe(first, row, question) }
          == here.run { try $0.probe(first, row, question) })
    }
    #expect(try there.run { try $0.probe(first, rows[2], .times) } == nil, "that is not asked over the line")
  }

  private func expectSame(_ found: ModelDescription, _ expected: ModelDescription) {
    #expect(found.family == expected.family && found.fingerprint == expected.fingerprint)
    #expect(found.parameterCount == expected.parameterCount)
    #expect(found.sampleShape == expected.sampleShape && found.pictureShape == expected.pictureShape)
    #expect(found.schedule == expected.schedule && found.time == expected.time)
    #expect(found.prediction == expected.prediction && found.defaultRun == expected.defaultRun)
    #expect(found.scheduler == expected.scheduler && found.labelling == expected.labelling)
    #expect(found.conditioning == expected.conditioning && found.prompting == expected.prompting)
    #expect(found.previews == expected.previews && found.stages == expected.stages)
    #expect(found.attention.map(\.name) == expected.attention.map(\.name))
    #expect(found.attention.map(\.heads) == expected.attention.map(\.heads))
    #expect(found.attention.map(\.grid) == expected.attention.map(\.grid))
    #expect(found.masks.map(\.alpha) == expected.masks.map(\.alpha) && found.hasMask == expected.hasMask)
    #expect(found.masks.map(\.sigma) == expected.masks.map(\.sigma))
    #expect(found.allowsOtherSizes == expected.allowsOtherSizes)
  }

  @Test(arguments: ["labelled/model.safetensors", "plain/model.safetensors", "pipelines/classes"])
  func aModelIsDescribedAsItIsThere(path: String) throws {
    let url = golden(path)
    let here = try LoadedModel(url, precision: .fp32, threads: 1)
    let there = try LoadedModel(served: url)
    expectSame(there.description, here.description)
    #expect(there.name == here.name && there.precision == .fp32)
  }

  @Test func aModelThatReadsTextReadsItThere() throws {
    let pipeline = try PipelineFolder("sd1")
    let here = try LoadedModel(pipeline.url, precision: .fp32, threads: 1)
    let there = try LoadedModel(served: pipeline.url)
    expectSame(there.description, here.description)
    let size = Grid(rows: 64, columns: 192)
    expectSame(try there.description.drawing(size), try here.description.drawing(size))
    var generator = SeededNoise(seed: 3)
    let samples = generator.normals([2] + here.description.sampleShape)
    let rows = [nil, "a photo of an astronaut"].map { text in
      DenoisingRow(
        timestep: 500, condition: Condition(prompt: Prompt(text)), knobs: Knobs(b: text == nil ? 1 : 1.4))
    }
    #expect(try there.run { try $0(samples, rows) } == here.run { try $0(samples, rows) })
    let sample = Tensor(
      [1] + here.description.sampleShape, values: Array(samples.values.suffix(samples.values.count / 2)))
    let questions: [ProbeQuestion] = [
      .attention(AttentionPlace(block: 1, patch: 2)), .features(here.description.featurePlaces),
      .attentionStatistics, .words,
    ]
    for question in questions {
      let answer = try there.run { try $0.probe(sample, rows[1], question) }
      #expect(try answer == here.run { try $0.probe(sample, rows[1], question) } && answer != nil)
    }
    for way in [PreviewWay.linear, .full] {
      #expect(
        try there.run { try $0.pictures(of: samples, by: way) }
          == here.run { try $0.pictures(of: samples, by: way) })
    }
    let prompt = Prompt(Array(repeating: "horse", count: 90).joined(separator: " "))
    let windows = try there.run { try $0.windows(of: prompt) }
    #expect(try windows == here.run { try $0.windows(of: prompt) } && windows == 2)
  }

  @Test func onASlowLinePreviewsComeInHalfPrecision() throws {
    let pipeline = try PipelineFolder("sd1")
    let here = try LoadedModel(pipeline.url, precision: .fp32, threads: 1)
    let traffic = EngineTraffic("test")
    let there = try LoadedModel(pipeline.url, precision: .fp32, traffic: traffic) {
      try RemoteEngine(traffic: traffic) { try EngineConnection(servedEngine().front, name: "test") }
    }
    var generator = SeededNoise(seed: 3)
    let samples = generator.normals([1] + here.description.sampleShape)
    func pictures(_ model: LoadedModel, _ way: PreviewWay) throws -> Tensor {
      try model.run { try $0.pictures(of: samples, by: way) }
    }
    let expected = try pictures(here, .linear)
    #expect(try pictures(there, .linear) == expected)
    traffic.evaluated(there: 1, of: 1001, bytes: 100_000)
    let found = try pictures(there, .linear)
    #expect(found != expected)
    for (value, other) in zip(found.values, expected.values) {
      // Half of the last of its 11 bits.
      #expect(abs(value - other) <= max(abs(other), 0x1p-14) * 0x1p-11)
    }
    #expect(try pictures(there, .full) == pictures(here, .full))
    traffic.evaluated(there: 1, of: 2, bytes: 100_000)
    #expect(try pictures(there, .linear) == expected)
  }

  @Test func anotherModelIsOpenedByItsNameThere() throws {
    let folder = try ModelFolder()
    try rewriteGolden(to: folder.file("other"), scale: 1.001)
    let there = try LoadedModel(served: folder.file("masked"))
    let path = folder.file("other").path
    let opened = try there.withOpenModels { try $0.open(path) }
    #expect(opened.identity.name == "other" && opened.description != there.description)
    let size = golden("plain/model.safetensors").path
    #expect(complaint { try there.withOpenModels { try $0.open(size) } }.contains("it draws images of"))
    #expect(try there.withOpenModels { $0.count } == 2)
  }

  // MARK: What cannot be

  @Test func whatTheEngineSaysOfARequestIsPassedOn() throws {
    let found = complaint { try LoadedModel(served: URL(filePath: "/nowhere/model.safetensors")) }
    #expect(found.hasPrefix("engine 'test': ") && found.contains("/nowhere/model.safetensors"), "\(found)")
    #expect(!found.contains("\n"))
  }

  @Test(arguments: [
    ("exit 3", "ended"), ("echo hello", "first line, found 'hello'"),
    ("echo 'ssh: connect to host gpu port 22: No route to host' >&2; exit 255", "No route to host"),
    ("printf '\\033[2Jgone\\n' >&2", "\\u{1B}[2Jgone"),
  ])
  func aCommandThatStartsNoEngineIsOneLine(command: String, part: String) {
    let found = complaint {
      try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32, elsewhere: command)
    }
    #expect(found.hasPrefix("engine ") && found.contains(part), "\(found)")
    #expect(!found.contains("\n") && !found.contains("\u{1B}"))
  }
}
