import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsFileTests {
  private func message(_ body: () throws -> Void) -> String? {
    #expect(throws: CheckpointError.self, performing: body)?.description
  }

  @Test func fileThatCannotBeACheckpointIsRefusedInOneLine() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.path
    let empty = folder.file("empty")
    try Data().write(to: empty)
    let broken = folder.file("broken")
    try Data(file("{")).write(to: broken)
    let foreign = folder.file("foreign")
    try Data(file("{\(member("a", "F8_E4M3", "[8]", 0, 8))}", data: 8)).write(to: foreign)
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe.path, 0o600) == 0)

    #expect(
      message { _ = try SafetensorsFile(folder.file("none")) }
        == "\(path)/none: there is no such file; check the path")
    #expect(
      message { _ = try SafetensorsFile(folder.url) }
        == "\(path): this is a folder; give the .safetensors file in it")
    #expect(
      message { _ = try SafetensorsFile(empty) }
        == "\(path)/empty: the file is empty; download or export it again")
    #expect(
      message { _ = try SafetensorsFile(pipe) }
        == "\(path)/pipe: this is no regular file; give a .safetensors file")
    #expect(
      message { _ = try SafetensorsFile(broken) }
        == "\(path)/broken: it is no safetensors file: it has 9 bytes, and the shortest has 10; "
        + "download or export it again")
    #expect(
      message { _ = try SafetensorsFile(foreign) }
        == "\(path)/foreign: tensor 'a' has type 'F8_E4M3', which is none of F32, F16, BF16, F64, I64, I32, I16, I8, "
        + "U8, BOOL; convert it to F32")
  }

  /// Writes 4096 numbers called "a", and reads them once.
  private static func opened(_ url: URL) throws -> SafetensorsFile {
    try Data(file("{\(member("a", "F32", "[4096]", 0, 16384))}", data: 16384)).write(to: url)
    let open = try SafetensorsFile(url)
    #expect(try open.tensor(named: "a").values.count == 4096)
    return open
  }

  @Test func aFileThatIsWrittenOverWhileOpenIsNotReadAnyFurther() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("a")
    let open = try Self.opened(url)
    // As writing does, however coarse the system's clock is.
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: url.path)
    #expect(
      message { _ = try open.tensor(named: "a") }
        == "\(url.path): it was written to after it had been opened; open it again when it is complete")
  }

  @Test func aFileThatIsCutDownWhileOpenIsOneLineAndNoCrash() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("a")
    let open = try Self.opened(url)
    #expect(truncate(url.path, 5000) == 0)
    let expected = "\(url.path): it became shorter while it was being read; try again when it is complete"
    #expect(message { _ = try open.tensor(named: "a") } == expected)
    #expect(message { _ = try open.fingerprint() } == expected)
  }

  @Test func aFileThatIsReplacedStaysTheOneThatWasOpened() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("a")
    var writer = SafetensorsWriter()
    writer.add("a", Tensor([3], values: [1, 2, 3]))
    try writer.write(to: url)
    let open = try SafetensorsFile(url)
    let fingerprint = try open.fingerprint()
    var other = SafetensorsWriter()
    other.add("b", Tensor([1], values: [9]))
    try other.write(to: url)
    #expect(try open.tensor(named: "a").values == [1, 2, 3])
    #expect(try open.fingerprint() == fingerprint)
    #expect(try SafetensorsFile(url).fingerprint() != fingerprint)
  }

  @Test func wrongRequestNamesTensorExpectedAndFound() throws {
    let file = try SafetensorsFile(golden("labelled/cases.safetensors"))
    let path = file.path
    #expect(
      message { _ = try file.tensor(named: "case.99.x") }
        == "\(path): there is no tensor 'case.99.x'; give a file that has it")
    #expect(
      message { _ = try file.tensor(named: "module.case.0.x") }
        == "\(path): there is no tensor 'module.case.0.x', but a 'case.0.x'; rename the tensors")
    #expect(
      message { _ = try file.tensor(named: "case.0.x", shape: [1, 3, 8, 8]) }
        == "\(path): tensor 'case.0.x' has shape [1, 3, 16, 16], expected [1, 3, 8, 8]; "
        + "check the model's configuration")
    #expect(
      message { _ = try file.tensor(named: "case.0.t") }
        == "\(path): tensor 'case.0.t' has type I64; store it as F32 or F16 or BF16")
    #expect(
      message { _ = try file.integers(named: "case.0.x") }
        == "\(path): tensor 'case.0.x' has type F32; store it as I64 or I32")
    #expect(
      message { _ = try file.bytes(named: "case.0.x") }
        == "\(path): tensor 'case.0.x' has type F32; store it as U8")
  }

  @Test func scopesShareTheRecordOfWhatWasTaken() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("model")
    var writer = SafetensorsWriter()
    for name in ["in.0.weight", "in.0.bias", "in.1.weight", "out"] {
      writer.add(name, .init([2], values: [1, 2]))
    }
    try writer.write(to: url)
    let scope = TensorScope(try SafetensorsFile(url))
    let blocks = scope["in"]
    _ = try blocks["0"].tensor("weight", [2])
    #expect(try blocks["0"].shape(of: "bias") == [2])
    #expect(blocks["1"].contains("weight"))
    #expect(
      message { try scope.requireNothingLeft() }
        == "\(url.path): nothing uses 3 tensors: 'in.0.bias', 'in.1.weight', 'out'; "
        + "check the model's configuration")
    #expect(
      message { try scope["in.1"].requireNothingLeft() }
        == "\(url.path): nothing uses tensor 'in.1.weight'; "
        + "check the model's configuration")
    _ = try blocks["0"].tensor("bias", [2])
    _ = try scope["in.1"].tensor("weight", [2])
    _ = try scope.tensor("out", [2])
    try scope.requireNothingLeft()
  }
}
