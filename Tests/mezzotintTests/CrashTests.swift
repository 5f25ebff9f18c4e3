import Checkpoints
import Foundation
import Pictures
import TestSupport
import Testing

/// Every command that saves, killed at any moment: what has a final name is whole, and what was there before stays
/// until then. `make crash` kills each 200 times.
@Suite(.serialized) struct CrashTests {
  private static let kills = ProcessInfo.processInfo.environment["MEZZOTINT_KILLS"].flatMap { Int($0) } ?? 5

  /// A shuffled share of the run, the same each time, so that every part of it is met.
  private static func moments(_ count: Int) -> [Double] {
    (0..<count).map { (Double($0) * 0.618_033_988_7).truncatingRemainder(dividingBy: 1) }
  }

  private static func start(_ arguments: [String], in folder: TemporaryFolder) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// - Returns: what is wrong with a file under its final name; nil for a whole one.
  private static func defect(_ url: URL) -> String? {
    do {
      let bytes = try Data(contentsOf: url)
      if bytes.isEmpty { return "empty" }
      switch url.pathExtension {
      case "png": _ = try PNGFile(contentsOf: url)
      case "safetensors":
        // It looks whether all that the header promises is there.
        _ = try SafetensorsFile(url)
      case "svg": return String(decoding: bytes, as: UTF8.self).hasSuffix("</svg>\n") ? nil : "cut"
      // A kill may cut the last line.
      case "csv", "jsonl": return bytes.contains(0x0A) ? nil : "cut in its first line"
      case "toml": return String(decoding: bytes, as: UTF8.self).hasSuffix("\n") ? nil : "cut"
      default: return nil
      }
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    ["sample", "digits", "--steps", "2", "-o", "a.png"],
    [
      "sample", "digits", "--steps", "8", "--count", "16", "-o", "a.png", "--save-trajectory",
      "t.safetensors",
    ],
    ["compare", "digits", "--steps", "2", "-o", "a.png"],
    ["sweep", "digits", "--steps", "2", "--x", "b=1,1.2", "-o", "a.png"],
    ["explore", "digits", "--steps", "2", "--screenshot", "a.svg"],
    [
      "train", "--data", "data.safetensors", "-o", "m.safetensors", "--images-seen", "64", "--size", "8",
      "--width",
      "16", "--depth", "2", "--batch", "4", "--csv", "--log-every", "2",
    ],
  ])
  func whatIsThereAfterAKillIsWhole(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    try TrainCommandTests.writeData(folder)
    let began = ContinuousClock.now
    try Self.start(arguments, in: folder).waitUntilExit()
    let whole = (ContinuousClock.now - began) / .milliseconds(1)
    let names = try folder.names
    #expect(names.allSatisfy { !$0.hasPrefix(".") }, "\(names)")
    for moment in Self.moments(Self.kills) {
      if arguments[0] == "train" {
        // A training begins anew: of one that was killed the state is there.
        for name in try folder.names where name != "data.safetensors" {
          try FileManager.default.removeItem(at: folder.file(name))
        }
      }
      let process = try Self.start(arguments, in: folder)
      poll(nil, 0, Int32(moment * whole * 1.1))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      for name in try folder.names where !name.hasPrefix(".") {
        #expect(Self.defect(folder.file(name)) == nil, "\(name), killed after \(moment * whole) ms")
      }
    }
    // What was there before is there still.
    if arguments[0] != "train" { #expect(try names.allSatisfy { try folder.names.contains($0) }) }
    // And nothing that was left is in the way.
    if arguments[0] == "train" {
      for name in try folder.names where name != "data.safetensors" {
        try FileManager.default.removeItem(at: folder.file(name))
      }
    }
    let last = try Self.start(arguments, in: folder)
    last.waitUntilExit()
    #expect(last.terminationStatus == 0)
  }

  @Test func whatTheExplorerSavesIsWholeOrNotThere() throws {
    for (round, moment) in Self.moments(Self.kills).enumerated() {
      let folder = try TemporaryFolder()
      let terminal = try PseudoTerminal(
        "/bin/sh", ["-c", "cd \(folder.url.path) && exec \(Program.path) explore digits --steps 2"],
        environment: [
          "COLORTERM": "truecolor", "SWIFT_BACKTRACE": "enable=no", "XDG_CONFIG_HOME": folder.path("config"),
        ])
      #expect(terminal.wait { $0.text.contains("■ 2/2") })
      terminal.send(["w", "W", "V", "Emine\r"][round % 4])
      poll(nil, 0, Int32(moment * 40))
      terminal.signal(SIGKILL)
      #expect(terminal.waitForExit() == .signal(SIGKILL))
      let found = FileManager.default.enumerator(atPath: folder.url.path)?.compactMap { $0 as? String } ?? []
      for name in found where !name.hasSuffix(".part") && !URL(filePath: name).pathExtension.isEmpty {
        #expect(Self.defect(folder.file(name)) == nil, "\(name), killed after \(moment * 40) ms")
      }
    }
  }

  @Test func aRefusedTrainingLeavesTheOthersLock() throws {
    let folder = try TemporaryFolder()
    try TrainCommandTests.writeData(folder)
    let arguments = [
      "train", "--data", "data.safetensors", "-o", "m.safetensors", "--images-seen", "100000000", "--size",
      "8",
      "--width", "16", "--depth", "2", "--batch", "4",
    ]
    let first = try Self.start(arguments, in: folder)
    defer { kill(first.processIdentifier, SIGKILL) }
    while first.isRunning, try !folder.names.contains("m.training.safetensors") { poll(nil, 0, 10) }
    for _ in 0..<2 {
      let second = try Program.run(arguments, folder: folder.url)
      #expect(
        second.status == 1 && second.errors.contains("another training is writing it"), "\(second.errors)")
      #expect(try folder.names.contains(".m.training.safetensors.lock"))
    }
    kill(first.processIdentifier, SIGINT)
    first.waitUntilExit()
    #expect(first.terminationStatus == 0)
    let left = try folder.names
    #expect(left.allSatisfy { !$0.hasPrefix(".") }, "\(left)")
  }

