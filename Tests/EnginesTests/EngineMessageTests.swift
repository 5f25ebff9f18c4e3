import Engines
import Foundation
import Tensors
import TestSupport
import Testing

/// Messages as bytes, and bytes that are none.
struct EngineMessageTests {
  private struct Body: Codable, Equatable {
    var text: String
    var number: Double
  }

  /// As they come over a line: in pieces of any size.
  private func read(_ bytes: [UInt8], piece: Int = 7) throws -> [EngineMessage] {
    var rest = bytes[...]
    let reader = EngineMessageReader { most in
      let part = Array(rest.prefix(min(most, piece)))
      rest = rest.dropFirst(part.count)
      return part
    }
    var messages: [EngineMessage] = []
    while let message = try reader.next() { messages.append(message) }
    return messages
  }

  private func message(_ header: String, _ payload: [UInt8] = []) -> [UInt8] {
    let length: [UInt8] = withUnsafeBytes(of: UInt32(header.utf8.count).littleEndian) { Array($0) }
    return length + Array(header.utf8) + payload
  }

  @Test func whatIsSaidIsHeard() throws {
    let body = Body(text: "a \"b\"\nc ü", number: 0.1 + 0.2)
    let samples = Tensor([2, 1, 3], values: [1, -0.0, .infinity, .leastNonzeroMagnitude, 3e38, 0.1])
    let scalar = Tensor([], values: [5])
    let bytes =
      try EngineMessage.bytes(.evaluate, id: 7, body, [("samples", samples), ("x", scalar)])
      + EngineMessage.bytes(.bye, id: 0)
    for piece in [1, 5, 1 << 20] {
      let messages = try read(bytes, piece: piece)
      try #require(messages.count == 2)
      #expect(messages[0].kind == .evaluate && messages[0].id == 7)
      #expect(try messages[0].body(Body.self) == body)
      #expect(try messages[0].tensor("samples", shape: [2, 1, 3]) == samples)
      #expect(try messages[0].tensor("samples").values[1].sign == .minus)
      #expect(try messages[0].tensor("x") == scalar)
      #expect(messages[1].kind == .bye && messages[1].tensors.isEmpty)
    }
  }

  private static let halves: [(Float, Float)] = [
    (1, 1), (-0.5, -0.5), (0, 0), (0.1, 0.0999755859375), (-1 / 3, -0.333251953125), (2049, 2048),
    (2051, 2052), (6e-8, 0x1p-24), (1e-9, 0), (7e4, 65504), (-.infinity, -65504),
  ]

  @Test(arguments: halves)
  func picturesMayComeInHalfPrecision(value: Float, expected: Float) throws {
    let pictures = Tensor([1, 2], values: [value, .nan])
    let half = try EngineMessage.bytes(.pictured, id: 1, ["a": 1], [("pictures", pictures)], half: true)
    let whole = try EngineMessage.bytes(.pictured, id: 1, ["a": 1], [("pictures", pictures)])
    #expect(whole.count - half.count == 4)
    let values = try read(half)[0].tensor("pictures", shape: [1, 2]).values
    #expect(values[0] == expected && values[1].isNaN)
    // Others may not.
    let other = try EngineMessage.bytes(.evaluated, id: 1, ["a": 1], [("output", pictures)], half: true)
    #expect(complaint { try read(other) } == "a tensor of type 'f16', expected f32")
  }

  @Test(arguments: [
    (#"{"kind":"dance"}"#, "unknown value at 'kind'"), (#"{"id":1}"#, "lacks 'kind'"),
    (#"{"kind":"bye","id":"x"}"#, "another kind of value than expected at 'id'"), ("{}{}", "is not JSON"),
    (#"{"kind":"bye","id":1e400}"#, "header"), ("\u{1B}[2J", "is not JSON"),
    (#"{"kind":"bye","tensors":[{"name":"x","type":"f64","shape":[1]}]}"#, "of type 'f64'"),
    (#"{"kind":"bye","tensors":[{"name":"x","type":"f32","shape":[0]}]}"#, "no shape"),
    (#"{"kind":"bye","tensors":[{"name":"x","type":"f32","shape":[-4,-4]}]}"#, "no shape"),
    (#"{"kind":"bye","tensors":[{"name":"x","type":"f32","shape":[1,1,1,1,1,1,1,1,1]}]}"#, "no shape"),
    (
      #"{"kind":"bye","tensors":[{"name":"x","type":"f32","shape":[4294967296,4294967296]}]}"#,
      "more than 536870912 bytes"
    ),
    (
      #"{"kind":"bye","tensors":[{"name":"x","type":"f32","shape":[134217728]},{"name":"y","type":"f32","shape":[1]}]}"#,
      "more than 536870912 bytes"
    ),
    (#"{"kind":"bye","tensors":[{"name":"x","type":"f32","shape":[1]}]}"#, "breaks off"),
  ])
  func aHeaderThatCannotBeMeantIsSaid(header: String, part: String) {
    let found = complaint { try read(message(header, [0, 0])) }
    #expect(found.contains(part), "\(found)")
    #expect(!found.contains("\n") && !found.contains("\u{1B}"))
  }

  @Test func twoTensorsOfOneNameAreOneTooMany() {
    let entry = #"{"name":"x","type":"f32","shape":[1]}"#
    let bytes = message(#"{"kind":"bye","tensors":[\#(entry),\#(entry)]}"#, [UInt8](repeating: 0, count: 8))
    #expect(complaint { try read(bytes) } == "two tensors of one name, 'x'")
  }

  @Test(arguments: [0, 1, 1 << 20 + 1, 0xFFFF_FFFF])
  func aHeaderOfNoSuchLengthIsNotWaitedFor(length: Int) {
    let bytes = withUnsafeBytes(of: UInt32(length).littleEndian) { Array($0) }
    #expect(complaint { try read(bytes) }.hasPrefix("a header of \(length) bytes, expected 2 to"))
  }

  @Test func whatIsTooLargeIsNotSent() {
    let text = String(repeating: "x", count: 1 << 20)
    #expect(
      complaint { try EngineMessage.bytes(.failed, id: 1, Body(text: text, number: 0)) }
        .contains("more than 1 MiB"))
  }

  @Test(arguments: [
    ("mezzotint engine 1\n", "nothing"), ("Welcome!\n\nmezzotint engine 1\n", "nothing"),
    ("mezzotint engine 2\n", "another version, 'mezzotint engine 2'"),
    ("bash: mezzotint-engine: command not found\n", "found 'bash: mezzotint-engine: command not found'"),
    ("", "found nothing"), ("\u{1B}[31mhi", "found '\\u{1B}[31mhi'"),
  ])
  func anEngineSaysFirstWhatItIs(text: String, part: String) {
    var rest = Array(text.utf8)[...]
    let reader = EngineMessageReader { most in
      defer { rest = rest.dropFirst(most) }
      return Array(rest.prefix(most))
    }
    #expect(complaint { try reader.takeFirstLine() }.contains(part))
  }

  @Test func aStreamWithoutAFirstLineIsNotReadForEver() {
    let reader = EngineMessageReader { [UInt8](repeating: UInt8(ascii: "x"), count: $0) }
    #expect(complaint { try reader.takeFirstLine() }.contains("as its first line"))
  }
}
