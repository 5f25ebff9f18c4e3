import ArgumentParser
import Files
import Foundation
import Tensors

@main
struct Mezzotint: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch a diffusion model work in the terminal, and steer it.",
    discussion: """
      Without a command mezzotint explores the bundled model: Model 1 (b 1.0, s 1.0), Model 2 (b 1.3, s 1.0) \
      and Model 3 (b 1.0, s 0.8) run side by side from the same noise, and every slider acts on the next step.

      b and s are FreeU's two factors (arXiv:2309.11497): b scales the backbone where its averaged feature map \
      is high, s the lowest frequencies of the long skip connections. The mask is a mixture of Gaussians over \
      the distance of two patches (arXiv:2309.05375) that multiplies the attention's scores.

      Results go to standard output, progress and messages to standard error. Exit status: 0 it worked, \
      1 it failed, 2 wrong usage.
      """,
    version: "0.1.0",
    subcommands: [
      ExploreCommand.self, TourCommand.self, SampleCommand.self, CompareCommand.self, SweepCommand.self,
      ForwardCommand.self, InfoCommand.self, ModelsCommand.self, BenchCommand.self, TrainCommand.self,
      CurvesCommand.self, SpectraCommand.self, AttentionCommand.self, EvaluateCommand.self,
      EngineCommand.self, ReplayCommand.self, ScriptCommand.self, SettingsCommand.self,
    ],
    defaultSubcommand: ExploreCommand.self)

  static func main() {
    OpenMPSettings.settle()
    StandardStream.settle()
    // A closed pipe at the other end of standard output is an error to report, not a signal to die of.
    signal(SIGPIPE, SIG_IGN)
    // A limit on the size of files is an error of the file, as a full disk is.
    signal(SIGXFSZ, SIG_IGN)
    do {
      try ProcessLimits.requireRoom()
      try DebugLog.requireWritable()
      if let found = ConvolutionSetting.unknown {
        throw UsageError(
          description:
            "\(ConvolutionSetting.name) is \(quoted(found)), expected \(ConvolutionSetting.direct), or nothing"
        )
      }
      let given = Array(CommandLine.arguments.dropFirst())
      DebugLog.note("mezzotint \(configuration.version): \(given.map(shellQuoted).joined(separator: " "))")
      if given.first == "help", let text = Suggestion.command(for: given) {
        throw UsageError(description: text)
      }
      if SettingsFile.command(of: given) != nil { SettingsFile.current.warnings.forEach(complain) }
      var command = try parseAsRoot(SettingsFile.current.applied(to: given))
      try command.run()
    } catch {
      leave(with: error)
    }
  }

  /// Says what went wrong and ends the program; `--help` and `--version` come this way too.
  private static func leave(with error: any Error) -> Never {
    if let failure = error as? UsageError {
      complain(failure.description)
      Foundation.exit(2)
    }
    let code = exitCode(for: error)
    switch code {
    case .success:
      do {
        try say(fullMessage(for: error))
      } catch {
        complain("\(error)")
        Foundation.exit(1)
      }
      Foundation.exit(0)
    case .validationFailure:
      if let text = Suggestion.command(for: Array(CommandLine.arguments.dropFirst())) {
        complain(text)
        Foundation.exit(2)
      }
      try? StandardStream.error.write(visible(fullMessage(for: error)) + "\n")
      Foundation.exit(2)
    default:
      if !(error is ExitCode) { complain(wording(of: error)) }
      Foundation.exit(code.rawValue)
    }
  }
}

/// The command was called in a way, or at a place, in which it cannot work.
struct UsageError: Error, CustomStringConvertible {
  let description: String
}

/// A result, on standard output.
/// - Throws: `FileError` where it cannot be written: what was asked for is then lost.
func say(_ text: String, end: String = "\n") throws { try StandardStream.output.write(visible(text) + end) }

/// One line on standard error. Where even that cannot be written nobody can be told, and the work goes on.
func complain(_ line: String) {
  StatusLine.takeAway()
  try? StandardStream.error.write("mezzotint: \(visible(line))\n")
}
