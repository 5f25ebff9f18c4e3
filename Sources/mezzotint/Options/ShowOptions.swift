import ArgumentParser
import Console
import Files
import Foundation
import Pictures

/// Whether a picture that was written is also drawn into the terminal, and how.
struct ShowOptions: ParsableArguments {
  @Flag(help: "Also draw the picture into the terminal, once it is written.")
  var show = false

  @Option(help: PicturesChoice.help) var pictures: PicturesChoice = .auto

  func validate() throws {
    if show, isatty(STDERR_FILENO) == 0 {
      throw ValidationError(
        "--show: expected a terminal to draw into, found none on standard error; leave it out.")
    }
  }

  /// Onto standard error, where what is said for people stands.
  func draw(_ page: SheetPage) throws {
    guard show, let terminal = StreamTerminal(descriptor: STDERR_FILENO, pictures: pictures.mode)
    else { return }
    try StandardStream.error.write(terminal.lines(showing: page.picture()))
  }
}
