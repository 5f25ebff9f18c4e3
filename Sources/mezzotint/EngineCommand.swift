import ArgumentParser
import Engines
import Foundation

struct EngineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engine",
    abstract: "Evaluate networks for a mezzotint on another machine.",
    discussion: """
      Speaks the protocol of docs/engine-protocol.md on standard input and output, and is not called by hand: the \
      other side starts it, and it ends with it.

      Example: mezzotint explore --engine "ssh big mezzotint engine" avatars
      """)

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Threads to compute on, at most one per CPU.", valueName: "n")
  )
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads \(threads): expected 1 or more.") }
  }

  func run() throws {
    guard isatty(STDIN_FILENO) == 0, isatty(STDOUT_FILENO) == 0 else {
      throw UsageError(
        description:
          "engine: expected a mezzotint at the other end, found a terminal; give this command to its --engine"
      )
    }
    let server = try EngineServer(
      EngineLink(reading: STDIN_FILENO, writing: STDOUT_FILENO),
      program: "mezzotint \(Mezzotint.configuration.version)", threads: threads)
    do {
      try server.serve()
    } catch let defect as MessageDefect {
      throw UsageError(description: "engine: \(defect); give this command to the --engine of a mezzotint")
    }
  }
}
