import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct FileKindTests {
  /// A file of another kind that somebody may give where weights are wanted, and what it is called.
  private static let others: [(name: String, bytes: [UInt8], line: String)] = [
    ("pth", [0x50, 0x4B, 3, 4] + [UInt8](repeating: 7, count: 600), "a ZIP archive"),
    ("empty-zip", [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18), "a ZIP archive"),
    (
      "legacy", [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E],
      "a PyTorch file in the form from before PyTorch 1.6"
    ),
    ("pickle", [0x80, 4, 0x95, 9, 0, 0, 0, 0, 0, 0, 0, 0x7D, 0x2E], "a Python pickle"),
    ("gguf", Array("GGUF".utf8) + [3, 0, 0, 0, 0, 0, 0, 0], "a GGUF file"),
    ("onnx", [0x08, 0x08, 0x12, 0x07] + Array("pytorch".utf8), "an ONNX file"),
    ("h5", [0x89] + Array("HDF\r\n\u{1A}\n".utf8), "an HDF5 file"),
    ("npy", [0x93] + Array("NUMPY".utf8) + [1, 0, 8, 0], "a NumPy file"),
    ("png", [0x89] + Array("PNG\r\n\u{1A}\n".utf8) + [0, 0, 0, 13], "a PNG picture"),
    ("jpeg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 0x4A, 0x46, 0x49, 0x46], "a JPEG picture"),
  ]

  @Test(arguments: others.map(\.name))
  func aFileOfAnotherKindIsNamedForWhatItIs(name: String) throws {
    let other = try #require(Self.others.first { $0.name == name })
    let folder = try TemporaryFolder()
    let url = folder.file(name)
    try Data(other.bytes).write(to: url)
    let error = #expect(throws: CheckpointError.self) { try SafetensorsFile(url) }
    #expect(
      error?.description == "\(url.path): this is \(other.line); give a safetensors or PyTorch file")
  }

  @Test(arguments: [
    (
      "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 3438354725\n",
      "a Git LFS pointer, which stands for a file that was not downloaded; fetch it with 'git lfs pull'"
    ),
    ("MODELS := models\n\nall: größer\n", "a text file; give a safetensors or PyTorch file"),
    ("\n<!DOCTYPE html>\n<html></html>", "a web page; download the file itself"),
    ("<HTML><body>Not found", "a web page; download the file itself"),
    ("{\"weight_map\": {}}", "JSON text; give the file of weights that lies beside it"),
    ("<?xml version=\"1.0\"?><Error/>", "XML text; download the file itself"),
  ])
  func textInPlaceOfAFileSaysWhatToDo(text: String, line: String) throws {
    let folder = try TemporaryFolder()
    let url = folder.file("model.safetensors")
    try Data(text.utf8).write(to: url)
    let error = #expect(throws: CheckpointError.self) { try SafetensorsFile(url) }
    #expect(error?.description == "\(url.path): this is \(line)")
  }

  @Test func aTarArchiveIsToldByItsMiddle() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("model.tar")
    var block = [UInt8](repeating: 0, count: 1024)
    block.replaceSubrange(0..<5, with: "model".utf8)
    block.replaceSubrange(257..<262, with: "ustar".utf8)
    try Data(block).write(to: url)
    let error = #expect(throws: CheckpointError.self) { try SafetensorsFile(url) }
    #expect(error?.description == "\(url.path): this is a tar archive; unpack it first")
  }

  @Test func aBrokenSafetensorsFileIsStillOne() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("model.safetensors")
    try Data(file("{\(member("a", "[4]", 0, 16))}", data: 9)).write(to: url)
    let error = #expect(throws: CheckpointError.self) { try SafetensorsFile(url) }
    #expect(error?.description.contains("it is cut off: tensor 'a' ends at byte 16") == true)
  }
}
