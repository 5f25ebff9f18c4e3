import Engines
import Foundation
import Models
import Pictures
import Recipes
import TestSupport
import Testing

/// What version 0.1's first round wrote keeps opening, and draws what it drew.
struct CompatibilityTests {
  /// Each picture's recipe, as the command that it stands for, draws the picture: within 1 of 255, since processors
  /// round sums differently.
  @Test(arguments: ["sample-digits", "sample-avatars", "compare-digits", "compare-models", "sweep-digits"])
  func aPictureDrawsWhatItDrew(name: String) throws {
    let folder = try TemporaryFolder()
    let old = golden("compatibility/\(name).png")
    let recipe = try Recipe(inPNG: old)
    let others = try recipe.ownModels.map { identity in
      let model = try LoadedModel(ModelLibrary().file(identity.name), precision: .fp32)
      return KnownModel(identity: identity, reference: identity.name, description: model.description)
    }
    let command = recipe.command(labels: [], others: others, output: folder.path("new.png"))
    let run = try Program.shell("$M " + command.dropFirst("mezzotint ".count))
    #expect(run.status == 0, "\(command): \(run.errors)")
    let new = URL(filePath: folder.path("new.png"))
    #expect(try Recipe(inPNG: new) == recipe)
    let pictures = try [old, new].map { try PNGFile(contentsOf: $0).picture }
    try #require(pictures[0].width == pictures[1].width && pictures[0].height == pictures[1].height)
    let difference = zip(pictures[0].pixels, pictures[1].pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
    #expect(difference <= 1, "differs by \(difference) of 255")
  }

  @Test func itsSettingsFileIsRead() throws {
    let text = try String(contentsOf: golden("compatibility/settings.toml"), encoding: .utf8)
    // Every line counts once its # is gone.
    let lines = text.split(separator: "\n").map { line in
      line.hasPrefix("# ") && line.contains(" = ") ? String(line.dropFirst(2)) : String(line)
    }
    let folder = try TemporaryFolder()
    let place = folder.file("mezzotint")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try Data(lines.joined(separator: "\n").utf8).write(to: place.appending(path: "settings.toml"))
    let run = try Program.shell(
      "$M sample --steps 2 --output out.png", folder: folder.url,
      environment: ["XDG_CONFIG_HOME": folder.url.path])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
  }
}
