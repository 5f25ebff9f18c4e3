import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

/// Every writer where nothing can be written. A limit on the size of files stands for the full disk: it strikes at
/// the same place, in the middle of a file that has been opened, and needs no rights.
@Suite(.serialized) struct FullDiskTests {
  /// - Returns: what the program says, with a limit of no bytes at all.
  private static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> Program.Outcome {
    let words = ([Program.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "ulimit -f 0; exec \(words)"]
    process.currentDirectoryURL = folder.url
    let errors = Pipe()
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, errors)
    try process.run()
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Program.Outcome(status: process.terminationStatus, output: "", errors: complaint)
  }

  /// Names with their contents.
  private static func files(_ folder: TemporaryFolder) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: folder.path($0)))) })
  }

  @Test(arguments: [
    ["sample", "--steps", "2", "-o", "old"], ["compare", "--steps", "2", "-o", "old"],
    ["sweep", "--steps", "2", "--x", "b=1,1.2", "-o", "old"],
    ["sample", "--steps", "2", "-o", "/dev/null", "--save-trajectory", "old"],
    ["explore", "--steps", "2", "--screenshot", "old"],
    [
      "train", "--data", "data.safetensors", "--output", "old.safetensors", "--images-seen", "64", "--width",
      "32",
      "--depth", "2",
    ],
  ])
  func aFailureIsOneLineAndTheOldFileStays(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    try Data("old".utf8).write(to: URL(filePath: folder.path("old")))
    var data = SafetensorsWriter()
    data.add("images", bytes: [UInt8](repeating: 9, count: 64 * 32 * 32 * 3), shape: [64, 32, 32, 3])
    try data.write(to: URL(filePath: folder.path("data.safetensors")))
    let before = try Self.files(folder)
    let run = try Self.run(arguments, in: folder)
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.errors.contains("old") && run.errors.contains("cannot be written (File too large)"))
    #expect(run.errors.split(separator: "\n").count { $0.hasPrefix("mezzotint: ") } == 1, "\(run.errors)")
    #expect(try Self.files(folder) == before, "no file is changed, and none is new")
  }

  #if os(Linux)
    @Test(arguments: [
      ["sample", "--steps", "2", "-o", "/dev/full"],
      ["sample", "--steps", "2", "-o", "/dev/null", "--save-trajectory", "/dev/full"],
      ["explore", "--steps", "2", "--screenshot", "/dev/full"],
    ])
    func aFullDeviceIsCalledAFullDisk(arguments: [String]) throws {
      let run = try Program.run(arguments)
      #expect(run.status == 1)
      #expect(run.errors == "mezzotint: /dev/full: cannot be written, the disk is full; free some space\n")
    }
  #endif

  @Test func theExplorerSaysWhatItCouldNotKeepAndGoesOn() throws {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(
      "/bin/sh", ["-c", "cd \(folder.url.path); ulimit -f 0; exec \(Program.path) --steps 2"], columns: 120,
      rows: 40,
      environment: [
        "COLORTERM": "truecolor", "NO_COLOR": nil, "TMUX": nil, "XDG_CONFIG_HOME": folder.path("config"),
      ])
    #expect(terminal.wait { $0.text.contains("■ 2/2") })
    terminal.settle()
    for (keys, name) in [
      ("w", "avatars-robot-seed0-b1_1.3_1-s1_1_0.8.png"), ("W", "avatars-robot-seed0-b1.3-s1-model-2.png"),
      ("V", "avatars-robot-seed0-b1_1.3_1-s1_1_0.8-screen.svg"),
      ("Emine\r", "mine.toml"),
    ] {
      terminal.send(keys)
      #expect(
        terminal.wait { screen in
          // A long path goes over two rows.
          screen.text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
            .contains("\(name): cannot be written (File too large)")
        },
        "\(terminal.screen.text)")
      terminal.settle()
    }
    terminal.send("n")
    #expect(terminal.wait { $0.text.contains("seed 1") && $0.text.contains("■ 2/2") })
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
    let left = FileManager.default.enumerator(atPath: folder.url.path)?.compactMap { $0 as? String } ?? []
    #expect(left.allSatisfy { $0.hasPrefix("config") && !$0.contains(".") }, "\(left)")
  }

  @Test func aRecordingEndsWithItsLastWholeLine() throws {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(
      "/bin/sh",
      [
        "-c",
        "cd \(folder.url.path); ulimit -f 100; exec \(Program.path) explore --steps 2 --record a.cast",
      ], columns: 120, rows: 40, environment: ["COLORTERM": "truecolor", "NO_COLOR": nil, "TMUX": nil])
    #expect(terminal.wait { $0.text.contains("■ 2/2") })
    for _ in 0..<30 where !terminal.screen.text.contains("the recording ends here") {
      terminal.send("n")
      terminal.settle()
    }
    #expect(terminal.screen.text.contains("a.cast: the recording ends here (File too large)"))
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
    let text = try String(contentsOfFile: folder.path("a.cast"), encoding: .utf8)
    #expect(text.hasSuffix("]\n"))
    for line in text.split(separator: "\n") { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
  }
}
