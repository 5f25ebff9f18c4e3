import Checkpoints
import Foundation
import Pictures
import Recipes
import Tensors
import TestSupport
import Testing

/// What other people's models do beyond being opened: sizes, panels' samplers, what a file does not say.
struct OtherModelTests {
  private static let weights = "unet/diffusion_pytorch_model.safetensors"

  /// The golden model with labels in a folder of its own.
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.copyItem(at: golden("pipelines/classes"), to: folder.file("model"))
  }

  /// A run's steps are the scheduler's own state.
  @Test func aTrajectoryOfOtherSizeIsTakenFromGivenNoise() throws {
    var writer = SafetensorsWriter()
    writer.add("noise", Tensor([1, 3, 16, 32], values: (0..<3 * 16 * 32).map { Float($0 % 7) - 3 }))
    try writer.write(to: folder.file("noise.safetensors"))
    let run = try Program.run(
      "sample", "model", "--noise", "noise.safetensors", "--sampler", "euler", "--steps", "2", "-o", "a.png",
      "--save-trajectory", "t.safetensors", folder: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    let picture = try PNGFile(contentsOf: folder.file("a.png")).picture
    #expect(picture.width == 32 && picture.height == 16)
    let trajectory = try SafetensorsFile(folder.file("t.safetensors"))
    // √(1 + σ²) or σ of the first step, and not what the network is fed.
    #expect(try (trajectory.tensor(named: "x.0").values.max() ?? 0) > 100)
  }

  @Test func otherSizesAreTakenWhereTheNetworkAllowsThem() throws {
    for (size, width, height) in [("16x32", 16, 32), ("20", 20, 20)] {
      let run = try Program.run(
        "sample", "model", "--size", size, "--steps", "2", "-o", "a.png", folder: folder.url)
      #expect(run.status == 0, "\(run.errors)")
      let picture = try PNGFile(contentsOf: folder.file("a.png")).picture
      #expect(picture.width == width && picture.height == height)
      #expect(try Recipe(inPNG: folder.file("a.png")).size == PictureSize(width: width, height: height))
    }
    let sides = try Program.run(
      "explore", "model", "--size", "33", "--screenshot", "x.svg", folder: folder.url)
    #expect(sides.status == 1 && sides.errors.contains("a side of the sample: 33 is no multiple of 4"))
    let fixed = try Program.run(
      "sample", golden("published/plain.pth").path, "--size", "32", "-o", "b.png", folder: folder.url)
    #expect(
      fixed.status == 1
        && fixed.errors.contains("--size 32x32: this model draws 16x16 alone; leave it out"))
    let wrong = try Program.run("sample", "model", "--size", "0x4", "-o", "b.png", folder: folder.url)
    #expect(wrong.status == 2 && wrong.errors.contains("--size"))
  }

  @Test func theExplorerAndSweepsDrawInOtherSizes() throws {
    let draw = [
      "sample", "model", "--size", "16x32", "--steps", "2", "--seed", "4", "--label", "0", "-o", "a.png",
    ]
    #expect(try Program.run(draw, folder: folder.url).status == 0)
    // Taken up from its picture, and saved again.
    let explore = try Program.run(
      "explore", "a.png", "--screenshot", "e.svg", "--keys", "W", folder: folder.url)
    #expect(explore.status == 0 && explore.errors.isEmpty, "\(explore.errors)")
    let saved = try #require(try folder.names.first { $0.hasSuffix("-model-1.png") })
    #expect(try Data(contentsOf: folder.file(saved)) == Data(contentsOf: folder.file("a.png")))
    let named = try Program.run(
      "explore", "model", "--size", "16x32", "--screen", "90x30", "--steps", "2", "--screenshot", "f.svg",
      "--keys", "w", folder: folder.url)
    #expect(named.status == 0, "\(named.errors)")
    let sheet = try #require(try folder.names.first { $0.contains("-b1_1.3_1-s1_1_0.8.png") })
    let panels = try PNGFile(contentsOf: folder.file(sheet)).picture
    #expect(panels.width > 3 * 128 && panels.height > 256, "each pixel is a square of eight")

    let sweep = try Program.run(
      "sweep", "model", "--x", "b=1,1.4", "--size", "16x32", "--steps", "2", "--seed", "4", "--enlarge", "1",
      "-o", "s.png", folder: folder.url)
    #expect(sweep.status == 0, "\(sweep.errors)")
    #expect(try Recipe(inPNG: folder.file("s.png")).size == PictureSize(width: 16, height: 32))
    let (grid, cell) = (
      try PNGFile(contentsOf: folder.file("s.png")).picture,
      try PNGFile(contentsOf: folder.file("a.png")).picture
    )
    #expect(grid.holds(cell))
  }

  /// The sampler of a panel's model, in the place of all panels'.
  @Test func aPanelTakesTheSamplerThatItsModelBrings() throws {
    let run = try Program.run(
      "compare", "model", "--sampler", "euler", "--steps", "3", "--panel", "b=1", "--panel",
      "sampler=default,b=1.2", "-o", "c.png", folder: folder.url)
    #expect(run.status == 0, "\(run.errors)")
    let panels = try Recipe(inPNG: folder.file("c.png")).panels
    #expect(panels[0].own == nil)
    #expect(panels[1].own?.sampler == .ddim && panels[1].own?.spacing == .trailing)
    let sample = try Program.run(
      "sample", "model", "--steps", "3", "--b", "1.2", "--no-clip", "-o", "d.png", folder: folder.url)
    #expect(sample.status == 0)
    // Clipping is one for all panels, and euler's file says none.
    let (both, alone) = (
      try PNGFile(contentsOf: folder.file("c.png")).picture,
      try PNGFile(contentsOf: folder.file("d.png")).picture
    )
    #expect(both.holds(alone))
  }

  /// Which pictures a U-Net was not trained on stands in its weights' metadata.
  @Test func theLossOnPicturesThatWereHeldOutIsMeasured() throws {
    try TrainCommandTests.writeData(folder, labels: (0..<6).map { "\($0)" })
    let train = try Program.run(
      "train", "--data", "data.safetensors", "-o", "m.safetensors", "--images-seen", "4", "--size", "24",
      "--width", "16", "--depth", "2", "--batch", "4", "--validation", "0.25", folder: folder.url)
    #expect(train.status == 0, "\(train.errors)")
    let weights = try SafetensorsFile(folder.file("model/\(Self.weights)"))
    var writer = SafetensorsWriter()
    writer.metadata["held_out"] = try SafetensorsFile(folder.file("m.safetensors")).metadata["held_out"]
    for name in weights.names { writer.add(name, try weights.tensor(named: name)) }
    try writer.write(to: folder.file("model/\(Self.weights)"))
    let words = [
      "evaluate", "model", "--data", "data.safetensors", "--samples", "40", "--seeds", "1", "--steps", "1",
      "--panel", "b=1", "--precision", "fp32", "--json",
    ]
    let engine = "'\(Program.path)' engine --threads 1"
    let numbers = try [[], ["--engine", engine], ["--engine", "local", "--engine", engine]].map { more in
      let run = try Program.run(words + more, folder: folder.url)
      #expect(run.status == 0, "\(run.errors)")
      return try JSONDecoder().decode(Evaluated.self, from: Data(run.output.utf8)).rows
    }
    // The same whoever evaluates.
    #expect(numbers[0].count == 1 && numbers[1] == numbers[0] && numbers[2] == numbers[0])
  }

  private struct Evaluated: Decodable {
    struct Row: Decodable, Equatable {
      struct Score: Decodable, Equatable { let frechet, nearest: Double }

      let heldOutLoss: Double
      let scores: [Score]
    }

    let rows: [Row]
  }

  /// A published U-ViT's file does not say how many heads it has.
  @Test func headsThatWereSaidStandInThePicture() throws {
    try FileManager.default.copyItem(at: golden("published/classes.pth"), to: folder.file("m.pth"))
    let draw = try Program.run(
      "sample", "m.pth", "--heads", "3", "--steps", "2", "--seed", "5", "--label", "1", "-o", "a.png",
      folder: folder.url)
    #expect(draw.status == 0, "\(draw.errors)")
    #expect(try Recipe(inPNG: folder.file("a.png")).heads == 3)
    let explore = try Program.run(
      "explore", "a.png", "--screenshot", "e.svg", "--keys", "W", folder: folder.url)
    #expect(explore.status == 0 && explore.errors.isEmpty, "\(explore.errors)")
    let saved = try #require(try folder.names.first { $0.hasSuffix("-model-1.png") })
    #expect(try Data(contentsOf: folder.file(saved)) == Data(contentsOf: folder.file("a.png")))
  }
}

extension Picture {
  /// Whether another picture stands somewhere in this one, pixel by pixel.
  fileprivate func holds(_ part: Picture) -> Bool {
    func row(_ picture: Picture, _ row: Int, from column: Int) -> ArraySlice<UInt8> {
      let start = 3 * (row * picture.width + column)
      return picture.pixels[start..<start + 3 * part.width]
    }
    return (0...height - part.height).contains { top in
      (0...width - part.width).contains { left in
        (0..<part.height).allSatisfy { row(self, top + $0, from: left) == row(part, $0, from: 0) }
      }
    }
  }
}
