import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

private let again = "; download or export it again"

/// A pickle that lies, and what is said about it.
private let hostilePickles: [(name: String, pickle: [UInt8], line: String)] = [
  // Lengths and the end.
  ("nothing", [], "it is cut off: its pickle needs 1 more at byte 0 and has 0" + again),
  ("no end", [0x80, 2, 0x7D], "it is cut off: its pickle needs 1 more at byte 3 and has 0" + again),
  (
    "a text of 4 GiB", [0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x61],
    "it is cut off: its pickle needs 4294967295 more at byte 5 and has 1" + again
  ),
  (
    "a text of 2⁶⁴ - 1 bytes", [0x8D] + [UInt8](repeating: 0xFF, count: 8),
    "it is cut off: its pickle needs 18446744073709551615 more at byte 9 and has 0" + again
  ),
  (
    "bytes of 2⁶³", [0x8E] + Op.little(.min, 8) + [0x61],
    "it is cut off: its pickle needs 9223372036854775808 more at byte 9 and has 1" + again
  ),
  (
    "a whole number of 4 GiB", [0x8B, 0xFF, 0xFF, 0xFF, 0xFF],
    "it is cut off: its pickle needs 4294967295 more at byte 5 and has 0" + again
  ),
  (
    "a frame beyond the end", [0x80, 4, 0x95] + Op.little(99, 8) + [0x7D, 0x2E],
    "it is cut off: its pickle needs 99 more at byte 11 and has 2" + again
  ),
  (
    "protocol 0", Array("(dp0\n.".utf8),
    "byte 2 of its pickle is 112, which PyTorch does not write there" + again
  ),
  ("protocol 9", [0x80, 9, 0x2E], "its pickle is malformed: expected protocol 2 to 5 at byte 0" + again),
  (
    "text that is none", [0x58, 1, 0, 0, 0, 0xFF, 0x2E],
    "its pickle is malformed: expected text in UTF-8 at byte 0" + again
  ),
  (
    "a name without an end", Array("c".utf8) + [UInt8](repeating: 0x61, count: 5000),
    "its pickle is malformed: expected a name of at most 256 bytes at byte 1" + again
  ),
  // The stack.
  ("an empty stack", [0x2E], "its pickle is malformed: expected a value before it at byte 0" + again),
  (
    "a tuple of nothing", [0x85, 0x2E],
    "its pickle is malformed: expected 1 values before it at byte 0" + again
  ),
  ("no mark", [0x4E, 0x74], "its pickle is malformed: expected a mark before it at byte 1" + again),
  (
    "a value from below a mark", [0x4E, 0x28, 0x30, 0x30, 0x30],
    "its pickle is malformed: expected a value before it at byte 4" + again
  ),
  (
    "a key without a value", [0x7D, 0x28, 0x4E, 0x75],
    "its pickle is malformed: expected a value for each key at byte 3" + again
  ),
  (
    "a key for a list", [0x5D, 0x4E, 0x4E, 0x73],
    "its pickle is malformed: expected something that holds others before it at byte 3" + again
  ),
  (
    "an item for a number", [0x4B, 1, 0x4E, 0x61],
    "its pickle is malformed: expected something that holds others before it at byte 3" + again
  ),
  (
    "something never remembered", [0x68, 7],
    "its pickle is malformed: expected something remembered as 7 at byte 0" + again
  ),
  (
    "a call of a number", [0x4B, 1, 0x29, 0x52],
    "its pickle is malformed: expected a function and its arguments before it at byte 3" + again
  ),
  (
    "an object of a text", [0x58, 0, 0, 0, 0, 0x29, 0x81],
    "its pickle is malformed: expected a class and its arguments before it at byte 6" + again
  ),
  (
    "a state of nothing", [0x4E, 0x4E, 0x62],
    "its pickle is malformed: expected an object and its state before it at byte 2" + again
  ),
  (
    "names that are numbers", [0x4B, 1, 0x4B, 2, 0x93],
    "its pickle is malformed: expected two names before it at byte 4" + again
  ),
  (
    "too many values", [UInt8](repeating: 0x4E, count: 600_000),
    "its pickle holds more than 524288 values, "
      + "too many for weights" + again
  ),
  (
    "too many marks", [UInt8](repeating: 0x28, count: 600_000),
    "its pickle holds more than 524288 values, "
      + "too many for weights" + again
  ),
  (
    "too many lists", [UInt8](repeating: 0x5D, count: 600_000),
    "its pickle holds more than 524288 values, "
      + "too many for weights" + again
  ),
  // Depth and cycles.
  (
    "lists 100,000 deep",
    [UInt8](repeating: 0x5D, count: 100_000) + [UInt8](repeating: 0x61, count: 99_999) + Op.stop,
    "it holds no named tensors but a list; save the model's state_dict()"
  ),
  (
    "tuples 100,000 deep", [0x29] + [UInt8](repeating: 0x85, count: 100_000) + Op.stop,
    "it holds no named tensors but a list; save the model's state_dict()"
  ),
  (
    "a dictionary in itself", [0x7D, 0x71, 0] + Op.text("a") + [0x68, 0, 0x73] + Op.stop,
    "it holds no named tensors but a dictionary of 'a'; save the model's state_dict()"
  ),
  (
    "a list in itself", [0x5D, 0x71, 0, 0x68, 0, 0x61] + Op.stop,
    "it holds no named tensors but a list; save the model's state_dict()"
  ),
  (
    "a tuple of two of itself, 60 times",
    [0x4E] + [UInt8](repeating: 0x32, count: 60).flatMap { [$0, 0x86] } + Op.stop,
    "it holds no named tensors but a list; save the model's state_dict()"
  ),
  // Storages and tensors.
  (
    "a storage that is a number", [0x4B, 1, 0x51],
    "its pickle is malformed: expected what is kept outside of the pickle at byte 2" + again
  ),
  (
    "a module outside", [0x28] + Op.text("module") + [0x4E, 0x74, 0x51],
    "it holds no named tensors but a whole model, as 'module'; save the model's state_dict()"
  ),
  (
    "a storage without its size",
    [0x28] + Op.text("storage") + Op.global("torch", "FloatStorage") + [0x74, 0x51],
    "its pickle is malformed: expected a storage's class, key, place and size at byte 34" + again
  ),
]

