import Files
import Models

/// What somebody probably meant by a word that nothing is called.
enum Suggestion {
  /// Letters that may be wrong: one of a short word, two of a longer one.
  private static func mostWrong(_ word: String) -> Int { word.count < 5 ? 1 : 2 }

  /// - Parameter arguments: as the program was called.
  /// - Returns: nil where nothing is near.
  static func text(for reference: String, known: [String], arguments: [String]) -> String? {
    let commands = Mezzotint.configuration.subcommands.compactMap { $0.configuration.commandName }
    // Without a command the first word is a model of explore's.
    if arguments.dropFirst().first == reference, let command = nearest(to: reference, of: commands) {
      return "did you mean the command \(command)?"
    }
    return nearest(to: reference, of: known).map { "did you mean \($0)?" }
  }

  /// A first word that is no command, no model and no file, but nearly a command.
  /// - Parameter given: the arguments, without the program.
  /// - Returns: nil where the arguments are wrong in another way.
  static func command(for given: [String]) -> String? {
    let names = Mezzotint.configuration.subcommands.compactMap { $0.configuration.commandName }
    let words = given.first == "help" ? given.dropFirst() : given[...]
    guard let word = words.first, !word.hasPrefix("-"), !(names + ["help"]).contains(word) else { return nil }
    let isModel = given.first != "help" && (try? ModelLibrary().file(word)) != nil
    guard !isModel, let meant = nearest(to: word, of: names) else {
      return given.first == "help" ? "there is no command \(quoted(word)); see mezzotint --help" : nil
    }
    return "there is no command \(quoted(word)); did you mean the command \(meant)?"
  }

  private static func nearest(to word: String, of names: [String]) -> String? {
    let distances = names.map { (name: $0, distance: distance(word.lowercased(), $0)) }
    return distances.filter { $0.distance <= mostWrong(word) }.min { $0.distance < $1.distance }?.name
  }

  /// Letters to put in, leave out, replace or swap with their neighbour: optimal string alignment.
  static func distance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first), Array(second))
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var best = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
        row.append(best)
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}

/// With what was probably meant.
func wording(of error: ModelLibraryError) -> String {
  guard case .unknown(let reference, let known, let advice) = error,
    let meant = Suggestion.text(for: reference, known: known, arguments: CommandLine.arguments)
  else { return "\(error)" }
  return "\(ModelLibraryError.unknown(reference: reference, known: known, advice: "\(meant) Or \(advice)"))"
}
