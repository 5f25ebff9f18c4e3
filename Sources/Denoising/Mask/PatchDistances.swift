/// Squared distances between the patches of a grid: all that a mask depends on.
struct PatchDistances: Sendable {
  let extras: Int
  let patches: Int
  var tokens: Int { extras + patches }
  /// The distinct squared distances, ascending: 34 of them on an 8x8 grid.
  let distinct: [Int]
  /// [patch, patch]: place in `distinct`.
  private let places: [UInt16]

  /// - Parameter extras: tokens before the patches, to which no distance leads.
  init(grid: Grid, extras: Int) {
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
  func write(
    _ mask: MixtureMask, _ knobs: MaskKnobs, scale: Float, into target: UnsafeMutablePointer<Float>
  ) {
    var table = [Float](repeating: 0, count: distinct.count)
    for head in 0..<mask.heads {
      for (place, distance) in distinct.enumerated() {
        table[place] = scale * mask.value(head: head, squaredDistance: distance, knobs)
      }
      let rows = target + head * tokens * tokens
      table.withUnsafeBufferPointer { table in
        places.withUnsafeBufferPointer { places in
          for row in 0..<tokens {
            let line = rows + row * tokens
            line.update(repeating: scale, count: row < extras ? tokens : extras)
            guard row >= extras else { continue }
            let first = (row - extras) * patches
            for column in 0..<patches { line[extras + column] = table[Int(places[first + column])] }
          }
        }
      }
    }
  }
}
