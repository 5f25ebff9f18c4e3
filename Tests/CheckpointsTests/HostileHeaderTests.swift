import Checkpoints
import TestSupport
import Testing

struct HostileHeader: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let bytes: [UInt8]
  let line: String
}

private let hostileHeaders = [
  HostileHeader(
    testDescription: "a few bytes", bytes: [1, 2, 3],
    line: "it is no safetensors file: it has 3 bytes, and the shortest has 10"),
  HostileHeader(
    testDescription: "a huge header", bytes: file("{}", claimed: .max),
    line: "it is no safetensors file: its header claims 18446744073709551615 bytes, "
      + "and the limit is 100000000"),
  HostileHeader(
    testDescription: "a header cut off", bytes: file("{}", claimed: 99),
    line: "it is cut off or no safetensors file: its header claims 99 bytes, and 2 follow"),
  HostileHeader(
    testDescription: "broken JSON", bytes: file(#"{"a" 1}"#),
    line: "its header is no valid JSON: expected ':' at byte 5"),
  HostileHeader(
    testDescription: "text after the object", bytes: file("{} {}"),
    line: "its header is no valid JSON: expected nothing more at byte 3"),
  HostileHeader(
    testDescription: "an open string", bytes: file(#"{"abc"#),
    line: "its header is no valid JSON: expected the end of a string at byte 5"),
  HostileHeader(
    testDescription: "half a surrogate pair", bytes: file(#"{"\ud800":1}"#),
    line: "its header is no valid JSON: expected a surrogate pair at byte 8"),
  HostileHeader(
    testDescription: "deep nesting", bytes: file(String(repeating: "[", count: 100_000)),
    line: "its header is no valid JSON: expected at most 16 levels at byte 16"),
  HostileHeader(
    testDescription: "an array", bytes: file("[1]"), line: "its header is no JSON object"),
  HostileHeader(
    testDescription: "metadata that is a number", bytes: file(#"{"__metadata__":{"a":1}}"#),
    line: "its metadata 'a' is no text"),
  HostileHeader(
    testDescription: "metadata that is a text", bytes: file(#"{"__metadata__":"a"}"#),
    line: "its metadata is no JSON object"),
  HostileHeader(
    testDescription: "a name twice",
    bytes: file("{\(member("a", "[1]", 0, 4)),\(member("a", "[1]", 4, 8))}", data: 8),
    line: "its header has 'a' twice"),
  HostileHeader(
    testDescription: "a name twice, once escaped",
    bytes: file("{\(member("a", "[1]", 0, 4)),\(member(#"\u0061"#, "[1]", 4, 8))}", data: 8),
    line: "its header has 'a' twice"),
  HostileHeader(
    testDescription: "a field twice", bytes: file(#"{"a":{"dtype":"F32","dtype":"F16"}}"#),
    line: "its header has 'dtype' twice"),
  HostileHeader(
    testDescription: "a tensor that is a number", bytes: file(#"{"a":1}"#),
    line: "tensor 'a': expected 'a' to be an object"),
  HostileHeader(
    testDescription: "no type", bytes: file(#"{"a":{"shape":[],"data_offsets":[0,0]}}"#),
    line: "tensor 'a': expected 'dtype' to be a text"),
  HostileHeader(
    testDescription: "an unknown type", bytes: file("{\(member("a", "F\\u001b", "[1]", 0, 4))}", data: 4),
    line: #"tensor 'a' has type 'F\u{1B}', which is none of F32, F16, BF16, F64, I64, I32, I16, I8, U8, BOOL"#
  ),
  HostileHeader(
    testDescription: "a negative length", bytes: file("{\(member("a", "[-1]", 0, 4))}", data: 4),
    line: "tensor 'a': expected 'shape' to be whole numbers of at least 0"),
  HostileHeader(
    testDescription: "a fractional length", bytes: file("{\(member("a", "[1.0]", 0, 4))}", data: 4),
    line: "tensor 'a': expected 'shape' to be whole numbers of at least 0"),
  HostileHeader(
    testDescription: "an offset beyond 64 bits",
    bytes: file(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}"#, data: 4),
    line: "tensor 'a': expected 'data_offsets' to be a begin and an end"),
  HostileHeader(
    testDescription: "an end before the begin", bytes: file("{\(member("a", "[1]", 4, 0))}", data: 4),
    line: "tensor 'a': expected 'data_offsets' to be a begin and an end"),
  HostileHeader(
    testDescription: "a size that overflows",
    bytes: file("{\(member("a", "[4294967296,4294967296]", 0, 0))}"),
    line: "tensor 'a' has shape [4294967296, 4294967296], too large for any memory"),
  HostileHeader(
    testDescription: "an overflow behind a zero",
    bytes: file("{\(member("a", "[0,4294967296,4294967296]", 0, 0))}"),
    line: "tensor 'a' has shape [0, 4294967296, 4294967296], too large for any memory"),
  HostileHeader(
    testDescription: "a shape of another size", bytes: file("{\(member("a", "[2]", 0, 4))}", data: 4),
    line: "tensor 'a' has 4 bytes, and F32 [2] takes 8"),
  HostileHeader(
    testDescription: "data cut off", bytes: file("{\(member("a", "[2]", 0, 8))}", data: 7),
    line: "it is cut off: tensor 'a' ends at byte 8 of the data, and there are 7"),
  HostileHeader(
    testDescription: "tensors that overlap",
    bytes: file("{\(member("a", "[2]", 0, 8)),\(member("b", "[2]", 4, 12))}", data: 12),
    line: "tensors 'a' and 'b' overlap"),
  HostileHeader(
    testDescription: "a gap",
    bytes: file("{\(member("a", "[1]", 0, 4)),\(member("b", "[1]", 6, 10))}", data: 10),
    line: "bytes 4 to 6 before tensor 'b' belong to no tensor"),
  HostileHeader(
    testDescription: "bytes after the last tensor", bytes: file("{\(member("a", "[1]", 0, 4))}", data: 6),
    line: "2 bytes after the last tensor belong to no tensor"),
]

@Suite struct HostileHeaderTests {
  @Test(arguments: hostileHeaders)
  func malformedHeaderIsRefusedInOneLine(_ header: HostileHeader) throws {
    let defect = #expect(throws: HeaderDefect.self) { try parse(header.bytes) }
    #expect(defect?.description == header.line)
    #expect(defect?.description.contains("\n") == false)
  }

  @Test func soundHeaderIsRead() throws {
    let text = """
      { "b" : {"shape":[2,1],"dtype":"BF16","data_offsets":[12,16],"more":[null,true,-1.5e3]},
        "__metadata__" : {"k\\u00e9\\ud83d\\ude00\\n" : "\\"v\\""},
        "a":{"dtype":"I64","shape":[],"data_offsets":[0,8]}, "none":{"dtype":"F32","shape":[0,7],
        "data_offsets":[8,8]}, "c":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}}\t
      """
    let header = try parse(file(text, data: 16))
    #expect(header.names == ["a", "none", "c", "b"])
    #expect(header.metadata == ["ké😀\n": "\"v\""])
    let start = 8 + text.utf8.count
    #expect(header.entries["b"]?.byteRange == start + 12..<start + 16)
    #expect(header.entries["b"]?.shape == [2, 1])
    #expect(header.entries["a"]?.valueCount == 1)
    #expect(header.entries["none"]?.valueCount == 0)
  }

  /// A fixed xorshift sequence, so that a failure comes again.
  @Test func randomDamageNeverStopsTheProgram() throws {
    let text =
      "{\"__metadata__\":{\"k\":\"v\\u00e9\"},\(member("a.weight", "BF16", "[2,3]", 0, 12)),"
      + "\(member("b", "[]", 12, 16)),\(member("c", "U8", "[4]", 16, 20))}"
    let sound = file(text, data: 20)
    var dice = Dice(17)
    var refused = 0
    for _ in 0..<20_000 {
      var damaged = sound
      for _ in 0..<Int.random(in: 1...3, using: &dice) {
        damaged[Int.random(in: damaged.indices, using: &dice)] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
      }
      if Bool.random(using: &dice) {
        damaged.removeLast(Int.random(in: 0...damaged.count, using: &dice))
      }
      do {
        let header = try parse(damaged)
        for entry in header.entries.values { #expect(entry.byteRange.upperBound <= damaged.count) }
      } catch {
        #expect(error is HeaderDefect)
        #expect(!"\(error)".contains { $0.isNewline })
        refused += 1
      }
    }
    #expect(refused > 10_000)
  }
}
