/// One number of a model's mixture masks: α or σ of a kernel, for one head of one block.
package struct MixtureKey: Hashable, Sendable, Codable, Comparable {
  package enum Parameter: String, Hashable, Sendable, Codable, CaseIterable {
    case alpha
    case sigma
  }

  /// From the first encoder block to the last decoder block, the middle one between them.
  package let block: Int
  package let head: Int
  package let kernel: Int
  package let parameter: Parameter

  package init(block: Int, head: Int, kernel: Int, parameter: Parameter) {
    (self.block, self.head, self.kernel, self.parameter) = (block, head, kernel, parameter)
  }

  package static func < (left: MixtureKey, right: MixtureKey) -> Bool {
    (left.block, left.head, left.kernel, left.parameter.rawValue)
      < (right.block, right.head, right.kernel, right.parameter.rawValue)
  }

  /// As on the command line: `block.head.kernel.alpha`.
  package var text: String { "\(block).\(head).\(kernel).\(parameter.rawValue)" }

  /// - Returns: nil for text of another form.
  package init?(text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, let block = Int(parts[0]), let head = Int(parts[1]), let kernel = Int(parts[2]),
      block >= 0, head >= 0, kernel >= 0, let parameter = Parameter(rawValue: String(parts[3]))
    else { return nil }
    self.init(block: block, head: head, kernel: kernel, parameter: parameter)
  }
}

extension MixtureMask {
  /// A learned number.
  package func learned(_ key: MixtureKey) -> Float {
    (key.parameter == .alpha ? alpha : sigma).values[key.kernel * heads + key.head]
  }

  /// The mask with some of its numbers replaced.
  /// - Parameter block: this mask's; edits of other blocks are passed over.
  package func edited(_ edits: [MixtureEdit], block: Int) -> MixtureMask {
    var (alpha, sigma) = (self.alpha, self.sigma)
    for edit in edits where edit.key.block == block && edit.key.head < heads && edit.key.kernel < kernels {
      let place = edit.key.kernel * heads + edit.key.head
      if edit.key.parameter == .alpha {
        alpha.values[place] = Float(edit.value)
      } else {
        sigma.values[place] = Float(edit.value)
      }
    }
    return MixtureMask(alpha: alpha, sigma: sigma)
  }
}
