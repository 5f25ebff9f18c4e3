import Foundation

/// Numbers and times, which stand without quotes.
extension TOMLParser {
  /// nil for what is no whole number, or more than 64 bits hold.
  static func integer(_ word: String) -> Int? {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where word.hasPrefix(prefix) {
      guard let digits = plainDigits(word.dropFirst(2), { $0.isHexDigit }) else { return nil }
      return Int(digits, radix: radix)
    }
    let digits = word.drop { $0 == "+" || $0 == "-" }
    guard word.count - digits.count <= 1, let plain = plainDigits(digits, { ("0"..."9").contains($0) }),
      plain.count == 1 || !plain.hasPrefix("0")
    else { return nil }
    return Int((word.hasPrefix("-") ? "-" : "") + plain)
  }

  /// nil for what is no number with a point, an exponent, or inf or nan.
  static func number(_ word: String) -> Double? {
    let unsigned = word.drop { $0 == "+" || $0 == "-" }
    guard word.count - unsigned.count <= 1 else { return nil }
    switch unsigned {
    case "inf": return word.hasPrefix("-") ? -.infinity : .infinity
    case "nan": return .nan
    default: break
    }
    // Whole part, then a point with digits on both sides, an exponent, or both.
    guard
      word.wholeMatch(of: /[+-]?(0|[1-9](_?[0-9])*)(\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9])*)?/) != nil,
      unsigned.contains(where: { $0 == "." || $0 == "e" || $0 == "E" })
    else { return nil }
    return Double(word.filter { $0 != "_" })
  }

  /// The digits without the lines between them, each of which has a digit on either side.
  private static func plainDigits(_ text: Substring, _ isDigit: (Character) -> Bool) -> String? {
    let groups = text.split(separator: "_", omittingEmptySubsequences: false)
    guard groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && isDigit($0) } }) else {
      return nil
    }
    return groups.joined()
  }

  static func isDay(_ word: String) -> Bool { word.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil }

  /// A day, a time of day, or both.
  static func isTime(_ word: String) -> Bool {
    isDay(word)
      || word.wholeMatch(
        of:
          /([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt])?[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})/
      ) != nil
  }
}
