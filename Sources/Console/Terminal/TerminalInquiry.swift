/// The questions that a terminal is asked once, and what its answers come to. Pure: whoever has the terminal sends
/// `nextQuestion` and hands over what comes, however late.
///
/// Terminals answer in the order of the questions, and all answer the last one (DA1), which thus ends a round. The
/// second round has kitty's graphics: some old terminals print such a question, so those known for it are not asked.
package struct TerminalInquiry: Sendable {
  private enum Stage { case first, firstAsked, second, secondAsked, size, over }

  package private(set) var abilities = TerminalAbilities()
  private var stage: Stage
  private let asksColor: Bool
  private var cells: CellSize

  /// - Parameters:
  ///   - asksColor: whether 24-bit colours are kept.
  ///   - cells: of the screen; the text's area in pixels is divided by it.
  ///   - environment: what is believed where the terminal says nothing.
  package init(asksColor: Bool, cells: CellSize, environment: [String: String] = [:]) {
    (self.asksColor, self.cells) = (asksColor, cells)
    stage = .first
    abilities.isInTmux = environment["TMUX"]?.isEmpty == false
    if !abilities.isInTmux { abilities.name = TerminalName(environment: environment) }
  }

  /// Nothing is asked.
  package static let none: TerminalInquiry = {
    var inquiry = TerminalInquiry(asksColor: false, cells: CellSize(columns: 0, rows: 0))
    inquiry.stage = .over
    return inquiry
  }()

  package static let variables = ["TMUX"] + TerminalName.variables

  /// A question has not been answered to its end.
  package var isOpen: Bool { stage == .firstAsked || stage == .secondAsked }
  package var hasQuestion: Bool { stage == .first || stage == .second || stage == .size }

  /// What to send now; nil where nothing is to be asked before there are answers.
  package mutating func nextQuestion() -> String? {
    switch stage {
    case .first:
      stage = .firstAsked
      return Self.firstRound(asksColor: asksColor)
    case .second:
      stage = .secondAsked
      return abilities.isInTmux ? TmuxPassthrough.wrapped(Self.throughTmux) : Self.secondRound
    case .size:
      stage = .over
      return abilities.isInTmux ? TmuxPassthrough.wrapped(Self.cellSize) : Self.cellSize
    case .firstAsked, .secondAsked, .over: return nil
    }
  }

  /// The screen has another size: perhaps because its letters have. Where that is known it is asked again.
  package mutating func screenChanged(to cells: CellSize) {
    self.cells = cells
    if stage == .over, isCellExact { stage = .size }
  }

  // MARK: Questions

  private static let sentinel = "\u{1B}[c"
  private static let name = "\u{1B}[>0q"
  private static let cellSize = "\u{1B}[16t\u{1B}[14t"
  /// A pixel that is not kept (`a=q`).
  private static let graphicsID = 31
  private static let graphics = "\u{1B}_Gi=\(graphicsID),s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\"

  /// Background 1, 2, 3, what is set now?; name; sizes; the most colours and the largest size of sixel.
  static func firstRound(asksColor: Bool) -> String {
    let color = asksColor ? "\u{1B}[48;2;1;2;3m\u{1B}P$qm\u{1B}\\\u{1B}[0m" : ""
    return color + name + cellSize + "\u{1B}[?1;1;0S\u{1B}[?2;4;0S" + sentinel
  }

  private static let throughTmux = graphics + name + cellSize + sentinel

  /// After the question a trial: a pixel that is text of two cells, and where is the cursor? A terminal that does not
  /// know pictures as text draws the pixel, and moves the cursor behind it.
  static let secondRound =
    graphics
    + "\u{1B}7\u{1B}[\(trialRow + 1);1H\u{1B}_Ga=T,U=1,i=\(trialID),s=1,v=1,f=24,c=2,r=1;AAAA\u{1B}\\\u{1B}[6n"
    + "\u{1B}_Ga=d,d=I,i=\(trialID),q=2\u{1B}\\\u{1B}8" + sentinel

  private static let trialID = 32
  /// Not the first: there the answer might be a function key with a modifier.
  private static let trialRow = 1

  // MARK: Answers

  package mutating func take(_ answer: TerminalAnswer) {
    switch answer {
    case .cell, .textArea: break
    default: if stage == .over || stage == .size { return }
    }
    switch answer {
    case .color(let isKept): abilities.hasTruecolor = isKept
    case .name(let text): take(name: text)
    case .cell(let size): (abilities.cell, isCellExact) = (size, true)
    case .textArea(let area):
      guard !isCellExact, cells.columns > 0, cells.rows > 0 else { return }
      abilities.cell = PixelSize(cellOf: area.width / cells.columns, area.height / cells.rows)
    case .cursor(let point) where point.row == Self.trialRow: isTrialText = point.column == 0
    case .cursor: break
    case .graphics(Self.graphicsID, _): knowsGraphics = true
    case .graphics(Self.trialID, let message): isTrialTaken = message == "OK"
    case .graphics: break
    case .sixelColors(let count): abilities.sixelColors = max(2, min(256, count))
    case .largestSixel(let size): abilities.largestSixel = size
    case .features(let features): end(features)
    }
  }

  private var isCellExact = false
  private var knowsGraphics = false
  private var isTrialTaken = false
  private var isTrialText = false
  /// Of the terminal around tmux.
  private var outerName: TerminalName?

  private mutating func take(name text: String) {
    guard let name = TerminalName(text) else { return }
    if name.brand == "tmux" {
      (abilities.name, abilities.isInTmux) = (name, true)
    } else if abilities.isInTmux {
      outerName = name
    } else {
      abilities.name = name
    }
  }

  private mutating func end(_ features: [Int]) {
    if stage == .firstAsked {
      // tmux says so whatever the terminal around it can.
      abilities.hasSixel = features.dropFirst().contains(4) && !abilities.isInTmux
      stage = abilities.name.map(Self.printsGraphics) == true ? .over : .second
    } else if stage == .secondAsked {
      stage = .over
      if knowsGraphics { abilities.kitty = hasText ? .inCells : abilities.isInTmux ? nil : .overCells }
    }
  }

  /// A trial in tmux would move a cursor that tmux takes to be its own.
  private var hasText: Bool {
    guard abilities.isInTmux else { return isTrialTaken && isTrialText }
    return outerName.map { name in
      name.brand == "ghostty" || name.brand == "kitty" && !name.version.lexicographicallyPrecedes([0, 28])
    } ?? false
  }

  /// Those that show the body of a string that they do not know.
  private static func printsGraphics(_ name: TerminalName) -> Bool {
    ["rlogin", "terminology"].contains(name.brand)
      || name.brand == "konsole" && name.version.lexicographicallyPrecedes([22, 4])
  }
}

/// What tmux hands on to the terminal around it, where its option `allow-passthrough` is on.
package enum TmuxPassthrough {
  package static func wrapped(_ text: String) -> String {
    "\u{1B}Ptmux;" + text.replacing("\u{1B}", with: "\u{1B}\u{1B}") + "\u{1B}\\"
  }
}
