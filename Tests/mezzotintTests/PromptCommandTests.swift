import Checkpoints
import Denoising
import Foundation
import Pictures
import Recipes
import Tensors
import TestSupport
import Testing

/// The bundled model that draws from text, as commands open it.
struct PromptCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ words: String...) throws -> Program.Outcome {
    try Program.run(words + ["--precision", "fp32"], folder: folder.url)
  }

  private func picture(_ name: String) throws -> Picture {
    try PNGFile(contentsOf: folder.file(name)).picture
  }

  @Test func aPictureSaysWhatItWasDrawnFromAndComesBack() throws {
    let drawn = try run(
      "sample", "emoji", "--prompt", "a cat on blue", "--negative", "dog", "--steps", "4", "--guidance", "3",
      "-o", "a.png", "--save-trajectory", "t.safetensors")
    #expect(drawn.status == 0, "\(drawn.errors)")
    let recipe = try Recipe(inPNG: folder.file("a.png"))
    #expect(recipe.run.prompts == ["a cat on blue"] && recipe.run.negatives == ["dog"])
    #expect(try picture("a.png").width == 64)
    // What the copied command draws is the same to the byte.
    let command = recipe.command(labels: [], clips: recipe.sampler.clip, output: "b.png")
    #expect(command.contains("--prompt 'a cat on blue' --negative dog"))
    let again = try Program.shell(command.replacing("mezzotint", with: "$M"), folder: folder.url)
    #expect(again.status == 0, "\(again.errors)")
    #expect(
      try Data(contentsOf: folder.file("a.png")) == Data(contentsOf: folder.file("b.png")), "\(command)")
    let trajectory = try SafetensorsFile(folder.file("t.safetensors"))
    #expect(try trajectory.shape(of: "final") == [1, 4, 16, 16])
    #expect(try trajectory.shape(of: "image") == [1, 3, 64, 64])
    let explored = try run("explore", "a.png", "--screenshot", "a.svg")
    #expect(explored.status == 0, "\(explored.errors)")
  }

  /// A1111's way of keeping it, which other programs read.
  @Test func othersReadThePictureAndTheirsAreRead() throws {
    let drawn = try run(
      "sample", "emoji", "--prompt", "a cat, on blue", "--negative", "dog", "--steps", "4", "--b", "1.2,1.4",
      "--freeu-rule", "channels", "--sampler", "euler-ancestral", "-o", "a.png")
    #expect(drawn.status == 0, "\(drawn.errors)")
    let text = try #require(try PNGFile(contentsOf: folder.file("a.png")).text(Infotext.keyword))
    #expect(text.hasPrefix("a cat, on blue\nNegative prompt: dog\nSteps: 4, Sampler: Euler a,"), "\(text)")
    #expect(text.contains("Size: 64x64, Model: emoji, FreeU Stages: "))
    let theirs = PNGFile(
      try picture("a.png"), texts: [.init(keyword: Infotext.keyword, text: text)])
    try Data(theirs.encoded()).write(to: folder.file("theirs.png"))
    let explored = try run("explore", "theirs.png", "--screenshot", "a.svg")
    #expect(explored.status == 0, "\(explored.errors)")
    let screen = try String(contentsOf: folder.file("a.svg"), encoding: .utf8)
    // Every word stands by itself.
    for word in [">cat,<", ">blue”<", ">euler-ancestral<"] { #expect(screen.contains(word), "\(word)") }
  }

  @Test func imagesTakePromptsInTurn() throws {
    let options = ["--steps", "2", "--guidance", "2", "--precision", "fp32"]
    func draw(_ name: String, _ words: [String]) throws {
      let run = try Program.run(
        ["sample", "emoji", "-o", name] + words + options, folder: folder.url)
      #expect(run.status == 0, "\(run.errors)")
    }
    try draw("two.png", ["--prompt", "a cat", "--prompt", "pizza", "--count", "3", "--columns", "3"])
    try draw("cats.png", ["--prompt", "a cat", "--count", "3", "--columns", "3"])
    try draw("pizzas.png", ["--prompt", "pizza", "--count", "3", "--columns", "3"])
    let pictures = try ["two.png", "cats.png", "pizzas.png"].map(picture)
    func part(_ picture: Picture, _ image: Int) -> [UInt8] {
      (0..<64).flatMap { row -> ArraySlice<UInt8> in
        let start = (row * 192 + image * 64) * 3
        return picture.pixels[start..<start + 64 * 3]
      }
    }
    for image in 0..<3 {
      #expect(part(pictures[0], image) == part(pictures[image == 1 ? 2 : 1], image), "image \(image)")
    }
    #expect(part(pictures[1], 1) != part(pictures[2], 1))
  }

  @Test func everyCommandReadsPrompts() throws {
    var writer = SafetensorsWriter()
    writer.add("x", Tensor([1, 4, 16, 16], values: (0..<1024).map { Float($0 % 7) / 3 - 1 }))
    writer.add("t", Tensor([1], values: [500]))
    try writer.write(to: folder.file("x.safetensors"))
    for words in [
      ["compare", "emoji", "--prompt", "a cat", "--steps", "2", "-o", "c.png"],
      [
        "compare", "emoji", "--prompt", "a cat", "--panel", "prompt=a dog, on red,b=1.2", "--steps", "2",
        "-o",
        "p.png",
      ],
      ["sweep", "emoji", "--x", "prompt=a cat,a dog", "--y", "b=1,1.2", "--steps", "2", "-o", "s.png"],
      ["sample", "emoji", "--prompt", "a cat", "--size", "96x64", "--steps", "2", "-o", "l.png"],
      ["forward", "emoji", "--input", "x.safetensors", "--prompt", "a cat", "-o", "o.safetensors"],
      ["bench", "emoji", "--batch", "1", "--rounds", "1", "--json"],
    ] {
      let run = try Program.run(words + ["--precision", "fp32"], folder: folder.url)
      #expect(run.status == 0, "\(words): \(run.errors)")
    }
    let own = try Recipe(inPNG: folder.file("p.png")).panels[0]
    #expect(own.own?[.prompt] == .texts(["a dog, on red"]) && own.knobs.b == 1.2)
    #expect(try picture("l.png").width == 96)
    let info = try Program.run("info", "emoji", folder: folder.url).output
    for words in [
      "Stable Diffusion", "64x64", "latents", "draws from", "text", "AutoencoderTiny", "three guided panels",
    ] {
      #expect(info.contains(words), "\(words)")
    }
    #expect(try Program.run("models", folder: folder.url).output.contains("emoji\t64x64\tno mask\tfrom text"))
  }

  @Test func aLongPromptIsSaidToBeReadInPieces() throws {
    let prompt = Array(repeating: "cat", count: 100).joined(separator: " ")
    let drawn = try run("sample", "emoji", "--prompt", prompt, "--steps", "1", "-o", "a.png")
    #expect(drawn.status == 0 && drawn.errors.contains("is long: it is read in 2 pieces"), "\(drawn.errors)")
  }

  @Test(arguments: [
    (["emoji"], 2, "--prompt: this model draws from text; say what"),
    (["avatars", "--prompt", "a cat"], 1, "--prompt: this model reads no text; leave it out"),
    (["emoji", "--prompt", "a", "--size", "66"], 1, "expected multiples of 4"),
    (["emoji", "--prompt", "a", "--guidance", "nan"], 2, "--guidance nan: expected a number"),
    (["emoji", "--prompt", "a", "--label", "cat"], 1, "--label cat: this model has no labels"),
    (
      ["emoji", "--prompt", String(repeating: "a", count: 30_000)], 1,
      "the prompt has 30000 characters, expected at most 20000; shorten it"
    ),
  ])
  func whatCannotBeIsOneLine(words: [String], status: Int, message: String) throws {
    let run = try Program.run(["sample", "-o", "a.png"] + words, folder: folder.url)
    #expect(run.status == Int32(status) && run.errors.contains(message), "\(run.errors)")
    #expect(status == 2 || run.errors.split(separator: "\n").count == 1)
    #expect(!FileManager.default.fileExists(atPath: folder.path("a.png")))
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    let run = try Program.shell(
      #"$M sample emoji --prompt "$(printf 'a\377b')" -o a.png"#, folder: folder.url)
    #expect(run.status == 1 && run.errors.contains("no UTF-8 text"), "\(run.errors)")
  }
}
