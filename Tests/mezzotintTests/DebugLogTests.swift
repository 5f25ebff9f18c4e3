import Foundation
import TestSupport
import Testing

/// `MEZZOTINT_LOG=FILE`, with the real binary.
struct DebugLogTests {
  private static func sample(_ folder: TemporaryFolder, log: String) throws -> Program.Outcome {
    try Program.run(
      ["sample", "digits", "--steps", "3", "--precision", "fp32", "-o", folder.path("a.png")],
      environment: ["MEZZOTINT_LOG": log])
  }

  @Test func theLogSaysWhatWasLoadedWhatComputesItAndHowLongEachStepTook() throws {
    let folder = try TemporaryFolder()
    #expect(try Self.sample(folder, log: "").status == 0)
    #expect(try folder.names == ["a.png"])
    let plain = try Data(contentsOf: folder.file("a.png"))

    let outcome = try Self.sample(folder, log: folder.path("log"))
    #expect(outcome.status == 0)
    #expect(outcome.output == "" && outcome.errors == "")
    #expect(try Data(contentsOf: folder.file("a.png")) == plain)
    let first = try String(contentsOf: folder.file("log"), encoding: .utf8)
    let lines = first.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
    #expect(lines.allSatisfy { $0.first.flatMap { Double($0) } != nil }, "each line begins with the seconds")
    let subjects = lines.map { String($0[1]) }
    #expect(subjects.first == "mezzotint")
    for subject in ["file:", "model:", "engine:", "implementation:"] { #expect(subjects.contains(subject)) }
    #expect(subjects.filter { $0 == "step:" }.count == 3)

    // Another run adds to it.
    #expect(try Self.sample(folder, log: folder.path("log")).status == 0)
    #expect(try String(contentsOf: folder.file("log"), encoding: .utf8).hasPrefix(first))
  }

  @Test func aLogThatCannotBeWrittenIsOneLine() throws {
    let folder = try TemporaryFolder()
    let outcome = try Self.sample(folder, log: folder.path("none/log"))
    #expect(outcome.status == 1)
    #expect(
      outcome.errors
        == "mezzotint: \(folder.path("none/log")): cannot be written, its folder does not exist; create the folder\n"
    )
    #expect(try folder.names == [])
  }
}
