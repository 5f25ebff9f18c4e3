import Foundation

/// The real terminal. ncurses owns its modes and keys; one of two writers owns what is on it.
///
/// It guards the identity of the process's terminal: there can be one at a time.
package final class CursesTerminal: Terminal {
  package private(set) var size: CellSize
  package let colorMode: ColorMode
  package let wakeHandle = WakeHandle()
  package private(set) var statistics = FrameStatistics()
  /// What the user should know about this terminal; written to standard error when the screen is gone.
  package let notices: [String]

  private let screen: CursesScreen
  private let writer: any ScreenWriter
  private var decoder = InputDecoder(keys: CursesKeys.meanings)
  private let signals: (readEnd: Int32, writeEnd: Int32)
  private var patience = EscapePatience()
  /// Events that came while nobody was waiting for them.
  private var early: [InputEvent] = []
  private var inquiry: TerminalInquiry
  /// When the last question was sent.
  private var asked: ContinuousClock.Instant?
  private let insisted: PictureMode?
  /// For the clipboard, once the frame that is on its way is through: in the middle of it, it would spoil both.
  private var clipboard: String?
  private var isOpen = true

  /// Takes the terminal of standard input and output.
  /// - Parameters:
  ///   - colorMode: nil finds out.
  ///   - pictures: a way that the terminal is to be taken to have, whatever it says.
  package init(colorMode flag: ColorMode? = nil, pictures: PictureMode? = nil) throws(TerminalError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
    guard let term = Environment["TERM"] else { throw .termIsUnset }
    if term == "dumb" { throw .cannotMoveCursor(term: term) }

    insisted = pictures
    signals = SelfPipe.make()
    TerminalGuard.install(signalPipe: signals.writeEnd)
    TerminalGuard.screenGoesUp()
    do {
      screen = try CursesScreen(term: term)
    } catch {
      TerminalGuard.screenIsDown()
      TerminalGuard.uninstall()
      throw error
    }
    let detection = ColorModeDetection(
      flag: flag,
      environment: Environment.values(of: ColorModeDetection.variables),
      terminfo: screen.colors)
    size = screen.size
    notices = screen.notices(term: term)
    inquiry =
      detection.needsQuery || detection.mode() == .truecolor
      ? TerminalInquiry(
        asksColor: detection.needsQuery, cells: size,
        environment: Environment.values(of: TerminalInquiry.variables))
      : .none
    var dialogue = TerminalDialogue(input: STDIN_FILENO, output: STDOUT_FILENO)
    early = dialogue.hold(&inquiry, &decoder)
    asked = dialogue.asked
    colorMode = detection.mode(answer: inquiry.abilities.hasTruecolor)
    writer =
      colorMode == .truecolor
      ? DirectWriter(
        isUnicode: screen.isUnicode, abilities: inquiry.abilities,
        preparesRemoval: TerminalGuard.prepareRemoval)
      : CursesWriter(mode: colorMode, isUnicode: screen.isUnicode)
    writer.abilities = known
    // A terminal may have shown a question that it did not understand.
    writer.forget()
    patience.received(
      continues: false, isInDoubt: decoder.isInDoubt, isInAnswer: decoder.isInAnswer, at: .now)
    ControlBytes.send(ControlBytes.modesOn)
  }

  deinit { close() }

  package var pictureModes: [PictureMode] { writer.pictureModes }
  package var pictures: PictureMode {
    get { writer.pictures }
    set { writer.pictures = newValue.orCoarser(of: pictureModes) }
  }

  package var abilities: TerminalAbilities { writer.abilities }
  package var bestPictures: PictureMode { writer.abilities.best(of: pictureModes) }

  package var canDraw: Bool { isOpen && !writer.isBusy }

  package func draw(_ buffer: CellBuffer) {
    guard canDraw else {
      statistics.droppedFrames += 1
      return
    }
    writer.draw(buffer.resized(to: size))
    statistics.frames += 1
    statistics.bytesInLastFrame = writer.bytesInLastFrame
    statistics.bytes += writer.bytesInLastFrame ?? 0
  }

  package func redrawAll() { writer.forget() }

  package func copy(_ text: String) {
    clipboard = ClipboardBytes.sequence(for: text)
    sendClipboard()
  }

  private func sendClipboard() {
    guard let bytes = clipboard, canDraw else { return }
    clipboard = nil
    ControlBytes.send(bytes)
  }

  package func close() {
    guard isOpen else { return }
    isOpen = false
    takeScreenDown()
    TerminalGuard.uninstall()
    Foundation.close(signals.readEnd)
    Foundation.close(signals.writeEnd)
    for notice in notices { ControlBytes.send("mezzotint: \(notice)\n", to: STDERR_FILENO) }
  }

  package func events(timeoutMilliseconds: Int?) -> [InputEvent] {
    guard isOpen else { return [.leave(status: 0)] }
    var events = early
    early = []
    let clock = ContinuousClock()
    let deadline = timeoutMilliseconds.map { clock.now + .milliseconds($0) }
    while events.isEmpty {
      writer.goOn()
      var left = deadline.map { max(0, ($0 - clock.now) / Duration.milliseconds(1)) }
      if let doubt = patience.left(at: clock.now) { left = min(left ?? doubt, doubt) }
      let due = writer.isBusy ? nil : writer.restIsDue
      let rest = due.map { max(0, ($0 - clock.now) / Duration.milliseconds(1)) }
      left = [left, rest].compactMap(\.self).min()
      let ready = wait(milliseconds: left.map { Int32(min($0.rounded(.up), 1e9)) } ?? -1)
      if ready.hasSignals { events += takeSignals() }
      if ready.isGone {
        events.append(.leave(status: 128 + SIGHUP))
      } else if ready.hasInput {
        events += takeInput()
      } else if patience.isOver(at: clock.now) {
        patience.settled()
        events += answering(decoder.settle())
        decoder.giveAnswerUp()
      }
      if ready.wasWoken, wakeHandle.take() { events.append(.wake) }
      if ready.canWrite {
        writer.pump()
        sendClipboard()
        sendQuestion()
        if !writer.isBusy { break }
      }
      if let deadline, clock.now >= deadline { break }
    }
    return events
  }

  private struct Readiness {
    var hasInput = false
    var isGone = false
    var wasWoken = false
    var hasSignals = false
    var canWrite = false
  }

  private func wait(milliseconds: Int32) -> Readiness {
    let output = writer.isBusy ? writer.descriptor ?? -1 : -1
    var descriptors = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wakeHandle.readEnd, events: Int16(POLLIN), revents: 0),
      pollfd(fd: signals.readEnd, events: Int16(POLLIN), revents: 0),
      pollfd(fd: output, events: Int16(POLLOUT), revents: 0),
    ]
    guard poll(&descriptors, nfds_t(descriptors.count), milliseconds) > 0 else { return Readiness() }
    func has(_ index: Int, _ bits: Int32) -> Bool { Int32(descriptors[index].revents) & bits != 0 }
    return Readiness(
      hasInput: has(0, POLLIN), isGone: has(0, POLLHUP | POLLERR | POLLNVAL), wasWoken: has(1, POLLIN),
      hasSignals: has(2, POLLIN), canWrite: has(3, POLLOUT | POLLERR | POLLHUP))
  }

  private func takeInput() -> [InputEvent] {
    var codes = screen.readCodes()
    if codes.isEmpty {
      // Readable, and ncurses found nothing: either it is the end of the file, or it came this moment.
      var byte: UInt8 = 0
      guard wait(milliseconds: 0).hasInput else { return [] }
      if read(STDIN_FILENO, &byte, 1) != 1 { return [.leave(status: 128 + SIGHUP)] }
      codes = [Int32(byte)]
    }
    let decoded = decoder.receive(codes)
    let continues = codes.first == 0x5B || codes.first == 0x4F
    patience.received(
      continues: continues, isInDoubt: decoder.isInDoubt, isInAnswer: decoder.isInAnswer, at: .now)
    return takeAnswers() + answering(decoded)
  }

  /// Answers that come later than the start waits for them.
  private func takeAnswers() -> [InputEvent] {
    let answers = decoder.takeAnswers()
    if answers.isEmpty { return [] }
    let before = inquiry.abilities
    for answer in answers { inquiry.take(answer) }
    sendQuestion()
    if inquiry.abilities == before { return [] }
    writer.abilities = known
    return [.canShow(pictureModes, best: bestPictures, cell: cell)]
  }

  private var known: TerminalAbilities {
    var abilities = inquiry.abilities.insisting(on: insisted)
    abilities.cell = abilities.cell ?? CursesScreen.cell(STDOUT_FILENO)
    return abilities
  }

  /// Between two frames, as a question in the middle of one would spoil both.
  private func sendQuestion() {
    guard inquiry.hasQuestion, canDraw, let question = inquiry.nextQuestion() else { return }
    // A terminal may show a question that it does not understand; it is drawn over.
    if inquiry.isOpen { writer.forget() }
    ControlBytes.send(question)
    asked = .now
  }

  private func answering(_ decoded: [InputEvent]) -> [InputEvent] {
    var events: [InputEvent] = []
    for event in decoded {
      if event == .key(.character("z"), .control) {
        events += suspend()
      } else {
        events.append(event)
      }
    }
    return events
  }

  private func takeSignals() -> [InputEvent] {
    var events: [InputEvent] = []
    for signal in pendingSignals() {
      switch signal {
      case SIGINT: events.append(.interrupt)
      case SIGTERM, SIGHUP, SIGQUIT: events.append(.leave(status: 128 + signal))
      case SIGTSTP: events += suspend()
      case SIGCONT: events += resume()  // After SIGSTOP, of which nobody is told.
      case SIGWINCH: events += takeSize()
      default: break
      }
    }
    return events
  }

  private func pendingSignals() -> [Int32] {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(signals.readEnd, &bytes, bytes.count)
    TerminalGuard.leavesWereRead()
    return count > 0 ? bytes[..<count].map(Int32.init) : []
  }

  private func takeSize() -> [InputEvent] {
    let now = screen.size
    if now == size { return [] }
    size = now
    screen.resize(to: now)
    inquiry.screenChanged(to: now)
    writer.abilities = known
    writer.forget()
    sendQuestion()
    return [.resized(now)]
  }

  private func suspend() -> [InputEvent] {
    takeScreenDown()
    TerminalGuard.suspendJob()
    // The signal that woke us is in the pipe; the others there still count.
    let others = pendingSignals().filter { $0 != SIGCONT && $0 != SIGTSTP && $0 != SIGWINCH }
    TerminalGuard.screenGoesUp()
    return resume() + others.map { $0 == SIGINT ? .interrupt : .leave(status: 128 + $0) }
  }

  private func takeScreenDown() {
    if writer.discard() { ControlBytes.cancelOutput() }
    // Or the answers are typed into the shell.
    if inquiry.isOpen, let asked { TerminalDialogue.awaitEnd(of: inquiry, decoder, asked: asked) }
    ControlBytes.send(writer.pictureRemoval)
    ControlBytes.send(ControlBytes.modesOff)
    screen.takeDown()
    TerminalGuard.screenIsDown()
  }

  private func resume() -> [InputEvent] {
    screen.putUp()
    ControlBytes.send(ControlBytes.modesOn)
    _ = writer.discard()
    writer.forget()
    return takeSize() + [.resumed]
  }
}
