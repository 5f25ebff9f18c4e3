import Tensors

/// Squared distances between the patches of a grid: all that a mask depends on.
package struct PatchDistances: Sendable {
  let extras: Int
  let patches: Int
  package var tokens: Int { extras + patches }
  /// The distinct squared distances, ascending: 34 of them on an 8x8 grid.
  package let distinct: [Int]
  /// [patch, patch]: place in `distinct`.
  private let places: [UInt16]

  /// - Parameter extras: tokens before the patches, to which no distance leads.
  package init(grid: Grid, extras: Int) {
    self.extras = extras
    patches = grid.count
    let offsets = Set((0..<grid.rows).flatMap { y in (0..<grid.columns).map { x in y * y + x * x } })
    let distinct = offsets.sorted()
    let place = Dictionary(uniqueKeysWithValues: zip(distinct, 0...))
    places = (0..<grid.count).flatMap { p in
      (0..<grid.count).map { q in UInt16(place[grid.squaredDistance(p, q)] ?? 0) }
    }
    self.distinct = distinct
  }

  /// Writes one image's masks, [head, token, token], every value times `scale`.
  ///
  /// - Parameter first: where in `target` they begin.
  func write(_ mask: MixtureMask, _ knobs: MaskKnobs, scale: Float, into target: Buffer, at first: Int) {
    for head in 0..<mask.heads {
      let table = distinct.map { scale * mask.value(head: head, squaredDistance: $0, knobs) }
      lay(table, extras: scale, into: target, at: first + head * tokens * tokens)
    }
  }

  /// Lays a factor for each distance out over all pairs of tokens, [token, token].
  ///
  /// - Parameters:
  ///   - table: for each of `distinct`.
  ///   - value: for pairs with an extra token.
  package func lay(_ table: [Float], extras value: Float, into target: Buffer, at first: Int) {
    target.withFloats { target in
      table.withUnsafeBufferPointer { table in
        places.withUnsafeBufferPointer { places in
          for row in 0..<tokens {
            let line = UnsafeMutableBufferPointer(rebasing: target[(first + row * tokens)...].prefix(tokens))
            line[..<(row < extras ? tokens : extras)].update(repeating: value)
            guard row >= extras else { continue }
            let from = (row - extras) * patches
            for column in 0..<patches { line[extras + column] = table[Int(places[from + column])] }
          }
        }
      }
    }
  }

  /// For each of `distinct` the sum over all pairs of patches that far apart: the way back of `lay`.
  package func sums(of source: Buffer, at first: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: distinct.count)
    source.withFloats { source in
      for row in 0..<patches {
        let line = first + (extras + row) * tokens + extras
        for column in 0..<patches { sums[Int(places[row * patches + column])] += source[line + column] }
      }
    }
    return sums
  }
}
