import Foundation
import Pictures
import Recipes
import TestSupport
import Testing

/// What `sample` and `compare` write as sheets, and what is refused.
struct SheetCommandTests {
  private static let short = ["--steps", "2", "--precision", "fp32"]

  @Test func aSheetHasThePixelsOfTheBarePicture() throws {
    let folder = try TemporaryFolder()
    let common = ["compare", "digits"] + Self.short
    for (name, more) in [
      ("bare.png", []), ("plain.png", ["--scale", "3", "--plain"]), ("s.png", ["--scale", "3"]),
    ] {
      let run = try Program.run(common + more + ["-o", folder.path(name)])
      #expect(run.status == 0, "\(run.errors)")
    }
    let bare = try PNGFile(contentsOf: folder.file("bare.png")).picture
    #expect(bare.width == 3 * 32 && bare.height == 32)
    #expect(try PNGFile(contentsOf: folder.file("plain.png")).picture == bare.enlarged(by: 3))
    let sheet = try PNGFile(contentsOf: folder.file("s.png"))
    #expect(sheet.picture.width > 3 * 96 && sheet.picture[0, 0] == SheetTheme.dark.background)
    #expect(try Recipe(inPNG: folder.file("s.png")).panels == Panel.models)
    // The first image stands somewhere on it, pixel for pixel.
    let first = Picture(
      width: 32, height: 32,
      pixels: (0..<32).flatMap { row in bare.pixels[row * 96 * 3..<row * 96 * 3 + 96] }
    ).enlarged(by: 3)
    let isThere = (0...sheet.picture.height - 96).contains { y in
      (0...sheet.picture.width - 96).contains { x in
        sheet.picture[x, y] == first[0, 0]
          && (0..<96).allSatisfy { row in
            let start = ((y + row) * sheet.picture.width + x) * 3
            return sheet.picture.pixels[start..<start + 288].elementsEqual(
              first.pixels[row * 288..<row * 288 + 288])
          }
      }
    }
    #expect(isThere)
  }

  /// Image i takes the label at i mod their number; a recipe, and its command, say all of them.
  @Test func severalLabelsAreDrawnInTurn() throws {
    let folder = try TemporaryFolder()
    func drawn(_ name: String, _ labels: [String]) throws -> Picture {
      let options = labels.flatMap { ["--label", $0] }
      let run = try Program.run(
        ["sample", "digits", "--count", "4", "--columns", "4"] + Self.short + options + [
          "-o", folder.path(name),
        ])
      #expect(run.status == 0, "\(run.errors)")
      return try PNGFile(contentsOf: folder.file(name)).picture
    }
    func image(_ index: Int, of sheet: Picture) -> [[UInt8]] {
      (0..<32).map { row in
        Array(sheet.pixels[(row * 128 + 32 * index) * 3..<(row * 128 + 32 * index + 32) * 3])
      }
    }
    let (both, seven, two) = (
      try drawn("a.png", ["7", "2"]), try drawn("b.png", ["7"]), try drawn("c.png", ["2"])
    )
    for index in 0..<4 {
      #expect(image(index, of: both) == image(index, of: index % 2 == 0 ? seven : two))
      #expect(image(index, of: seven) != image(index, of: two))
    }
    let recipe = try Recipe(inPNG: folder.file("a.png"))
    #expect(recipe.run.labels == [7, 2] && recipe.label == nil)
    #expect(recipe.command(labels: [], output: "x.png").contains(" --label 7 --label 2 "))
    let replayed = try Program.run(
      "explore", "a.png", "--screenshot", "a.svg", "--screen", "120x36", folder: folder.url)
    #expect(replayed.status == 0, "\(replayed.errors)")
    let wrong = try Program.run(
      "sample", "digits", "--label", "7", "--label", "x", "-o", folder.path("d.png"))
    #expect(wrong.status == 1 && wrong.errors.contains("--label x: this model has no such label"))
  }

  /// (arguments, columns, rows)
  @Test(arguments: [
    (["sample", "--count", "3"], 2, 2), (["sample", "--count", "3", "--columns", "3"], 3, 1),
    (["compare", "--count", "2", "--panel", "b=1"], 1, 2), (["compare", "--count", "2"], 3, 2),
  ])
  func barePixelsStandAsEver(arguments: [String], columns: Int, rows: Int) throws {
    let folder = try TemporaryFolder()
    for more in [[], ["--scale", "2"]] {
      let run = try Program.run(arguments + Self.short + more + ["-o", folder.path("a.png")])
      #expect(run.status == 0, "\(run.errors)")
      let picture = try PNGFile(contentsOf: folder.file("a.png")).picture
      let isBare = picture.width == 32 * columns && picture.height == 32 * rows
      #expect(isBare == more.isEmpty)
      if !more.isEmpty { #expect(picture.width > 64 * columns && picture.height > 64 * rows) }
    }
  }

  @Test func theSuffixDecides() throws {
    let folder = try TemporaryFolder()
    for (name, begin) in [
      ("a.svg", "<svg "), ("a.pdf", "%PDF-1.4"), ("a.PNG", "\u{FFFD}PNG"), ("a", "\u{FFFD}PNG"),
    ] {
      let run = try Program.run(
        ["sample", "digits", "--count", "3", "--b", "1.3", "--light"] + Self.short + [
          "-o", folder.path(name),
        ])
      #expect(run.status == 0, "\(run.errors)")
      let data = try Data(contentsOf: folder.file(name))
      #expect(String(decoding: data, as: UTF8.self).hasPrefix(begin), "\(name)")
    }
    let svg = try String(contentsOf: folder.file("a.svg"), encoding: .utf8)
    #expect(svg.contains("Model 1 · b 1.3 · digits") && svg.contains("fill=\"#ffffff\""))
    #expect(svg.split(separator: "<image ").count == 4)
  }

  @Test(arguments: [
    "sample -o z.jpg", "compare -o z.webp", "sweep --x b=1,2 -o z.gif",
    "explore --screenshot z.png",
  ])
  func aSuffixOfSomethingElseIsRefused(arguments: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program.shell("exec \"$M\" \(arguments)", folder: folder.url)
    #expect(run.status == 2)
    #expect(run.errors.contains("expected a name that ends in .") && run.errors.hasSuffix("\n"))
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    #expect(try folder.names.isEmpty)
  }

  @Test(arguments: [
    ("sampel", "did you mean the command sample?"), ("sampel avatars -o x.png", "the command sample?"),
    ("compar digits --count 2 -o x.png", "the command compare?"), ("trian --data x", "the command train?"),
    ("infoo avatars", "the command info?"), ("help sampel", "the command sample?"),
    ("help xyzzy", "see mezzotint --help"),
    ("swep", "did you mean the command sweep?"),
    ("explroe", "did you mean the command explore?"), ("sample digts -o a.png", "did you mean digits?"),
    ("sample nothing-like-it -o a.png", "give a model's file or folder"),
  ])
  func aWrongWordIsAnsweredWithTheRightOne(arguments: String, words: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program.shell("exec \"$M\" \(arguments)", folder: folder.url)
    #expect(run.status != 0)
    #expect(run.errors.contains(words), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
  }
}
