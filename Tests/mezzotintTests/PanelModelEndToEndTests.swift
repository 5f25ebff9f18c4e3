import Checkpoints
import Files
import Foundation
import Pictures
import Recipes
import TestSupport
import Testing

/// A panel's own model from the command line to the explorer and back, with the real binary.
@Suite(.serialized) struct PanelModelEndToEndTests {
  /// Trains a tiny model without a mask on sixteen pictures.
  private static func train(in folder: TemporaryFolder, _ name: String = "plain") throws {
    for index in 0..<16 {
      let label = folder.url.appending(path: "pictures/\(index % 2 == 0 ? "cat" : "dog")")
      try FileManager.default.createDirectory(at: label, withIntermediateDirectories: true)
      let pixels = (0..<32 * 32 * 3).map { UInt8(($0 * (index + 3) / 7) % 256) }
      let file = PNGFile(Picture(width: 32, height: 32, pixels: pixels))
      try AtomicFile.write(file.encoded(), to: label.appending(path: "\(index).png"))
    }
    let run = try Program.run(
      "train", "--data", folder.path("pictures"), "--output", folder.path("\(name).safetensors"), "--width",
      "32", "--depth", "2", "--heads", "2", "--kernels", "0", "--images-seen", "64", "--batch", "16")
    #expect(run.status == 0, "\(run.errors)")
  }

  private static func bytes(_ names: String..., in folder: TemporaryFolder) throws -> [Data] {
    try names.map { try Data(contentsOf: URL(filePath: folder.path($0))) }
  }

