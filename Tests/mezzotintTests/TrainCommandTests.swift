import Checkpoints
import Foundation
import Pictures
import TestSupport
import Testing

/// Learning and measuring as a person does it: a data file, a model, what is said about it.
struct TrainCommandTests {
  private static let tiny = ["--size", "8", "--width", "16", "--depth", "2", "--batch", "4", "--seed", "3"]

  /// `count` squares of two colours, the colour is the label.
  static func writeData(_ folder: TemporaryFolder, count: Int = 48, labels: [String] = ["red", "blue"]) throws
  {
    var bytes: [UInt8] = []
    for index in 0..<count {
      for place in 0..<64 {
        let isInside = place / 8 > index % 3 && place % 8 > index % 4
        let color: [UInt8] = index % 2 == 0 ? [200, 20, 20] : [20, 20, 200]
        bytes += isInside ? color : [0, 0, 0]
      }
    }
    let names = String(decoding: try JSONEncoder().encode(labels), as: UTF8.self)
    var writer = SafetensorsWriter(metadata: ["label_names": names])
    writer.add("images", bytes: bytes, shape: [count, 8, 8, 3])
    writer.add("labels", integers: (0..<count).map { $0 % labels.count })
    try writer.write(to: URL(filePath: folder.path("data.safetensors")))
  }

  private func train(_ folder: TemporaryFolder, _ more: String...) throws -> Program.Outcome {
    try Program.run(
      ["train", "--data", "data.safetensors", "--output", "m.safetensors"] + more, folder: folder.url)
  }

  @Test func aTrainingLeavesAModelThatDrawsAndIsEvaluated() throws {
    let folder = try TemporaryFolder()
    try Self.writeData(folder)
    let run = try Program.run(
      ["train", "--data", "data.safetensors", "--output", "m.safetensors", "--images-seen", "40"] + Self.tiny
        + ["--validation", "0.25"], folder: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("40 images seen"))
    #expect(!run.errors.contains("\u{1B}"), "no terminal, no sequences for one")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(
      Set(files) == ["data.safetensors", "m.safetensors", "m.training.safetensors", "m.png", "m.log.jsonl"])

    let sample = try Program.run(
      "sample", "m.safetensors", "--label", "blue", "--steps", "2", "-o", "s.png", folder: folder.url)
    #expect(sample.status == 0, "\(sample.errors)")

