/// How many colours a terminal gets. The raw values are what people write after `--color`.
package enum ColorMode: String, CaseIterable, Sendable {
  case truecolor
  case colors256 = "256"
  case colors16 = "16"
  case colors8 = "8"
  case mono
}

/// What terminfo says about a terminal.
package struct TerminfoColors: Hashable, Sendable {
  /// `COLORS` after `start_color`; 0 or less: none.
  package var colors: Int
  /// The flag `RGB` or tmux's `Tc`.
  package var hasDirectColor: Bool

  package init(colors: Int, hasDirectColor: Bool = false) {
    self.colors = colors
    self.hasDirectColor = hasDirectColor
  }
}

/// Which colour mode a terminal gets: a pure function, in the order in which the sources are to be trusted.
package struct ColorModeDetection: Sendable {
  /// What it looks at in the environment.
  static let variables = ["TERM", "COLORTERM", "TMUX", "NO_COLOR"]

  /// `--color`; nil for auto.
  package var flag: ColorMode?
  package var environment: [String: String]
  package var terminfo: TerminfoColors

  package init(flag: ColorMode?, environment: [String: String], terminfo: TerminfoColors) {
    self.flag = flag
    self.environment = environment
    self.terminfo = terminfo
  }

  /// - Parameter answer: what the terminal said when it was asked whether it shows 24-bit colours
  ///   (`TerminalColorQuery`); nil when it was not asked or said nothing.
  package func mode(answer: Bool? = nil) -> ColorMode {
    if let certain { return certain }
    if needsQuery, answer == true { return .truecolor }
    switch terminfo.colors {
    case 256...: return .colors256
    case 16...: return .colors16
    case 8...: return .colors8
    default: return .mono
    }
  }

  /// Whether the terminal itself has to be asked: ssh drops `COLORTERM`, so that many a terminal with
  /// 24-bit colours looks like one with 256.
  package var needsQuery: Bool {
    certain == nil && (terminfo.colors >= 256 || isUnderstated) && value("COLORTERM").isEmpty && !isScreen
  }

  /// The mode, where it is known before the number of colours counts.
  private var certain: ColorMode? {
    if let flag { return flag }
    if !value("NO_COLOR").isEmpty || terminfo.colors < 8 { return .mono }
    if terminfo.colors > 256 || terminfo.hasDirectColor { return .truecolor }
    if !value("TMUX").isEmpty { return .truecolor }
    if ["truecolor", "24bit"].contains(value("COLORTERM")), !isScreen { return .truecolor }
    return nil
  }

  /// Their descriptions have 8 colours, for the oldest of their kind.
  private var isUnderstated: Bool {
    let term = value("TERM")
    return terminfo.colors >= 8 && (term == "xterm" || term.hasPrefix("mlterm"))
  }

  /// GNU screen 4 mangles 24-bit colours, and it inherits `COLORTERM` from the terminal around it.
  private var isScreen: Bool { value("TERM").hasPrefix("screen") && value("TMUX").isEmpty }

  private func value(_ name: String) -> String { environment[name] ?? "" }
}
