import Foundation

/// Asks a terminal in raw mode, and waits a little for its answers.
///
/// What is not answered by then is answered late: the decoder tells it from keys for as long as the program runs.
struct TerminalDialogue {
  /// A start that waits is felt from a fifth of a second on. Terminals answer within a few milliseconds, at the end
  /// of an ssh connection within a few dozen; who takes longer is answered to later.
  private static let limit = Duration.milliseconds(120)
  /// Whoever has said nothing for so long will not.
  private static let hope = Duration.seconds(1)
  private static let farewell = Duration.milliseconds(200)

  let input, output: Int32
  private(set) var asked: ContinuousClock.Instant?

  init(input: Int32, output: Int32) { (self.input, self.output) = (input, output) }

  /// - Returns: what somebody typed meanwhile.
  mutating func hold(_ inquiry: inout TerminalInquiry, _ decoder: inout InputDecoder) -> [InputEvent] {
    let clock = ContinuousClock()
    let deadline = clock.now + Self.limit
    var events: [InputEvent] = []
    while let question = inquiry.nextQuestion() {
      ControlBytes.send(question, to: output)
      asked = clock.now
      while inquiry.isOpen, let bytes = Self.read(from: input, until: deadline) {
        events += decoder.receive(bytes)
        for answer in decoder.takeAnswers() { inquiry.take(answer) }
      }
    }
    return events
  }

  /// The program leaves: answers that are still under way are waited for a moment, and thrown away with what
  /// else was typed.
  static func awaitEnd(
    of inquiry: TerminalInquiry, _ decoder: InputDecoder, asked: ContinuousClock.Instant
  ) {
    let now = ContinuousClock.now
    guard now - asked < hope else { return }
    var (inquiry, decoder) = (inquiry, decoder)
    while inquiry.isOpen, let bytes = read(from: STDIN_FILENO, until: now + farewell) {
      _ = decoder.receive(bytes)
      for answer in decoder.takeAnswers() { inquiry.take(answer) }
    }
    tcflush(STDIN_FILENO, TCIFLUSH)
  }

  /// nil where nothing came in time, or never will.
  private static func read(from input: Int32, until deadline: ContinuousClock.Instant) -> [Int32]? {
    let left = (deadline - .now) / .milliseconds(1)
    var descriptor = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
    guard left > 0, poll(&descriptor, 1, Int32(left.rounded(.up))) > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = Foundation.read(input, &bytes, bytes.count)
    return count > 0 ? bytes[..<count].map(Int32.init) : nil
  }
}
