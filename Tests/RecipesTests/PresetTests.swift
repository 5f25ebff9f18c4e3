import Denoising
import Foundation
import Recipes
import TestSupport
import Testing

struct PresetTests {
  private static var unusual: Knobs {
    var knobs = Knobs(b: 0, s: -0.5)
    (knobs.version, knobs.skipFilter, knobs.threshold, knobs.blocks) = (1, .uniform, 3, [0, 2])
    knobs.freeUSteps = Knobs.StepRange(from: 0.00001, to: 0.75)
    (knobs.alphaGain, knobs.sigmaGain, knobs.maskStrength) = (-1, 1.0 / 3, 1000)
    return knobs
  }

  @Test func everyKnobSurvivesAsText() throws {
    for blocks in [nil, [], [1], [0, 3]] as [Set<Int>?] {
      var before = Self.unusual
      before.blocks = blocks
      var after = Knobs()
      for knob in Knob.allCases { try knob.set(knob.text(of: before), in: &after) }
      #expect(after == before)
    }
  }

  @Test func aPresetFileBringsBackEveryKnob() throws {
    let preset = Preset(name: "Größe \"✓\" \\ ", knobs: Self.unusual, isOwn: true)
    let text = PresetFile.text(of: preset)
    for knob in Knob.allCases { #expect(text.contains("\n\(knob.name) = ")) }
    let loaded = try PresetFile.read(text, label: "x.toml", name: "x")
    #expect(loaded.preset == preset)
    #expect(loaded.warnings.isEmpty)
  }

  @Test func wrongEntriesAreSkippedWithTheirLine() throws {
    let loaded = try PresetFile.read(
      "# mine\nb = 1.2\ns = \"wide\"\ncolour = 3\nblocks = [0, 2]\nthreshold = 1.5", label: "a.toml",
      name: "a")
    #expect(loaded.preset.knobs.b == 1.2)
    #expect(loaded.preset.knobs.s == 1)
    #expect(loaded.preset.knobs.blocks == [0, 2])
    #expect(
      loaded.warnings == [
        "a.toml, line 3: s wide: expected a number from -1000 to 1000",
        "a.toml, line 4: colour is no knob, and was skipped",
        "a.toml, line 6: threshold 1.5: expected a whole number from 0 to 1024",
      ])
  }

  @Test func ownPresetsStandBeforeTheOthersAndBadFilesAreSkipped() throws {
    let folder = try TemporaryFolder([
      "mine.toml": "b = 1.1", "off.toml": "name = \"off\"\nb = 1.05", "broken.toml": "b = 1\ns = = 2\n",
      "notes.txt": "no preset",
    ])
    let (presets, warnings) = PresetLibrary(folder: folder.url).load()
    #expect(presets.prefix(2).map(\.name) == ["mine", "off"])
    #expect(presets.filter { $0.name == "off" }.map(\.knobs.b) == [1.05])
    #expect(warnings.count == 1)
    #expect(warnings.first?.hasPrefix("broken.toml, line 2: ") == true)
    #expect(presets.count == Preset.builtIn.count + 1)
  }

  @Test func savingNeverTakesTheNameOfAnother() throws {
    let folder = try TemporaryFolder(["my-own.toml": "name = \"something else\""])
    let library = PresetLibrary(folder: folder.url)
    #expect(try library.save(Preset(name: "My own", knobs: Self.unusual)) == "my-own-2.toml")
    #expect(try library.preset(named: "my own").knobs == Self.unusual)
    #expect(throws: PresetError.taken(name: "My own")) {
      try library.save(Preset(name: "My own", knobs: Knobs()))
    }
    // As a built-in one: an own one may stand in its place.
    _ = try library.save(Preset(name: "off", knobs: Self.unusual))
    #expect(try library.preset(named: "off").knobs == Self.unusual)
  }

  @Test func aPresetWithAMistakeIsRefusedByItsLine() throws {
    let folder = try TemporaryFolder([
      "misspelt.toml": "b = 1.3\nmask-strenght = 0.5\nthreshold = 1.5\n", "broken.toml": "= =\n",
      "off.toml": "b = 2",
    ])
    let library = PresetLibrary(folder: folder.url)
    let misspelt = #expect(throws: PresetError.self) { try library.preset(named: "misspelt") }
    #expect(
      misspelt?.description == "misspelt.toml, line 2: mask-strenght is no knob, and was skipped (and 1 more)"
    )
    let broken = #expect(throws: PresetError.self) { try library.preset(named: "broken") }
    #expect(broken?.description.hasPrefix("broken.toml, line 1: ") == true)
    #expect(try library.preset(named: "off").knobs.b == 2)
    #expect(try library.preset(named: "soft mask").knobs.maskStrength == 0.5)
  }

  @Test func presetsAreFoundByNameAndByItsBeginning() throws {
    let folder = try TemporaryFolder()
    let library = PresetLibrary(folder: folder.url)
    #expect(try library.preset(named: "Soft-Mask").knobs.maskStrength == 0.5)
    #expect(try library.preset(named: "late").name == "late freeu")
    #expect(throws: PresetError.self) { try library.preset(named: "freeu") }
    #expect(throws: PresetError.self) { try library.preset(named: "nothing") }
  }

  @Test func builtInPresetsHaveNamesOfTheirOwn() {
    #expect(Set(Preset.builtIn.map(\.name)).count == Preset.builtIn.count)
    #expect(Preset.builtIn.first?.knobs == Knobs())
  }
}
