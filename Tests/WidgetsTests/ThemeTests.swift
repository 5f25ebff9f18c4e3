import Console
import Foundation
import Pictures
import TestSupport
import Testing
import Widgets

@Suite struct ThemeTests {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("themes")
  static let library = ThemeLibrary(directories: [folder])

  @Test func theEightThemesAreThere() {
    #expect(
      Self.library.names == [
        "dark", "gruvbox", "high-contrast", "light", "mono", "nord", "solarized-dark", "solarized-light",
      ])
  }

  @Test func theThemeInTheProgramIsTheOneInTheFile() throws {
    let loaded = try Self.library.load("dark")
    #expect(loaded.theme == Theme.dark)
    #expect(loaded.warnings == [])
    #expect(try ThemeLibrary(directories: []).load("dark").theme == Theme.dark)
  }

  @Test(arguments: library.names) func themesAreLegible(name: String) throws {
    let loaded = try Self.library.load(name)
    #expect(loaded.warnings == [])
    #expect(loaded.theme.name == name)
    let grounds = [loaded.theme, loaded.theme.inPopup]
    for theme in grounds {
      for (role, least) in [
        (ThemeRole.text, 4.5), (.title, 4.5), (.muted, 3), (.accent, 3), (.selected, 3), (.key, 3),
        (.warning, 3), (.error, 3), (.sliderKnob, 3),
      ] {
        let style = theme[role]
        let contrast = contrast(style.foreground, style.background)
        #expect(contrast >= least, "\(name) \(role.name): \(contrast)")
      }
    }
  }

  @Test(arguments: library.names) func theEndsOfADifferenceAreFarApart(name: String) throws {
    let theme = try Self.library.load(name).theme
    #expect(theme.color(.positive).distance(to: theme.color(.negative)) > 20_000)
    #expect(contrast(theme.color(.heatLow), theme.color(.heatHigh)) > 3)
  }

  @Test func rolesMayNameThePaletteOrBeTables() {
    let loaded = read(
      """
      [palette]
      sea = "#0af"
      [roles]
      accent = "sea"
      popup = "#101112"
      title = { fg = "sea", bg = "#000000", bold = true, underline = true }
      """)
    #expect(loaded.warnings == [])
    #expect(loaded.theme.color(.accent) == RGB(hex: 0x00AAFF))
    #expect(loaded.theme.inPopup[.text].background == RGB(hex: 0x101112))
    #expect(loaded.theme[.title].background == .black)
    #expect(loaded.theme[.title].attributes == [.bold, .underline])
    #expect(loaded.theme[.text] == Theme.dark[.text])
  }

  @Test func wrongEntriesWarnAndTheRestCounts() {
    let loaded = read(
      """
      name = 3
      colour = "red"
      [palette]
      sea = "blue"
      sky = "#00ff00"
      [roles]
      accent = "sea"
      key = "sky"
      sparkle = "#ffffff"
      title = 7
      text = { fg = "sky", blink = true }
      """)
    #expect(loaded.theme.color(.key) == RGB(hex: 0x00FF00))
    #expect(loaded.theme.color(.text) == RGB(hex: 0x00FF00))
    #expect(loaded.theme.color(.accent) == Theme.dark.color(.accent))
    let places = loaded.warnings.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
    #expect(
      Set(places) == [
        "mine.toml: name", "mine.toml: colour", "mine.toml: palette.sea", "mine.toml: roles.accent",
        "mine.toml: roles.sparkle", "mine.toml: roles.title", "mine.toml: roles.text.blink",
      ])
  }

  @Test func aSyntaxErrorKeepsTheDefaultAndNamesTheLine() {
    let loaded = read("name = \"x\"\n[roles\naccent = 1")
    #expect(loaded.theme == Theme.dark)
    #expect(loaded.warnings.count == 1)
    #expect(loaded.warnings.first?.hasPrefix("mine.toml, line 2: ") == true)
  }

  @Test func aThemeInheritsRolesAndRepaintsThePalette() throws {
    try withFolder([
      "parent.toml": "[palette]\nsea = \"#000011\"\n[roles]\naccent = \"sea\"\nkey = \"#000022\"",
      "child.toml": "inherits = \"parent\"\n[palette]\nsea = \"#000033\"\n[roles]\ntext = \"sea\"",
    ]) { library in
      let loaded = try library.load("child")
      #expect(loaded.warnings == [])
      #expect(loaded.theme.name == "child")
      #expect(loaded.theme.color(.accent) == RGB(hex: 0x000033))
      #expect(loaded.theme.color(.text) == RGB(hex: 0x000033))
      #expect(loaded.theme.color(.key) == RGB(hex: 0x000022))
    }
  }

  @Test func inheritingInACircleOrFromNothingWarns() throws {
    try withFolder([
      "a.toml": "inherits = \"b\"", "b.toml": "inherits = \"a\"", "c.toml": "inherits = \"nobody\"",
      "d.toml": "inherits = \"d\"\n[roles]\naccent = \"#010203\"",
    ]) { library in
      #expect(try library.load("a").warnings == ["b.toml: inherits \"a\" leads back to itself"])
      #expect(
        try library.load("c").warnings.first?.hasPrefix("c.toml: inherits \"nobody\" is not there") == true)
      let loaded = try library.load("d")
      #expect(loaded.warnings.count == 1)
      #expect(loaded.theme.color(.accent) == RGB(hex: 0x010203))
    }
  }

  @Test func aThemeIsLoadedByPathAndAnUnknownNameListsTheOthers() throws {
    let path = Self.folder.appendingPathComponent("nord.toml").path
    #expect(try Self.library.load(path).theme.name == "nord")
    #expect(throws: ThemeError.unknown(name: "nrod", known: Self.library.names)) {
      try Self.library.load("nrod")
    }
    #expect(throws: ThemeError.self) { try Self.library.load("/nowhere/at-all.toml") }
  }

  private func read(_ text: String) -> LoadedTheme {
    ThemeFile.theme(text: text, label: "mine.toml", name: "mine")
  }

  private func withFolder(_ files: [String: String], _ body: (ThemeLibrary) throws -> Void) throws {
    let folder = try TemporaryFolder(files)
    try body(ThemeLibrary(directories: [folder.url]))
  }

  /// WCAG 2.1's contrast ratio, 1…21.
  private func contrast(_ a: RGB, _ b: RGB) -> Double {
    func luminance(_ color: RGB) -> Double {
      func linear(_ value: UInt8) -> Double {
        let s = Double(value) / 255
        return s <= 0.04045 ? s / 12.92 : pow((s + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
    }
    let (light, dark) = (max(luminance(a), luminance(b)), min(luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)
  }
}
