import Foundation
import Pictures
import Recipes
import TestSupport
import Testing

/// `mezzotint sweep` as scripts use it.
struct SweepCommandTests {
  @Test func eachCellIsTheFileThatSampleDraws() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      "sweep", "--x", "b=0:1.4:0.7", "--y", "seed=1,2", "--s", "0.6", "--label", "cat", "--steps", "3",
      "--count", "2", "--enlarge", "1", "--output", folder.path("grid.png"))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.isEmpty && run.errors.isEmpty, "no progress where nobody looks")
    let file = try PNGFile(contentsOf: URL(filePath: folder.path("grid.png")))
    let layout = LabelledGridLayout(
      x: .init(name: "b", values: ["0.0", "0.7", "1.4"]), y: .init(name: "seed", values: ["1", "2"]),
      cellWidth: 64, cellHeight: 32, caption: ["avatars", "cat", "dpmpp-2m", "3 steps", "s 0.6"])
    #expect(file.picture.width == layout.width && file.picture.height == layout.height)
    for (row, seed) in ["1", "2"].enumerated() {
      for (column, b) in ["0", "0.7", "1.4"].enumerated() {
        let path = folder.path("\(b)-\(seed).png")
        _ = try Program.run(
          "sample", "--b", b, "--seed", seed, "--s", "0.6", "--label", "cat", "--steps", "3", "--count", "2",
          "-o", path)
        let single = try PNGFile(contentsOf: URL(filePath: path)).picture
        for y in 0..<32 {
          for x in 0..<64 {
            let pixel = file.picture[layout.columns[column] + x, layout.rows[row] + y]
            guard pixel == single[x, y] else {
              Issue.record("b \(b) seed \(seed) at \(x), \(y)")
              return
            }
          }
        }
      }
    }
    let recipe = try Recipe(inPNG: URL(filePath: folder.path("grid.png")))
    #expect(recipe.sweep == Recipe.SweepText(x: "b=0:1.4:0.7", y: "seed=1,2"))
    #expect(recipe.panels[0].knobs.s == 0.6)
  }

  @Test(arguments: [
    (["--x", "b=1:2"], 2, "--x b=1:2: expected name=start:end:step"),
    ([], 2, "at least one axis"),
    (["--x", "b=1,2", "--y", "b=3"], 2, "two different settings"),
    (["--x", "label=dog"], 1, "robot, monster, head, cat"),
    (["--x", "b=1", "--enlarge", "0"], 2, "--enlarge 0: expected 1 to 64"),
    (["--x", "seed=0:63:1", "--enlarge", "64"], 2, "choose a smaller --enlarge"),
  ])
  func wrongInputIsOneClearLine(arguments: [String], status: Int32, words: String) throws {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = ["sweep", "-o", folder.path("grid.png")] + arguments
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == status, "\(text)")
    #expect(text.contains(words), "\(text)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func anInterruptLeavesNothingBehind() throws {
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = [
      "sweep", "--x", "seed=0:31:1", "--y", "b=1:2:0.1", "--steps", "200", "-o", folder.path("grid.png"),
    ]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    // It is known to be at work once it catches the signal.
    try waitUntilItCatchesInterrupts(process.processIdentifier)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 130)
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(text.contains("of 352 cells; nothing was written"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  private func waitUntilItCatchesInterrupts(_ process: Int32) throws {
    for _ in 0..<600 {
      let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
      let mask = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }?.split(separator: "\t").last
      if let mask, let bits = UInt64(mask, radix: 16), bits & 1 << (SIGINT - 1) != 0 { return }
      Thread.sleep(forTimeInterval: 0.1)
    }
    Issue.record("it never began to catch ^C")
  }
}
