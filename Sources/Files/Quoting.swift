/// A word as a shell reads it back: plain, in single quotes, or with escapes (`$'…'`, POSIX 2024) where something in
/// it would steer a terminal that it is pasted into.
package func shellQuoted(_ word: String) -> String {
  let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=,+@%".contains($0)) }
  if isPlain, !word.isEmpty { return word }
  guard word.unicodeScalars.contains(where: \.steersTerminals) else {
    return "'" + word.replacing("'", with: "'\\''") + "'"
  }
  let escaped = word.unicodeScalars.map { scalar in
    if scalar.steersTerminals || scalar == "'" || scalar == "\\" {
      UTF8.encode(scalar)?.map { "\\" + octal($0) }.joined() ?? ""
    } else {
      String(scalar)
    }
  }
  return "$'" + escaped.joined() + "'"
}

private func octal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 8)
  return String(repeating: "0", count: 3 - digits.count) + digits
}

/// A name from a file for a line on a terminal: control characters escaped, long names cut.
package func quoted(_ name: String) -> String {
  let shown = name.unicodeScalars.prefix(80).map { scalar in
    switch scalar.properties.generalCategory {
    case .privateUse, .unassigned: scalar.escaped(asASCII: true)
    default: scalar.steersTerminals ? scalar.escaped(asASCII: true) : String(scalar)
    }
  }
  return "'\(shown.joined())\(name.unicodeScalars.count > 80 ? "…" : "")'"
}

/// Text for a terminal or a log, in which nothing is left that a terminal would obey; line ends and tabs stay.
///
/// Everything that is printed goes through this, wherever it came from.
package func visible(_ text: String) -> String {
  func isFine(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\n" || scalar == "\t" || !scalar.steersTerminals
  }
  if text.unicodeScalars.allSatisfy(isFine) { return text }
  return text.unicodeScalars.map { isFine($0) ? String($0) : $0.escaped(asASCII: true) }.joined()
}

extension Unicode.Scalar {
  /// Controls, and what is not seen but changes how the rest is: the direction of text, the end of a line.
  package var steersTerminals: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    // What joins emoji and letters is part of the text.
    case .format: value != 0x200C && value != 0x200D
    default: false
    }
  }
}
