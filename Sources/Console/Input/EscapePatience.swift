/// How long an ESC waits for what may belong to it: the beginning of an arrow and the key itself are the same byte.
///
/// A slow line tears sequences apart, so the wait is longer than its gaps are seen to be; on all others it stays
/// short enough that the key is felt to act at once.
package struct EscapePatience: Sendable {
  /// Milliseconds. Lines that are torn by less than this never show it.
  package private(set) var milliseconds = 150.0
  private static let most = 600.0
  /// An answer is no key, however torn; but one without an end does not take the keyboard away for good.
  private static let untilAnswerIsNone = 2000.0
  /// Since when there is doubt.
  private var since: ContinuousClock.Instant?
  private var isInAnswer = false

  package init() {}

  /// A burst of input was read.
  /// - Parameters:
  ///   - continues: it begins as what follows an ESC that is no key.
  ///   - isInAnswer: the decoder is in the middle of an answer.
  package mutating func received(
    continues: Bool, isInDoubt: Bool, isInAnswer: Bool = false, at now: ContinuousClock.Instant
  ) {
    if isInAnswer, self.isInAnswer { return }
    self.isInAnswer = isInAnswer
    if let since, continues {
      // It did belong to it: the line has gaps like this one.
      let gap = (now - since) / .milliseconds(1)
      milliseconds = min(Self.most, max(milliseconds, 2.5 * gap))
    }
    since = isInDoubt || isInAnswer ? now : nil
  }

  /// What was in doubt was taken for what it looks like.
  package mutating func settled() { (since, isInAnswer) = (nil, false) }

  /// Milliseconds until nothing more is waited for; nil where there is no doubt.
  package func left(at now: ContinuousClock.Instant) -> Double? {
    since.map { max(0, (isInAnswer ? Self.untilAnswerIsNone : milliseconds) - (now - $0) / .milliseconds(1)) }
  }

  package func isOver(at now: ContinuousClock.Instant) -> Bool { left(at: now) == 0 }
}
