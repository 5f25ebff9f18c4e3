import Checkpoints
import Files
import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct RoundTripTests {
  private let numbers: [Float] = [0, -0.0, 1, -1.5, 3.14159, 1e-20, -3e38, .infinity, .leastNonzeroMagnitude]

  @Test func whatIsWrittenIsReadAgain() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("a.safetensors")
    let metadata = ["mezzotint": "{\"width\": 64}", "a\"b\\": "line\nZürich 😀\u{1}"]
    var writer = SafetensorsWriter(metadata: metadata)
    writer.add("floats", Tensor([3, 3], values: numbers))
    writer.add("short", Tensor([9], values: numbers), as: .bfloat16)
    writer.add("labels", integers: [0, -1, .max, .min], shape: [2, 2])
    writer.add("images", bytes: [0, 7, 255])
    writer.add("one", Tensor([], values: [5]))
    writer.add("none", Tensor([0, 4], values: []))
    try writer.write(to: url)
    try writer.write(to: url)  // over the first one

    let file = try SafetensorsFile(url)
    #expect(file.metadata == metadata)
    #expect(file.names == ["labels", "floats", "none", "one", "short", "images"])
    let floats = try file.tensor(named: "floats", shape: [3, 3])
    #expect(floats.values.map(\.bitPattern) == numbers.map(\.bitPattern))
    #expect(try file.integers(named: "labels") == [0, -1, .max, .min])
    #expect(try file.entry("labels").shape == [2, 2])
    #expect(try file.bytes(named: "images") == [0, 7, 255])
    #expect(try file.tensor(named: "one").shape == [])
    #expect(try file.tensor(named: "none").values == [])
    let short = try file.tensor(named: "short").values
    for (found, expected) in zip(short.prefix(6), numbers) {
      #expect(abs(found - expected) <= abs(expected) / 256)
    }
    #expect(short[7] == .infinity)
    #expect(try folder.names == ["a.safetensors"])
  }

  @Test func bfloat16IsRoundedToTheNearestAndTiesToEven() throws {
    // The upper 16 bits are kept; 0x8000 below them is exactly half way.
    let cases: [(UInt32, UInt32)] = [
      (0x3F80_7FFF, 0x3F80_0000), (0x3F80_8000, 0x3F80_0000), (0x3F81_8000, 0x3F82_0000),
      (0x3F80_8001, 0x3F81_0000), (0xBF81_8000, 0xBF82_0000), (0x7F7F_FFFF, 0x7F80_0000),
    ]
    let folder = try TemporaryFolder()
    let url = folder.file("a")
    var writer = SafetensorsWriter()
    let values = cases.map { Float(bitPattern: $0.0) } + [Float.nan, Float(bitPattern: 0x7F80_0001)]
    writer.add("a", Tensor([values.count], values: values), as: .bfloat16)
    try writer.write(to: url)
    let found = try SafetensorsFile(url).tensor(named: "a").values
    #expect(found.prefix(cases.count).map(\.bitPattern) == cases.map(\.1))
    #expect(found.suffix(2).filter(\.isNaN).count == 2)
  }

  @Test func everyHalfPrecisionNumberIsReadExactly() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("half")
    let all = (0...UInt16.max).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    // One byte in front, so that the numbers are not aligned.
    let header = "{\(member("a", "U8", "[1]", 0, 1)),\(member("half", "F16", "[65536]", 1, 131_073))}"
    try Data(file(header) + [0] + all).write(to: url)
    let values = try SafetensorsFile(url).tensor(named: "half").values
    for (bits, value) in values.enumerated() {
      let (sign, exponent, fraction) = (bits >> 15, bits >> 10 & 31, Double(bits & 1023))
      if exponent == 31 {
        #expect(fraction == 0 ? value.isInfinite : value.isNaN)
        continue
      }
      let magnitude =
        exponent == 0
        ? fraction * 0x1p-24
        : (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
      #expect(Double(value) == (sign == 1 ? -magnitude : magnitude))
    }
  }

  @Test func integersOf32BitsAreRead() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("a")
    try Data(file("{\(member("a", "I32", "[2]", 0, 8))}") + [1, 0, 0, 0, 254, 255, 255, 255]).write(to: url)
    #expect(try SafetensorsFile(url).integers(named: "a") == [1, -2])
  }

  @Test func doublesAreRoundedAndWholeNumbersOfEveryWidthAreExact() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("a")
    let doubles = [0.1, -1e300, .infinity, 0x1p-140].flatMap { value in
      (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    let header =
      "{\(member("d", "F64", "[4]", 0, 32)),\(member("s", "I16", "[2]", 32, 36)),"
      + "\(member("c", "I8", "[2]", 36, 38)),\(member("u", "U8", "[1]", 38, 39)),"
      + "\(member("b", "BOOL", "[2]", 39, 41))}"
    try Data(file(header) + doubles + [0, 0x80, 2, 0, 0xFF, 1, 200, 1, 0]).write(to: url)
    let source: any TensorSource = try SafetensorsFile(url)
    #expect(try source.tensor(named: "d").values == [0.1, -.infinity, .infinity, 0x1p-140])
    #expect(try source.integers(named: "s") == [-32768, 2])
    #expect(try source.integers(named: "c") == [-1, 1])
    #expect(try source.integers(named: "u") == [200])
    #expect(try source.integers(named: "b") == [1, 0])
  }

  @Test func filesOfThePythonLibraryAreRead() throws {
    let file = try SafetensorsFile(golden("labelled/model.safetensors"))
    #expect(file.metadata["mezzotint"]?.contains("\"width\": 64") == true)
    #expect(try file.tensor(named: "final_layer.weight", shape: [3, 3, 3, 3]).values.count == 81)
    #expect(try SafetensorsFile(golden("labelled/ddim.safetensors")).integers(named: "labels") == [0, 1, 2])
  }

  @Test func failedWriteSaysWhyAndLeavesNothingBehind() throws {
    let folder = try TemporaryFolder()
    var writer = SafetensorsWriter()
    writer.add("a", Tensor([1], values: [1]))
    let lost = folder.file("none/a")
    let missing = #expect(throws: FileError.self) { try writer.write(to: lost) }
    #expect(
      missing?.description
        == "\(lost.path): cannot be written, its folder does not exist; create the folder")
    let taken = #expect(throws: FileError.self) { try writer.write(to: folder.url) }
    #expect(
      taken?.description == "\(folder.url.path): cannot be written (Is a directory); choose another place")
    #if os(Linux)
      let device = URL(filePath: "/dev/full")
      let full = #expect(throws: FileError.self) { try writer.write(to: device) }
      #expect(full?.description == "/dev/full: cannot be written, the disk is full; free some space")
    #endif
    #expect(try folder.names == [])
  }
}