  @Test func aPanelOfAnotherModelIsDrawnSavedCopiedAndTakenUpAgain() throws {
    let folder = try TemporaryFolder()
    try Self.train(in: folder)
    let terminal = try SavingEndToEndTests.explore(in: folder, "--label cat --steps 4")
    terminal.send("C")
    #expect(terminal.wait { $0.text.contains("32x32 · no mask · cat, dog") }, "\(terminal.screen.text)")
    terminal.send("plain\r")
    #expect(terminal.wait { $0.text.contains("Model 2 has plain now") }, "\(terminal.screen.text)")
    #expect(terminal.wait { $0.text.contains("■ 4/4") })
    terminal.settle()
    // The third panel has a seed of its own beside it.
    terminal.send("3")
    for _ in 0..<40 where !terminal.screen.text.contains("› seed") {
      terminal.send("j")
      terminal.settle()
    }
    terminal.send("o=7\r")
    #expect(terminal.wait { $0.text.contains("seed 7") && $0.text.contains("■ 4/4") })
    terminal.settle()
    terminal.send("w")
    #expect(
      terminal.wait { $0.text.contains("saved avatars-cat-seed0-b1_1.3_1-s1_1_0.8.png") },
      "\(terminal.screen.text)")
    terminal.send("Y")
    #expect(terminal.wait { $0.text.contains("copied: mezzotint compare") })
    let all = try #require(SavingEndToEndTests.clipboard(terminal))
    #expect(all.contains("model=plain.safetensors") && all.contains("seed=7"))
    terminal.send("2W")
    #expect(terminal.wait { $0.text.contains("saved plain-cat-seed0-b1.3-s1-model-2.png") })
    terminal.send("y")
    #expect(terminal.wait { $0.text.contains("copied: mezzotint sample plain.safetensors") })
    let single = try #require(SavingEndToEndTests.clipboard(terminal))
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))

    #expect(try SavingEndToEndTests.paste(all, in: folder) == 0, "\(all)")
    #expect(try SavingEndToEndTests.paste(single, in: folder) == 0, "\(single)")
    let saved = try Self.bytes(
      "avatars-cat-seed0-b1_1.3_1-s1_1_0.8.png", "plain-cat-seed0-b1.3-s1-model-2.png", in: folder)
    #expect(try Self.bytes("panels.png", "panel.png", in: folder) == saved)

    let again = try SavingEndToEndTests.explore(in: folder, "avatars-cat-seed0-b1_1.3_1-s1_1_0.8.png")
    #expect(again.wait { $0.text.contains("plain  b 1.30") && $0.text.contains("■ 4/4") })
    again.send("w")
    #expect(
      again.wait { $0.text.contains("saved avatars-cat-seed0-b1_1.3_1-s1_1_0.8-2.png") },
      "\(again.screen.text)")
    again.send("q")
    #expect(again.waitForExit() == .status(0))
    #expect(try Self.bytes("avatars-cat-seed0-b1_1.3_1-s1_1_0.8-2.png", in: folder)[0] == saved[0])
  }

  @Test func wrongPanelsAreOneClearLine() throws {
    let folder = try TemporaryFolder()
    try Self.train(in: folder)
    let plain = "model=\(folder.path("plain.safetensors"))"
    let cases: [(panel: String, label: String?, status: Int32, words: String)] = [
      ("\(plain),mask-strength=0.5", nil, 1, "Panel 1, plain: --mask-strength: "),
      (plain, "robot", 1, "Panel 1: plain has labels of its own, cat, dog; give the panel one of them"),
      ("\(plain),label=robot", nil, 1, "this model has no such label, it knows cat, dog"),
      ("model=nothing", nil, 1, "'nothing': there is no such file and no model of that name"),
      ("steps=0", nil, 2, "steps 0: expected a whole number from 1 to 10000"),
      ("colour=red", nil, 2, "colour: there is no such setting; expected one of b, s,"),
    ]
    for (panel, label, status, words) in cases {
      let run = try Program.run(
        ["compare", "--steps", "2", "-o", folder.path("o.png"), "--panel", panel]
          + (label.map { ["--label", $0] } ?? []))
      #expect(run.status == status, "\(panel)")
      #expect(run.errors.contains(words), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.path("o.png")))
    }
    let count = try Program.run("explore", "--count", "2")
    #expect(count.status == 2 && count.errors.contains("--count 2: expected 1, 4 or 9"))
    let good = try Program.run(
      "compare", "--steps", "2", "--label", "robot", "--panel", "b=1", "--panel", "\(plain),label=dog,seed=3",
      "--save-trajectory", folder.path("t.safetensors"), "-o", folder.path("o.png"))
    #expect(good.status == 0, "\(good.errors)")
    let recipe = try Recipe(inPNG: URL(filePath: folder.path("o.png")))
    #expect(recipe.panels[1].own?.model?.name == "plain" && recipe.panels[1].own?.seed == 3)
  }

  @Test func aSweptGridIsSavedFromTheExplorerAndTakenUpAgain() throws {
    let folder = try TemporaryFolder()
    let terminal = try SavingEndToEndTests.explore(in: folder, "--label monster --steps 2")
    terminal.send("X")
    #expect(terminal.wait { $0.text.contains("sweep b=1.0:1.6:0.1") })
    terminal.send(String(repeating: "\u{7f}", count: 40) + "b=1,1.4 seed=3:4:1\r")
    #expect(terminal.wait { $0.text.contains("■ 4/4") }, "\(terminal.screen.text)")
    terminal.send("w")
    #expect(
      terminal.wait { $0.text.contains("saved avatars-monster-seed0-b1.3-s1-sweep.png") },
      "\(terminal.screen.text)")
    terminal.send("y")
    #expect(terminal.wait { $0.text.contains("copied: mezzotint sweep avatars --x b=1,1.4 --y seed=3:4:1") })
    let line = try #require(SavingEndToEndTests.clipboard(terminal))
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
    #expect(try SavingEndToEndTests.paste(line, in: folder) == 0, "\(line)")
    let files = try Self.bytes("grid.png", "avatars-monster-seed0-b1.3-s1-sweep.png", in: folder)
    #expect(files[0] == files[1])

    let again = try SavingEndToEndTests.explore(in: folder, "grid.png")
    #expect(again.wait { $0.text.contains("■ 4/4") && $0.text.contains("seed") }, "\(again.screen.text)")
    #expect(again.screen.text.contains("  sweep  avatars · monster"))
    again.send("q")
    #expect(again.waitForExit() == .status(0))
  }

  @Test func aSweepStartsFromTheUsersNoise() throws {
    let folder = try TemporaryFolder()
    try Self.train(in: folder)
    let noise = folder.path("noise.safetensors")
    let model = folder.path("plain.safetensors")
    // What a run was fed first is its noise.
    let first = try Program.run(
      "sample", model, "--seed", "5", "--count", "2", "--steps", "2", "--save-trajectory",
      folder.path("t.safetensors"),
      "-o", folder.path("o.png"))
    #expect(first.status == 0, "\(first.errors)")
    var writer = SafetensorsWriter()
    writer.add("noise", try SafetensorsFile(URL(filePath: folder.path("t.safetensors"))).tensor(named: "x.0"))
    try writer.write(to: URL(filePath: noise))
    let grid = try Program.run(
      "sweep", model, "--noise", noise, "--x", "b=1,1.3", "--steps", "2", "--enlarge", "1", "-o",
      folder.path("grid.png"))
    #expect(grid.status == 0, "\(grid.errors)")
    let single = try Program.run(
      "sample", model, "--noise", noise, "--b", "1.3", "--steps", "2", "-o", folder.path("one.png"))
    #expect(single.status == 0, "\(single.errors)")
    let recipe = try Recipe(inPNG: URL(filePath: folder.path("grid.png")))
    #expect(recipe.noiseFromFile && recipe.count == 2)
    let (sheet, cell) = try (
      PNGFile(contentsOf: URL(filePath: folder.path("grid.png"))).picture,
      PNGFile(contentsOf: URL(filePath: folder.path("one.png"))).picture
    )
    let layout = LabelledGridLayout(
      x: .init(name: "b", values: ["1.0", "1.3"]), y: nil, cellWidth: 64, cellHeight: 32, caption: [])
    for y in 0..<32 {
      for x in 0..<64 where sheet[layout.columns[1] + x, layout.rows[0] + y] != cell[x, y] {
        Issue.record("\(x), \(y)")
        return
      }
    }
    let both = try Program.run(
      "sweep", model, "--noise", noise, "--x", "seed=1,2", "-o", folder.path("x.png"))
    #expect(both.status == 2 && both.errors.contains("a swept seed is each cell's own noise"))
  }
}
