import Foundation
import Tensors

/// One attention between the places of a map, worked out beside the network from the queries and keys that a pass has
/// left of its first image.
struct ProbedAttention {
  private let heads: Int
  /// Tokens before those of the patches.
  private let extras: Int
  private let grid: Grid
  /// [token, width], the heads side by side in the width.
  private let queries: [Float]
  /// [width, token]: the sum over a head's width runs along rows.
  private let keys: [Float]
  /// Of each head M by the squared distance of two patches; nil where M is 1.
  private let masks: [[Float]]?

  /// - Parameters:
  ///   - queries: whose first numbers are [token, width]; so are those of `keys`.
  ///   - extras: tokens before those of the patches, for which M is 1.
  ///   - mask: as it is edited.
  ///   - knobs: how they bend it.
  init(
    queries: Buffer, keys: Buffer, heads: Int, extras: Int, grid: Grid, mask: MixtureMask, _ knobs: MaskKnobs
  ) {
    let (tokens, width) = (extras + grid.count, queries.shape[queries.shape.count - 1])
    (self.heads, self.extras, self.grid) = (heads, extras, grid)
    self.queries = queries.load(tokens * width)
    let rows = keys.load(tokens * width)
    self.keys = (0..<width).flatMap { column in (0..<tokens).map { rows[$0 * width + column] } }
    let furthest = (grid.rows - 1) * (grid.rows - 1) + (grid.columns - 1) * (grid.columns - 1)
    masks =
      knobs.strength == 0
      ? nil
      : (0..<heads).map { head in
        (0...furthest).map { mask.value(head: head, squaredDistance: $0, knobs) }
      }
  }

  private var tokens: Int { extras + grid.count }

  /// - Parameter names: of the extra tokens.
  /// - Returns: nil for a patch that is not there.
  func probe(from patch: Int, names: [String] = []) -> AttentionProbe? {
    guard (0..<grid.count).contains(patch) else { return nil }
    return AttentionProbe(
      heads: (0..<heads).map { head in
        let (before, after) = shares(head: head, from: patch)
        return .init(before: split(before), after: split(after))
      }, tokenNames: names)
  }

  /// What each patch looks at of some of the extra tokens, with M, in the mean over the heads: [token][patch].
  func shares(ofTokens wanted: Range<Int>) -> [[Float]] {
    var sum = [[Float]](repeating: [Float](repeating: 0, count: grid.count), count: wanted.count)
    for patch in 0..<grid.count {
      for head in 0..<heads {
        let shares = shares(head: head, from: patch).after
        for (index, token) in wanted.enumerated() { sum[index][patch] += shares[token] / Float(heads) }
      }
    }
    return sum
  }

  private func split(_ shares: [Float]) -> AttentionProbe.Shares {
    AttentionProbe.Shares(
      tokens: Array(shares.prefix(extras)), patches: Array(shares.dropFirst(extras)))
  }

  /// Of all tokens, without and with M.
  private func shares(head: Int, from patch: Int) -> (before: [Float], after: [Float]) {
    var scores = scores(head: head, from: extras + patch)
    let before = softmax(scores)
    guard let mask = masks?[head] else { return (before, before) }
    for other in 0..<grid.count { scores[extras + other] *= mask[grid.squaredDistance(other, patch)] }
    return (before, softmax(scores))
  }

  /// q·k / √d with each token.
  private func scores(head: Int, from token: Int) -> [Float] {
    let (tokens, width) = (tokens, queries.count / tokens)
    let size = width / heads
    let scale = 1 / Float(size).squareRoot()
    var scores = [Float](repeating: 0, count: tokens)
    scores.withUnsafeMutableBufferPointer { scores in
      keys.withUnsafeBufferPointer { keys in
        for column in head * size..<(head + 1) * size {
          let query = queries[token * width + column] * scale
          for other in 0..<tokens { scores[other] += query * keys[column * tokens + other] }
        }
      }
    }
    return scores
  }

  // MARK: - Means over the patches

  /// Of each head, over every patch; of large maps over every second or third row and column, and so on.
  var statistics: [HeadStatistics] {
    let patches = AttentionLattice.places(of: grid)
    return (0..<heads).map { head in
      var (before, after) = (HeadStatistics.Numbers(), HeadStatistics.Numbers())
      for patch in patches {
        let shares = shares(head: head, from: patch)
        add(shares.before, from: patch, to: &before)
        if masks != nil { add(shares.after, from: patch, to: &after) }
      }
      func mean(_ sum: HeadStatistics.Numbers) -> HeadStatistics.Numbers {
        let count = Double(patches.count)
        return .init(entropy: sum.entropy / count, distance: sum.distance / count)
      }
      return HeadStatistics(before: mean(before), after: mean(masks == nil ? before : after))
    }
  }

  private func add(_ shares: [Float], from patch: Int, to sum: inout HeadStatistics.Numbers) {
    var (entropy, distance, whole) = (0.0, 0.0, 0.0)
    for (token, share) in shares.enumerated() where share > 0 {
      entropy -= Double(share) * log(Double(share))
      guard token >= extras else { continue }
      whole += Double(share)
      distance += Double(share) * Double(grid.squaredDistance(token - extras, patch)).squareRoot()
    }
    sum.entropy += entropy
    sum.distance += whole > 0 ? distance / whole : 0
  }
}

/// The patches that are asked how widely they look.
package enum AttentionLattice {
  /// More are not asked: every second or third row and column, and so on, stand for all.
  package static let most = 256

  package static func places(of grid: Grid) -> [Int] {
    var step = 1
    func count(_ length: Int) -> Int { (length + step - 1) / step }
    while count(grid.rows) * count(grid.columns) > most { step += 1 }
    func places(_ length: Int) -> StrideTo<Int> {
      stride(from: min(step / 2, max(0, length - 1)), to: length, by: step)
    }
    return places(grid.rows).flatMap { row in places(grid.columns).map { row * grid.columns + $0 } }
  }
}