  #if os(Linux)
    /// /sys takes no files of anyone's, root's neither.
    @Test(arguments: [
      ["sample", "--steps", "2", "-o", "/sys/a.png"], ["compare", "--steps", "2", "-o", "/sys/a.png"],
      ["sweep", "--steps", "2", "--x", "b=1,1.2", "-o", "/sys/a.png"],
      ["sample", "--steps", "2", "-o", "/dev/null", "--save-trajectory", "/sys/t.safetensors"],
      ["explore", "--steps", "2", "--screenshot", "/sys/a.svg"], ["explore", "--record", "/sys/a.cast"],
      ["explore", "--steps", "2", "--screenshot", "a.svg", "--record-actions", "/sys/a.jsonl"],
      ["train", "--data", "data.safetensors", "-o", "/sys/m.safetensors"],
      ["replay", "a.jsonl", "-o", "/sys/frames"],
    ])
    func aPlaceThatTakesNoFilesIsNamed(arguments: [String]) throws {
      let folder = try TemporaryFolder()
      try TrainCommandTests.writeData(folder)
      let start =
        #"{"columns":80,"rows":24,"format":1,"model":"digits","recipe":{"format":1,"model":"digits","precision":"fp32","#
        + #""panels":[{"name":"a","knobs":{}}],"sampler":{"steps":2}},"theme":0,"themes":["dark"]}"#
      try Data((start + "\n").utf8).write(to: folder.file("a.jsonl"))
      let outcome = try Program.run(arguments, folder: folder.url)
      // Without a terminal the explorer cannot record: that is said first.
      #expect(
        outcome.status == (arguments.contains("--record") || arguments[0] == "replay" ? 2 : 1),
        "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      if !arguments.contains("--record") { #expect(outcome.errors.contains("/sys/"), "\(outcome.errors)") }
    }
  #endif
}
