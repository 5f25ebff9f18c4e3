import ArgumentParser
import Console

/// What `explore` writes down while it runs.
struct RecordingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Record what the screen shows, as asciicast v2 (for asciinema).", valueName: "file.cast"),
    completion: .file(extensions: ["cast"]))
  var record: String?

  @Option(
    name: .customLong("record-actions"),
    help: ArgumentHelp("Record what is done, for `mezzotint replay`.", valueName: "file.jsonl"),
    completion: .file(extensions: ["jsonl"]))
  var actions: String?

  /// The terminal with a recorder beside it, where that is wanted. It is closed when there cannot be one.
  func wrap(_ terminal: any Terminal) throws -> any Terminal {
    guard let record else { return terminal }
    do {
      return try RecordingTerminal(terminal, to: record)
    } catch {
      terminal.close()
      throw error
    }
  }
}
