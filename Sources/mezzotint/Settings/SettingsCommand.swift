import ArgumentParser

struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Print a settings file to start from.",
    discussion: """
      Everything in it is a comment that shows a default. Your own settings are read from \
      $XDG_CONFIG_HOME/mezzotint/settings.toml, or ~/.config/mezzotint/settings.toml; options go before them.

      Example: mezzotint settings > ~/.config/mezzotint/settings.toml
      """)

  @Flag(help: "Print the path of your settings file instead.")
  var path = false

  func run() throws { try say(path ? SettingsFile.url.path : Setting.file, end: path ? "\n" : "") }
}