/// A tensor that lies about its storage of 16 bytes, "0".
private let hostileTensors: [(name: String, tensor: [UInt8], line: String)] = [
  (
    "data that is not there", Op.tensor(Op.storage("1", 4), shape: [4], strides: [1]),
    "the numbers of its storage '1' are not there" + again
  ),
  (
    "a storage that is too short", Op.tensor(Op.storage("0", 5), shape: [5], strides: [1]),
    "its storage '0' has 16 bytes, and 20 are promised" + again
  ),
  (
    "a storage of 2⁶² numbers", Op.tensor(Op.storage("0", 1 << 62), shape: [4], strides: [1]),
    "its storage '0' has 16 bytes, and 9223372036854775807 are promised" + again
  ),
  (
    "a storage of -1 numbers", Op.tensor(Op.storage("0", -1), shape: [4], strides: [1]),
    "its pickle is malformed: expected a storage's class, key, place and size at byte 101" + again
  ),
  (
    "more numbers than are stored", Op.tensor(Op.storage("0", 4), shape: [5], strides: [1]),
    "tensor 'a' has shape [5], and only 4 numbers are stored for it; save it again with torch.save"
  ),
  (
    "an offset beyond the end", Op.tensor(Op.storage("0", 4), offset: 3, shape: [2], strides: [1]),
    "tensor 'a' reaches to number 5 of its storage, which has 4" + again
  ),
  (
    "an offset of 2⁶³ - 1", Op.tensor(Op.storage("0", 4), offset: .max, shape: [2], strides: [1]),
    "tensor 'a' has shape [2] and strides [1], which no memory holds" + again
  ),
  (
    "strides beyond the end", Op.tensor(Op.storage("0", 4), shape: [2, 2], strides: [3, 1]),
    "tensor 'a' reaches to number 5 of its storage, which has 4" + again
  ),
  (
    "a view that repeats one number",
    Op.tensor(Op.storage("0", 4), shape: [1 << 20, 1 << 20], strides: [0, 0]),
    "tensor 'a' has shape [1048576, 1048576], and only 4 numbers are stored for it; "
      + "save it again with torch.save"
  ),
  (
    "a size that overflows", Op.tensor(Op.storage("0", 4), shape: [1 << 32, 1 << 32], strides: [0, 0]),
    "tensor 'a' has shape [4294967296, 4294967296] and strides [0, 0], which no memory holds" + again
  ),
  (
    "an overflow behind a zero",
    Op.tensor(Op.storage("0", 4), shape: [0, 1 << 32, 1 << 32], strides: [0, 0, 0]),
    "tensor 'a' has shape [0, 4294967296, 4294967296] and strides [0, 0, 0], which no memory holds" + again
  ),
  (
    "a stride that overflows", Op.tensor(Op.storage("0", 4), shape: [3], strides: [.max]),
    "tensor 'a' has shape [3] and strides [9223372036854775807], which no memory holds" + again
  ),
]

