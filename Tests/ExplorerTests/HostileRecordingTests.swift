import Engines
import Explorer
import Foundation
import TestSupport
import Testing

/// Recordings that nobody recorded: one line, and no waiting for ever.
@Suite(.serialized) struct HostileRecordingTests {
  private static let start =
    #"{"columns":80,"rows":24,"format":1,"recipe":{"format":1,"model":"m","precision":"fp32","panels":"#
    + #"[{"name":"a","knobs":{}}],"label":0,"seed":0,"sampler":{"steps":3}},"theme":0,"themes":["dark"]}"#

  private static func open(_ text: String) throws -> ActionFile {
    let folder = try TemporaryFolder(["a.jsonl": text])
    return try ActionFile(contentsOf: folder.file("a.jsonl"))
  }

  @Test(arguments: [
    (#""columns":80"#, #""columns":20000"#, "columns 20000, expected 1 to 1000"),
    (#""columns":80"#, #""columns":0"#, "columns 0"),
    (#""rows":24"#, #""rows":9223372036854775807"#, "rows 92"),
    (#""rows":24"#, #""rows":-1"#, "rows -1"), (#""steps":3"#, #""steps":99999999"#, "steps 99999999"),
    (#""knobs":{}"#, #""knobs":{"b":1e38}"#, "b 1e+38"),
  ])
  func aBeginningOutOfRangeIsNamed(found: String, other: String, words: String) throws {
    let error = #expect(throws: ActionFileError.self) {
      try Self.open(Self.start.replacing(found, with: other) + "\n")
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("line 1: ") && text.contains(words) && !text.contains("\n"), "\(text)")
  }

  @Test(arguments: [
    (#"{"after":[-1],"key":"n","seconds":1}"#, "after -1"),
    (#"{"after":[99999999],"key":"n","seconds":1}"#, "after 99999999"),
    (#"{"after":[],"size":[-1,24],"seconds":1}"#, "size [-1, 24]"),
    (#"{"after":[],"size":[1000000000,24],"seconds":1}"#, "size ["),
    (#"{"after":[],"size":[1],"seconds":1}"#, "size [1]"),
    (#"{"after":[],"ticks":9223372036854775807,"seconds":1}"#, "ticks 92"),
    (#"{"after":[],"ticks":-3,"seconds":1}"#, "ticks -3"),
  ])
  func aLineOutOfRangeIsNamed(line: String, words: String) throws {
    let error = #expect(throws: ActionFileError.self) { try Self.open("\(Self.start)\n\(line)\n{}\n") }
    #expect(error.map { "\($0)" }?.contains("line 2: \(words)") ?? false, "\(String(describing: error))")
  }

  @Test(arguments: [
    "press left 9223372036854775807 1", "press left 1 -9223372036854775808", "press left 1 99999",
  ])
  func aMouseFarFromEveryScreenDoesNothing(mouse: String) throws {
    let file = try Self.open("\(Self.start)\n{\"after\":[],\"mouse\":\"\(mouse)\",\"seconds\":1}\n")
    #expect(file.lines.count == 1 && file.lines[0].messages.isEmpty)
  }

  @Test func linesMayEndAsOnWindows() throws {
    let unix =
      "\(Self.start)\n{\"after\":[],\"key\":\"n\",\"seconds\":1}\n{\"after\":[],\"key\":\"d\",\"seconds\":1}\n"
    let file = try Self.open(unix.replacing("\n", with: "\r\n"))
    #expect(file.lines.map(\.key) == ["n", "d"])
    #expect(try ActionFile(contentsOf: golden("failing/crlf.jsonl")).lines.count > 10)
  }

  @Test(arguments: ["actions-columns", "rows-huge"]) func whatCrashedIsRefused(name: String) {
    #expect(throws: ActionFileError.self) { try ActionFile(contentsOf: golden("failing/\(name).jsonl")) }
  }

  @Test func aStepThatNeverComesIsNotWaitedFor() throws {
    let model = try LoadedModel(golden("labelled/model.safetensors"), precision: .fp32)
    let file = try Self.open("\(Self.start)\n{\"after\":[4],\"key\":\"n\",\"seconds\":1}\n")
    let replay = try Replay(file, model: model)
    let error = #expect(throws: ReplayError.self) { try replay.play { _, _ in true } }
    #expect(error.map { "\($0)" }?.contains("step 4 of a run of 3") ?? false, "\(String(describing: error))")
  }
}
