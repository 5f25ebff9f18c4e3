import Foundation

/// Asks the terminal whether it keeps a 24-bit colour: sets one, and asks which one is set (DECRQSS).
package enum TerminalColorQuery {
  /// Background 1, 2, 3; what is set now?; and who are you (DA1), which every terminal answers, as a sentinel.
  static let question = "\u{1B}[48;2;1;2;3m\u{1B}P$qm\u{1B}\\\u{1B}[c\u{1B}[0m"

  /// What the terminal said.
  package struct Reply: Hashable, Sendable {
    /// nil: it said nothing about the colour.
    package var hasTruecolor: Bool?
    /// Bytes that were no answer: somebody typed them meanwhile.
    package var typed: [UInt8]

    package init(hasTruecolor: Bool? = nil, typed: [UInt8] = []) {
      self.hasTruecolor = hasTruecolor
      self.typed = typed
    }
  }

  /// Reads a reply out of what came in. Pure.
  package static func reply(in bytes: [UInt8]) -> Reply {
    var reply = Reply()
    var rest = bytes[...]
    while let escape = rest.firstIndex(of: 0x1B) {
      reply.typed += rest[..<escape]
      rest = rest[escape...]
      if rest.starts(with: [0x1B, 0x50]) {
        let end = endOfString(rest) ?? rest.endIndex
        let text = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
        let colons = String(text.map { $0 == ";" ? ":" : $0 })
        reply.hasTruecolor = colons.contains("48:2:1:2:3") || colons.contains("48:2::1:2:3")
        rest = rest[end...]
      } else if rest.starts(with: [0x1B, 0x5B, 0x3F]) {
        let final = rest.dropFirst(3).firstIndex { (0x40...0x7E).contains($0) }
        rest = rest[(final.map { $0 + 1 } ?? rest.endIndex)...]
      } else {
        reply.typed.append(0x1B)
        rest = rest.dropFirst()
      }
    }
    reply.typed += rest
    return reply
  }

  /// Whether the sentinel's answer, `ESC [ ? … c`, is complete.
  package static func isComplete(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while let escape = rest.firstIndex(of: 0x1B) {
      rest = rest[escape...].dropFirst()
      if rest.starts(with: [0x5B, 0x3F]),
        let final = rest.dropFirst(2).first(where: { (0x40...0x7E).contains($0) }), final == 0x63
      {
        return true
      }
    }
    return false
  }

  /// Asks, and waits for at most `limit` milliseconds. The terminal must be in raw mode.
  static func ask(input: Int32, output: Int32, limit: Int = 100) -> Reply {
    var text = Array(question.utf8)
    guard write(output, &text, text.count) == text.count else { return Reply() }
    let clock = ContinuousClock()
    let deadline = clock.now + .milliseconds(limit)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 256)
    while !isComplete(bytes) {
      let left = (deadline - clock.now) / Duration.milliseconds(1)
      if left <= 0 { break }
      var descriptor = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, Int32(left.rounded(.up))) > 0 else { continue }
      let count = read(input, &chunk, chunk.count)
      if count <= 0 { break }
      bytes += chunk[..<count]
    }
    return reply(in: bytes)
  }

  private static func endOfString(_ bytes: ArraySlice<UInt8>) -> Int? {
    var index = bytes.startIndex + 2
    while index < bytes.endIndex {
      if bytes[index] == 0x07 { return index + 1 }
      if bytes[index] == 0x5C, bytes[index - 1] == 0x1B { return index + 1 }
      index += 1
    }
    return nil
  }
}
