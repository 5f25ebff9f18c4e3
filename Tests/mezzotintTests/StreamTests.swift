import Foundation
import TestSupport
import Testing

/// Standard output and error that take nothing.
@Suite(.serialized) struct StreamTests {
  #if os(Linux)
    @Test(arguments: ["info digits --json", "models", "settings", "--help", "--version", "sample --help"])
    func aResultThatCannotBeWrittenIsAnErrorAndALine(arguments: String) throws {
      let outcome = try Program.shell("exec \"$M\" \(arguments) >/dev/full")
      #expect(outcome.status == 1)
      #expect(
        outcome.errors
          == "mezzotint: standard output: cannot be written, the disk is full; free some space\n")
    }

    @Test(arguments: [
      ("info nope 2>/dev/full", 1), ("sample digits --steps 0 -o x.png 2>/dev/full", 2),
      ("info nope 2>&-", 1), ("sample digits --steps 0 -o x.png 2>&-", 2), ("models >&-", 1),
    ])
    func aMessageThatCannotBeWrittenLeavesTheStatus(line: String, status: Int) throws {
      let folder = try TemporaryFolder()
      #expect(try Program.shell("exec \"$M\" \(line)", folder: folder.url).status == Int32(status))
      #expect(try folder.names == [])
    }

    @Test func aTrainingGoesOnWithoutAnyoneToTell() throws {
      let folder = try TemporaryFolder()
      try TrainCommandTests.writeData(folder)
      let outcome = try Program.shell(
        "exec \"$M\" train --data data.safetensors -o m.safetensors --images-seen 40 --size 8 --width 16 "
          + "--depth 2 --batch 4 2>/dev/full", folder: folder.url)
      #expect(outcome.status == 0)
      #expect(try folder.names.contains("m.safetensors"))
    }
  #endif

  /// The first file that is opened would get the closed stream's number, and the program's messages.
  @Test func aClosedStreamDoesNotBecomeTheFileThatIsWritten() throws {
    let folder = try TemporaryFolder()
    let draw = "sample digits --steps 2 --noise none.safetensors --threads 1 -o a.png"
    #expect(try Program.shell("exec \"$M\" \(draw) 2>&- >&- <&-", folder: folder.url).status == 1)
    #expect(try folder.names == [])
    for (name, streams) in [("a.png", ""), ("b.png", "2>&- >&- <&-")] {
      let line = "exec \"$M\" sample digits --steps 2 --precision fp32 -o \(name) \(streams)"
      #expect(try Program.shell(line, folder: folder.url).status == 0)
    }
    #expect(try Data(contentsOf: folder.file("a.png")) == Data(contentsOf: folder.file("b.png")))
  }

  @Test func aHangupThatIsIgnoredStaysIgnored() throws {
    let folder = try TemporaryFolder()
    try TrainCommandTests.writeData(folder)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [
      "-c",
      // What nohup does. The state is written before the first step, when signals are attended to.
      "trap '' HUP; exec \(Program.path) train --data data.safetensors -o m.safetensors --images-seen 8000 "
        + "--size 8 --width 16 --depth 2 --batch 4",
    ]
    process.currentDirectoryURL = folder.url
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    while process.isRunning, try !folder.names.contains("m.training.safetensors") { poll(nil, 0, 10) }
    #expect(kill(process.processIdentifier, SIGHUP) == 0)
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    #expect(text.contains("8000 images seen") && !text.contains("stopped after"), "\(text)")
  }
}
