import Denoising

extension RelativeDistance {
  /// What is nearer is taken for the same: two engines do not round alike.
  static let same = 1e-4

  var isSame: Bool { value < Self.same }

  /// `=`, or `≠12%`: two digits.
  var sign: String {
    if isSame { return "=" }
    let percent = value * 100
    guard percent < 999.5 else { return "≠>999%" }
    return "≠\(number(percent, decimals: percent >= 9.95 ? 0 : percent >= 0.995 ? 1 : 2))%"
  }
}
