/// Seeds to come back to.
package struct PinnedSeeds: Hashable, Sendable {
  package private(set) var seeds: [UInt64] = []

  package func contains(_ seed: UInt64) -> Bool { seeds.contains(seed) }

  /// Keeps a seed, or lets it go.
  /// - Returns: whether it is pinned now.
  mutating func toggle(_ seed: UInt64) -> Bool {
    guard let place = seeds.firstIndex(of: seed) else {
      seeds.append(seed)
      return true
    }
    seeds.remove(at: place)
    return false
  }

  /// The one after `seed`, or the first; nil where none is pinned.
  func next(after seed: UInt64) -> UInt64? {
    guard !seeds.isEmpty else { return nil }
    return seeds[seeds.firstIndex(of: seed).map { ($0 + 1) % seeds.count } ?? 0]
  }
}
