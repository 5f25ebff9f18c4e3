import Foundation

/// Where a person's own settings, presets and themes are.
package enum ConfigFolder {
  /// `$XDG_CONFIG_HOME/mezzotint`, or `~/.config/mezzotint`. A relative XDG_CONFIG_HOME is to be ignored, as the
  /// XDG Base Directory Specification says.
  package static func url(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> URL {
    let home =
      environment["HOME"].map { URL(filePath: $0) } ?? FileManager.default.homeDirectoryForCurrentUser
    let named = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? URL(filePath: $0) : nil }
    return (named ?? home.appending(path: ".config")).appending(path: "mezzotint")
  }
}
