/// A word as a POSIX shell reads it back.
package func shellQuoted(_ word: String) -> String {
  let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=,+@%".contains($0)) }
  return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
}

/// A name from a file for a line on a terminal: control characters escaped, long names cut.
package func quoted(_ name: String) -> String {
  let shown = name.unicodeScalars.prefix(80).map { scalar in
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
      scalar.escaped(asASCII: true)
    default: String(scalar)
    }
  }
  return "'\(shown.joined())\(name.unicodeScalars.count > 80 ? "…" : "")'"
}
