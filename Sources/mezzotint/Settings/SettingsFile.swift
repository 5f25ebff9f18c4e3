import ArgumentParser
import Files
import Foundation
import Recipes

/// A person's own defaults. Each setting is an option of the same name, put before what the command line says: so
/// it is read, checked and overruled exactly as options are.
struct SettingsFile: Sendable {
  /// By key, those that are good.
  private(set) var values: [String: String] = [:]
  /// One line for each thing that was skipped.
  private(set) var warnings: [String] = []

  /// The file of whoever runs this process, read once.
  static let current = SettingsFile(url)

  static var url: URL { ConfigFolder.url().appending(path: "settings.toml") }

  init(_ url: URL) {
    guard FileManager.default.fileExists(atPath: url.path) else { return }
    do {
      read(try String(contentsOf: url, encoding: .utf8), label: url.lastPathComponent)
    } catch {
      warnings = ["\(url.lastPathComponent) cannot be read; check its permissions and that it is UTF-8"]
    }
  }

  /// - Parameter label: the file's name, for messages.
  private mutating func read(_ text: String, label: String) {
    do {
      let file = try TOMLEntries(text, label: label)
      warnings = file.warnings
      for entry in file.entries { take(entry) }
    } catch {
      warnings = ["\(error); until then the defaults are used"]
    }
  }

  private mutating func take(_ entry: TOMLEntries.Entry) {
    guard let setting = Setting.all.first(where: { $0.key == entry.key }) else {
      let known = Setting.all.map(\.key).joined(separator: ", ")
      warnings.append("\(entry.place): there is no setting \(entry.key); the settings are \(known)")
      return
    }
    do {
      try setting.check(entry.text)
      values[entry.key] = entry.text
    } catch {
      let reason = ExploreCommand.message(for: error).split(separator: "\n").first ?? "it is not possible"
      warnings.append("\(entry.place): \(entry.key) was skipped: \(reason)")
    }
  }

  /// The model that is meant where none is given.
  var model: String? { values["model"] }

  /// What the command line means for this person.
  /// - Parameter given: without the program's name.
  func applied(to given: [String]) -> [String] {
    let name = Self.command(of: given)
    guard let name, !values.isEmpty else { return given }
    // A picture's recipe says how it was drawn; a setting must not draw it in another way.
    let resumes = given.contains { $0.lowercased().hasSuffix(".png") } && name == "explore"
    let isElsewhere = given.contains { $0 == "--engine" || $0.hasPrefix("--engine=") }
    let settings = Setting.all.filter {
      $0.commands.contains(name) && !(resumes && $0.key == "precision")
        // They are this machine's.
        && !(isElsewhere && $0.key == "threads")
    }
    let words = settings.flatMap { setting in values[setting.key].map { ["--\(setting.key)", $0] } ?? [] }
    return [name] + words + (given.first == name ? Array(given.dropFirst()) : given)
  }

  /// The command that the words call; nil where it has no settings, or is about the program itself.
  static func command(of given: [String]) -> String? {
    let names = Mezzotint.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    let first = given.first ?? "explore"
    if names.contains(first) { return Setting.all.contains { $0.commands.contains(first) } ? first : nil }
    let others = ["--help", "-h", "--version", "--generate-completion-script", "--experimental-dump-help"]
    return others.contains { first == $0 || first.hasPrefix("--help-") } ? nil : "explore"
  }
}
