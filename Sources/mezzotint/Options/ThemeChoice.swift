import Explorer
import Files
import Foundation
import Models
import Recipes
import Widgets

/// The theme asked for, and behind it the others that `t` goes through. A class because it remembers what the
/// files said last, to tell what changed.
final class ThemeChoice {
  private(set) var all: [Theme]
  private(set) var warnings: [String]
  /// Of each theme, the name or path that it was loaded by.
  private let sources: [String]

  /// Own themes stand before those that come with the program.
  static var library: ThemeLibrary {
    ThemeLibrary(directories: [ConfigFolder.url().appending(path: "themes")] + Resources.folders("themes"))
  }

  /// - Throws: `ThemeError` where there is no such theme.
  init(_ name: String) throws {
    let library = Self.library
    let chosen = try library.load(name)
    var (all, sources, warnings) = ([chosen.theme], [name], chosen.warnings)
    for other in library.names where other != chosen.theme.name {
      guard let loaded = try? library.load(other) else { continue }
      warnings += loaded.warnings
      all.append(loaded.theme)
      sources.append(other)
    }
    (self.all, self.sources, self.warnings) = (all, sources, warnings)
  }

  /// The folders with files that these themes may come from.
  var folders: [URL] {
    let paths = sources.filter { $0.contains("/") || $0.hasSuffix(".toml") }
    let own = paths.map {
      URL(filePath: ($0 as NSString).expandingTildeInPath).resolvingSymlinksInPath()
        .deletingLastPathComponent()
    }
    return Self.library.directories + own
  }

  /// Reads the files again. A theme that cannot be read, half written perhaps, stays as it was.
  /// - Returns: what is new, if anything is.
  func reload() -> [ExplorerMessage] {
    let before = (all, warnings)
    warnings = []
    for (place, source) in sources.enumerated() {
      do {
        let loaded = try Self.library.load(source)
        warnings += loaded.warnings
        if loaded.isWhole { all[place] = loaded.theme }
      } catch {
        warnings.append("\(error)")
      }
    }
    guard (all, warnings) != before else { return [] }
    return [.themesChanged(all, warning: warnings.first)]
  }
}
