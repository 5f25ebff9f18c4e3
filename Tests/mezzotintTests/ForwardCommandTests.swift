import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

/// `mezzotint forward`: an imported model beside the code that it came from.
struct ForwardCommandTests {
  private let model = golden("published/plain.pth").path

  /// A golden case with plain names.
  private func writeCase(_ index: Int, to file: URL, _ change: (inout [String: Tensor]) -> Void = { _ in })
    throws
  {
    let cases = try SafetensorsFile(golden("published/plain.safetensors"))
    var tensors = try [
      "x": cases.tensor(named: "case.\(index).x"), "t": cases.tensor(named: "case.\(index).t"),
    ]
    change(&tensors)
    var writer = SafetensorsWriter()
    for (name, tensor) in tensors { writer.add(name, tensor) }
    try writer.write(to: file)
  }

  @Test func theNetworkIsEvaluatedOnGivenTensorsWithKnobs() throws {
    let folder = try TemporaryFolder()
    try writeCase(1, to: folder.file("case.safetensors"))
    let outcome = try Program.run(
      "forward", model, "--input", "case.safetensors", "--output", "out.safetensors", "--b", "1.3", "--s",
      "0.8",
      "--precision", "fp32", folder: folder.url)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try SafetensorsFile(folder.file("out.safetensors")).tensor(named: "out")
    let expected = try SafetensorsFile(golden("published/plain.safetensors")).tensor(named: "case.1.out")
    #expect(difference(found, expected, tolerance: 1e-4, name: "out") == nil)
  }

  @Test(arguments: [
    ("label", "takes no `label`"), ("context", "an encoded prompt: expected none, found one of width 1"),
    ("y", "found 'y'"),
  ])
  func whatTheModelDoesNotTakeIsRefused(name: String, words: String) throws {
    let folder = try TemporaryFolder()
    try writeCase(0, to: folder.file("case.safetensors")) {
      $0[name] = Tensor(name == "context" ? [2, 1, 1] : [1])
    }
    let outcome = try forward(in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(words))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try folder.names == ["case.safetensors"])
  }

  @Test func samplesOfAnotherShapeAndTimesOfAnotherCountAreRefused() throws {
    let folder = try TemporaryFolder()
    try writeCase(0, to: folder.file("case.safetensors")) { $0["x"] = Tensor([2, 3, 8, 8]) }
    #expect(
      try forward(in: folder).errors.contains("`x` has shape [2, 3, 8, 8], expected [batch, 3, 16, 16]"))
    try writeCase(0, to: folder.file("case.safetensors")) { $0["t"] = Tensor([3]) }
    #expect(try forward(in: folder).errors.contains("`t` has 3 numbers, expected 1 or 2 finite ones"))
  }

  @Test func headsThatAFileSaysItselfAreNotForTheCommandLine() throws {
    let outcome = try Program.run("info", golden("plain/model.safetensors").path, "--heads", "2")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("--heads: "))
    #expect(try Program.run("info", model, "--heads", "0").status == 2)
  }

  /// Another way to the same numbers, in less memory.
  @Test func convolutionsGoDirectlyWhereTheEnvironmentSaysSo() throws {
    let folder = try TemporaryFolder()
    var noise = SeededNoise(seed: 3)
    var writer = SafetensorsWriter()
    writer.add("x", noise.normals([2, 3, 32, 32]))
    writer.add("t", Tensor([2], values: [500, 20]))
    writer.add("label", Tensor([2], values: [0, 3]))
    try writer.write(to: folder.file("case.safetensors"))
    func out(_ name: String, _ environment: [String: String]) throws -> Tensor {
      let outcome = try Program.run(
        [
          "forward", "avatars-unet", "--input", "case.safetensors", "--output", name, "--precision", "fp32",
        ], folder: folder.url, environment: environment)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try SafetensorsFile(folder.file(name)).tensor(named: "out")
    }
    func memory(_ environment: [String: String]) throws -> Double {
      let report = try Program.run(["info", "avatars-unet", "--json"], environment: environment).output
      let fields = try JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any]
      return try #require((fields?["memory"] as? [String: Any])?["fp32"] as? Double)
    }
    let direct = ["MEZZOTINT_CONVOLUTION": "direct"]
    let (tiled, plain) = (try out("tiled.safetensors", [:]), try out("direct.safetensors", direct))
    #expect(tiled != plain)
    #expect(difference(tiled, plain, tolerance: 1e-5, name: "out") == nil)
    #expect(try memory(direct) < memory([:]))
    let unknown = try Program.run(["info"], environment: ["MEZZOTINT_CONVOLUTION": "fast"])
    #expect(unknown.status == 2)
    #expect(unknown.errors == "mezzotint: MEZZOTINT_CONVOLUTION is 'fast', expected direct, or nothing\n")
  }

  @Test func infoSaysWhatAPublishedUViTIs() throws {
    let outcome = try Program.run("info", model)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("U-ViT, width 64, depth 2, 1 heads"))
    #expect(outcome.output.contains("variance-preserving"))
  }

  private func forward(in folder: TemporaryFolder) throws -> Program.Outcome {
    try Program.run(
      "forward", model, "--input", "case.safetensors", "--output", "out.safetensors", folder: folder.url)
  }
}
