import ArgumentParser

struct TourCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tour",
    abstract: "See in ten stops what b, s and the mask do.",
    discussion: """
      The explorer with a guide: each stop sets knobs and says in two sentences what there is to see. enter goes on, \
      backspace goes back, esc leaves; all other keys do what they do without it, so that any knob may be turned.
      """)

  @OptionGroup var explorer: ExploreCommand

  func run() throws { try explorer.explore(touring: true) }
}
