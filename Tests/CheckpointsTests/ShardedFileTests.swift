import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct ShardedFileTests {
  @Test(arguments: [
    (
      #"{"weight_map": {"a": "one.safetensors", "b": "two.safetensors", "c": "two.safetensors"}}"#,
      "'two.safetensors', in which 2 of its tensors are, is not beside it; download that file too"
    ),
    (
      #"{"weight_map": {"z": "one.safetensors"}}"#,
      "tensor 'z' is not in 'one.safetensors', where it says; download or export both again"
    ),
    (
      #"{"weight_map": {"a": "../one.safetensors"}}"#,
      "the file that it names for tensor 'a' is none in its own folder; download or export it again"
    ),
    (
      #"{"weight_map": {"a": "a.index.json"}}"#,
      "the file that it names for tensor 'a' is none in its own folder; download or export it again"
    ),
    (
      #"{"weight_map": {"a": 1}}"#,
      "the file that it names for tensor 'a' is none in its own folder; download or export it again"
    ),
    (
      #"{"weight_map": {}}"#,
      "it has no 'weight_map' of tensors to files; give an index of shards or a file of weights"
    ),
    ("[]", "it has no 'weight_map' of tensors to files; give an index of shards or a file of weights"),
    ("{", "it is no valid JSON: expected a name in quotes at byte 1; download or export it again"),
    (
      #"{"weight_map": {"a": "one.safetensors", "a": "one.safetensors"}}"#,
      "it has 'a' twice; download or export it again"
    ),
  ])
  func anIndexThatLiesIsOneLine(json: String, line: String) throws {
    let folder = try TemporaryFolder()
    var writer = SafetensorsWriter()
    writer.add("a", Tensor([1], values: [1]))
    try writer.write(to: folder.file("one.safetensors"))
    let url = folder.file("a.index.json")
    try Data(json.utf8).write(to: url)
    let error = #expect(throws: CheckpointError.self) { try CheckpointFile.open(url) }
    #expect(error?.description == "\(url.path): \(line)")
  }

  @Test func onlyWhatTheIndexNamesIsThere() throws {
    let folder = try TemporaryFolder()
    for (name, tensors) in ["one": ["a", "b"], "two": ["b"]] {
      var writer = SafetensorsWriter()
      for tensor in tensors { writer.add(tensor, Tensor([1], values: [name == "one" ? 1 : 2])) }
      try writer.write(to: folder.file(name))
    }
    let url = folder.file("a.index.json")
    try Data(#"{"weight_map": {"a": "one", "b": "two"}}"#.utf8).write(to: url)
    let source = try CheckpointFile.open(url)
    #expect(source.names == ["a", "b"])
    #expect(try source.tensor(named: "b").values == [2])
    #expect(source.path == url.path)
  }
}