@Suite struct HostileTorchTests {
  @Test(arguments: hostilePickles.map(\.name))
  func aPickleThatLiesIsOneLine(name: String) throws {
    let hostile = try #require(hostilePickles.first { $0.name == name })
    #expect(try complaint(archive(hostile.pickle)) == hostile.line)
  }

  @Test(arguments: hostileTensors.map(\.name))
  func aTensorThatLiesIsOneLine(name: String) throws {
    let hostile = try #require(hostileTensors.first { $0.name == name })
    let pickle = Op.pickle([("a", hostile.tensor)])
    let file = archive(pickle, ["0": [UInt8](repeating: 1, count: 16)])
    #expect(try complaint(file) == hostile.line)
  }

  @Test(arguments: [
    (-1, [4], [1]), (0, [-4], [1]), (0, [4], [-1]), (0, [2, 2], [1]), (0, [4], []),
  ])
  func aTensorOfImpossibleNumbersIsMalformed(offset: Int, shape: [Int], strides: [Int]) throws {
    let pickle = Op.pickle([
      ("a", Op.tensor(Op.storage("0", 4), offset: offset, shape: shape, strides: strides))
    ])
    let line = try complaint(archive(pickle, ["0": [UInt8](repeating: 1, count: 16)]))
    #expect(line?.contains("expected a storage, an offset, a shape and its strides at byte") == true)
  }

  @Test(arguments: [
    ("os", "system"), ("posix", "system"), ("nt", "system"), ("builtins", "eval"), ("builtins", "getattr"),
    ("__builtin__", "exec"), ("subprocess", "Popen"), ("sys", "exit"), ("importlib", "import_module"),
    ("functools", "partial"), ("os.path", "join"), ("runpy", "run_path"), ("pickle", "loads"),
  ])
  func aNameThatRunsProgramsIsRefusedOnSight(module: String, name: String) throws {
    let line =
      "its pickle would call '\(module).\(name)', which is code and no weights; nothing was run; "
      + "ask whoever made it for a safetensors file"
    #expect(try complaint(archive(Op.pickle([("a", Op.global(module, name))]))) == line)
    let onStack = Op.text(module) + Op.text(name) + [0x93]
    #expect(try complaint(archive(Op.pickle([("a", onStack)]))) == line)
  }

  @Test func aCallOfWhateverElseIsCodeAndAnObjectOfItIsPassedOver() throws {
    let name = Op.global("torch.hub", "load")
    let tensor = ("b", Op.tensor(Op.storage("0", 4), shape: [4], strides: [1]))
    let numbers = ["0": [UInt8](repeating: 0, count: 16)]
    let call = Op.pickle([("a", name + [0x29, 0x52]), tensor])
    #expect(
      try complaint(archive(call, numbers))?.hasPrefix("its pickle would call 'torch.hub.load'") == true)
    let object = Op.pickle([("a", name + [0x29, 0x81, 0x7D, 0x62]), tensor])
    #expect(try complaint(archive(object, numbers)) == nil)
  }

  @Test func aStorageIsWhatItWasSaidToBeFirst() throws {
    let pickle = Op.pickle([
      ("a", Op.tensor(Op.storage("0", 4), shape: [4], strides: [1])),
      ("b", Op.tensor(Op.storage("0", 2, type: "DoubleStorage"), shape: [2], strides: [1])),
    ])
    let line = try complaint(archive(pickle, ["0": [UInt8](repeating: 1, count: 16)]))
    #expect(line == "it describes its storage '0' in two ways" + again)
  }

  @Test func partsOfAStorageAreReadAsOldFilesHaveThem() throws {
    func pickle(first: Int) -> [UInt8] {
      let view = [0x28] + Op.text("view") + Op.number(first) + Op.number(2) + [0x74]
      return Op.pickle([("a", Op.tensor(Op.storage("0", 4, view: view), shape: [2], strides: [1]))])
    }
    let numbers: [Float] = [1, 2, 3, 4]
    let data = ["0": numbers.flatMap { Op.little(Int($0.bitPattern), 4) }]
    let folder = try TemporaryFolder()
    let url = folder.file("a.pth")
    try Data(archive(pickle(first: 1), data)).write(to: url)
    #expect(try CheckpointFile.open(url).tensor(named: "a").values == [2, 3])
    let line = try complaint(archive(pickle(first: 3), data))
    #expect(line?.contains("expected a part of a storage") == true)
  }
}
