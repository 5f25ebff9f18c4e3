import Foundation
import Recipes
import Testing
import Widgets

/// Documents that list what the code has say the same as the code.
struct DocumentTests {
  private static func text(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: name), encoding: .utf8)
  }

  @Test func theArchitecturesRoomsAreThePackagesTargets() throws {
    let package = try Self.text("Package.swift")
    let targets = package.matches(of: /\.(?:target|systemLibrary|executableTarget)\(\s*name: "(\w+)"/)
      .map { String($0.1) }.filter { $0 != "TestSupport" }
    let section = try Self.text("ARCHITECTURE.md").split(separator: "\n## ").first { $0.hasPrefix("Rooms") }
    let rows = try #require(section).split(separator: "\n").filter { $0.hasPrefix("| ") }
    let rooms = rows.dropFirst().compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
    #expect(targets.count > 10)
    #expect(rooms == targets)
  }

  @Test func everyPackageThatIsBuiltOnIsNamedWithTheLicences() throws {
    let packages = try Self.text("Package.swift").matches(of: /\.package\(url: "([^"]+)"/).map {
      String($0.1)
    }
    let licences = try #require(try Self.text("README.md").components(separatedBy: "\n## Licences").last)
    #expect(!packages.isEmpty)
    for package in packages { #expect(licences.contains(package), "\(package)") }
  }

  @Test func theFormatsNameWhateverAPanelMayHaveForItself() throws {
    let row = try Self.text("docs/formats.md").split(separator: "\n").first { $0.hasPrefix("| `own`?") }
    let fields = try #require(row)
    for setting in RunSetting.ofPanels {
      #expect(fields.contains("`\(setting.entry.key)`"), "\(setting.name)")
    }
  }

  @Test func theFormatsNameEveryRoleAndSetting() throws {
    let formats = try Self.text("docs/formats.md")
    for role in ThemeRole.allCases { #expect(formats.contains("`\(role.name)`"), "\(role.name)") }
    let settings = try Program.run("settings").output.matches(of: #/\n# (\w+) = /#).map { String($0.1) }
    #expect(settings.count > 5)
    for key in settings { #expect(formats.contains("`\(key)`"), "\(key)") }
  }
}