    func evaluate(_ more: String...) throws -> Program.Outcome {
      try Program.run(
        ["evaluate", "m.safetensors", "--data", "data.safetensors", "--samples", "16", "--steps", "3"] + more,
        folder: folder.url)
    }
    let table = try evaluate()
    #expect(table.status == 0, "\(table.errors)")
    #expect(table.output.contains("| m     | Model 3 |"), "\(table.output)")
    let (first, second) = (
      try evaluate("--json", "--panel", "b=1.2"), try evaluate("--json", "--panel", "b=1.2")
    )
    func report(_ text: String) throws -> NSDictionary {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    }
    let row = try #require((try report(first.output)["rows"] as? [NSDictionary])?.first)
    let again = try #require((try report(second.output)["rows"] as? [NSDictionary])?.first)
    #expect(row["scores"] as? NSArray == again["scores"] as? NSArray)
    #expect((row["scores"] as? NSArray)?.count == 3)
    #expect((row["heldOutLoss"] as? Double).map { $0 > 0.01 && $0 < 10 } == true)
    let precision = (row["scores"] as? [[String: Double]])?.first?["precision"]
    #expect(precision.map { (0...1).contains($0) } == true)
  }

  @Test func aTrainingGoesOnAndIsNotBegunOverOrTwice() throws {
    let folder = try TemporaryFolder()
    try Self.writeData(folder)
    let begin = try Program.run(
      ["train", "--data", "data.safetensors", "--output", "m.safetensors", "--images-seen", "8"] + Self.tiny,
      folder: folder.url)
    #expect(begin.status == 0, "\(begin.errors)")
    let again = try train(folder, "--images-seen", "8")
    #expect(again.status == 1 && again.errors.contains("--resume"), "\(again.errors)")
    let other = try train(folder, "--resume", "--width", "32", "--data", "none")
    #expect(other.status == 1 && other.errors.contains("--width 32"), "before pictures: \(other.errors)")
    let further = try train(folder, "--resume", "--images-seen", "16")
    #expect(further.status == 0 && further.errors.contains("16 images seen"), "\(further.errors)")

    let lock = folder.path(".m.training.safetensors.lock")
    let descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    let second = try train(folder, "--resume", "--images-seen", "20")
    #expect(second.status == 1 && second.errors.contains("another training"), "\(second.errors)")
    // Given back by name: what another test starts meanwhile may hold a copy of the descriptor.
    #expect(flock(descriptor, LOCK_UN) == 0)
    close(descriptor)

    try Self.writeData(folder, labels: ["red", "blue", "green"])
    let labels = try train(folder, "--resume", "--images-seen", "20")
    #expect(labels.status == 1 && labels.errors.contains("3 labels"), "\(labels.errors)")
  }

  @Test func aFullDiskCostsTheModelButNotTheTraining() throws {
    let folder = try TemporaryFolder()
    try Self.writeData(folder)
    // Where nothing fits any more: every write says that there is no room.
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("m.safetensors"), withDestinationPath: "/dev/full")
    let full = try Program.run(
      ["train", "--data", "data.safetensors", "--output", "m.safetensors", "--images-seen", "8"] + Self.tiny,
      folder: folder.url)
    #expect(full.status == 1 && full.errors.contains("space"), "\(full.errors)")
    try FileManager.default.removeItem(atPath: folder.path("m.safetensors"))
    let after = try train(folder, "--resume", "--images-seen", "12")
    #expect(after.status == 0 && after.errors.contains("12 images seen"), "\(after.errors)")
  }

  @Test(arguments: [
    (["train"], 2, "--data"),
    (["train", "--data", "data.safetensors", "-o", "m.png"], 2, "ends in .safetensors"),
    (["train", "--data", "none", "-o", "m.safetensors"], 1, "no such file or folder"),
    (["train", "--data", ".", "-o", "m.safetensors"], 1, "no picture"),
    (["train", "--data", "data.safetensors", "-o", "no/m.safetensors"], 1, "no/m"),
    (["train", "--data", "data.safetensors", "-o", "m.safetensors", "--batch", "-4"], 2, "--batch"),
    // In this folder is no picture, which whoever looks finds out.
    (
      ["train", "--data", ".", "-o", "m.safetensors", "--width", "15"], 2,
      "--heads 4 do not divide --width 15;"
    ),
    (
      ["train", "--data", ".", "-o", "m.safetensors", "--heads", "7"], 2,
      "--heads 7 do not divide --width 256;"
    ),
    (
      ["train", "--data", ".", "-o", "m.safetensors", "--depth", "3"], 2,
      "--depth 3, expected an even number;"
    ),
    (
      ["train", "--data", ".", "-o", "m.safetensors", "--patch", "5"], 2,
      "--patch 5 does not divide --size 32;"
    ),
    (
      ["train", "--data", ".", "-o", "m.safetensors", "--size", "33"], 2,
      "--patch 4 does not divide --size 33;"
    ),
    (
      ["train", "--data", ".", "-o", "m.safetensors", "--size", "512"], 2,
      "--size 512 and --patch 4 make 128 x"
    ),
    (["train", "--bench", "--patch", "5"], 2, "--patch 5 does not divide --size 32;"),
    (
      ["train", "--data", "data.safetensors", "-o", "m.safetensors", "--learning-rate", "90"], 2,
      "learning-rate"
    ),
    (["train", "--data", "data.safetensors", "-o", "m.safetensors", "--resume"], 1, "no training to resume"),
    (["evaluate"], 2, "--data"),
    (["evaluate", "--data", "none"], 1, "no such file or folder"),
    (["evaluate", "--data", "data.safetensors", "--samples", "2"], 2, "--samples 2"),
    (["evaluate", "--data", "data.safetensors", "--panel", "c=1"], 2, "no such setting"),
    (["evaluate", "--data", "data.safetensors", "--panel", "seed=1"], 2, "expected knobs alone"),
    (["evaluate", "--data", "data.safetensors"], 1, "4 labels"),
    (["evaluate", "nothing", "--data", "data.safetensors"], 1, "no such file and no model of that name"),
  ])
  func wrongInputIsOneClearLineAndNothingIsLeft(arguments: [String], status: Int, words: String) throws {
    let folder = try TemporaryFolder()
    try Self.writeData(folder)
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    let run = try Program.run(arguments, folder: folder.url)
    #expect(run.status == Int32(status), "\(run.errors)")
    #expect(run.errors.contains(words), "\(run.errors)")
    if status == 1 { #expect(run.errors.filter(\.isNewline).count == 1, "\(run.errors)") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == before)
  }
}
