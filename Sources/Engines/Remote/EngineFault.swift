import Files

/// Why an engine elsewhere did not do what it was asked for.
package struct EngineFault: Error, Hashable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    /// It could not be started; the system's own word.
    case start(String)
    /// It is gone, or never was; its last words on standard error.
    case ended(String?)
    /// It sent what is no message of the protocol.
    case message(MessageDefect)
    /// It said nothing for so long.
    case silent(seconds: Int)
    /// What it says itself of a request that it cannot meet; the connection stands.
    case refused(String)
  }

  /// As a person called it.
  package let engine: String
  package let kind: Kind

  package init(_ engine: String, _ kind: Kind) { (self.engine, self.kind) = (engine, kind) }

  /// Whether there is nobody any more who could be asked again.
  package var isLoss: Bool { if case .refused = kind { false } else { true } }

  package var description: String {
    let name = "engine \(quoted(engine))"
    return switch kind {
    case .start(let reason): "\(name) cannot be started: \(reason); check the command"
    case .ended(nil): "\(name) ended; check that its command runs by itself, then try again"
    case .ended(let words?): "\(name) ended: \(words); mend that, then try again"
    case .message(let defect):
      "\(name): \(defect); check that its command starts a mezzotint engine and prints nothing else"
    case .silent(let seconds):
      "\(name) said nothing for \(seconds) seconds; check the line and the machine, then try again"
    case .refused(let text): "\(name): \(text)"
    }
  }
}

extension String {
  /// Of another program, for one line: nothing in it acts on a terminal, and it ends.
  func asOneLine(most: Int = 400) -> String {
    let words = split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let shown = visible(String(words.unicodeScalars.prefix(most)))
    return words.unicodeScalars.count > most ? shown + "…" : shown
  }
}
