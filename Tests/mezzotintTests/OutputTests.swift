import Foundation
import TestSupport
import Testing

/// A file that is written may not be one that is read.
struct OutputTests {
  private static func files(_ folder: TemporaryFolder) throws -> [String: Data] {
    let names = try folder.names
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: folder.file($0))) })
  }

  @Test(arguments: [
    ("sample m.safetensors -o m.safetensors", "--output m.safetensors: this file is the model too"),
    ("sample m.safetensors -o ./m.safetensors", "the model"), ("sample m.safetensors -o soft", "the model"),
    ("sample soft -o m.safetensors", "the model"), ("sample m.safetensors -o hard", "the model"),
    ("sample m.safetensors -o a.png --save-trajectory hard", "the model"),
    ("sample m.safetensors -o a.png --save-trajectory ./a.png", "--output"),
    ("sample m.safetensors --noise n.safetensors -o n.safetensors", "--noise"),
    ("compare m.safetensors -o hard", "the model"), ("sweep m.safetensors --x b=1,2 -o soft", "the model"),
    ("compare --panel model=m.safetensors -o m.safetensors", "a panel's model"),
    ("explore m.safetensors --screenshot soft", "what is explored"),
    ("train --data data.safetensors -o data.safetensors", "--data"),
    ("train --data data.training.safetensors -o data.safetensors", "--data"),
  ])
  func anOutputThatIsAnInputIsRefusedBeforeAnythingIsComputed(arguments: String, words: String) throws {
    let folder = try TemporaryFolder()
    try rewriteGolden("labelled/model.safetensors", to: folder.file("m.safetensors"))
    try TrainCommandTests.writeData(folder)
    for name in ["n.safetensors", "data.training.safetensors"] {
      try FileManager.default.copyItem(at: folder.file("data.safetensors"), to: folder.file(name))
    }
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("soft"), withDestinationPath: "m.safetensors")
    try FileManager.default.linkItem(at: folder.file("m.safetensors"), to: folder.file("hard"))
    let before = try Self.files(folder)
    let outcome = try Program.shell("exec \"$M\" \(arguments)", folder: folder.url)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains("this file is \(words.contains(":") ? "the model" : words) too"))
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(try Self.files(folder) == before)
  }

  @Test(arguments: [
    ("sample -o a.svg", "--output a.svg"), ("compare -o a.svg", "--output a.svg"),
    ("compare -o b.svg --convergence a.svg", "--convergence a.svg"),
    ("sweep --x b=1,2 -o a.svg", "--output a.svg"),
    ("explore --screenshot a.svg", "--screenshot a.svg"), ("spectra -o a.svg", "--output a.svg"),
    ("attention -o a.svg", "--output a.svg"),
  ])
  func aFolderIsRefusedAsAnOutputBeforeAnythingIsComputed(arguments: String, option: String) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(at: folder.file("a.svg"), withIntermediateDirectories: false)
    let outcome = try Program.shell("exec \"$M\" \(arguments)", folder: folder.url)
    #expect(outcome.status == 2)
    #expect(outcome.errors == "mezzotint: \(option): this is a folder; give the name of a file\n")
    #expect(try folder.names == ["a.svg"])
  }

  @Test func aDeviceMayBeWrittenTwice() throws {
    let outcome = try Program.run(
      "sample", "digits", "--steps", "2", "-o", "/dev/null", "--save-trajectory", "/dev/null")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}
