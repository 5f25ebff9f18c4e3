import Recipes

/// How far each panel is from the reference, step by step, in 8-bit steps; kept as the steps come, because many
/// frames are drawn of each.
package struct Divergence: Sendable {
  /// A mean difference of this many 8-bit steps can be seen.
  package static let visible = 2.0

  private var reference: Int?
  private var curves: [Int: [Double]] = [:]
  private var ways: [Int: [Double]] = [:]

  /// Step by step as far as both have come; empty for the reference itself.
  package func curve(of panel: Int) -> [Double] { curves[panel] ?? [] }

  /// Mean |x̂₀(t) - x̂₀(end)| of a run that is at its end, step by step; empty before.
  package func way(of panel: Int) -> [Double] { ways[panel] ?? [] }

  package func value(_ panel: Int, step: Int) -> Double? {
    guard let curve = curves[panel], curve.indices.contains(step) else { return nil }
    return curve[step]
  }

  /// The first step whose difference can be seen.
  package func firstVisibleStep(of panel: Int) -> Int? { curve(of: panel).firstIndex { $0 > Self.visible } }

  /// Goes on with the curves as far as the tracks have come: what is known of a run is not worked out again.
  /// - Parameter anew: panels that show another run than before; of the reference, all curves begin anew.
  mutating func update(_ tracks: [Int: Track], reference: Int, anew: Set<Int> = []) {
    updateWays(tracks, anew)
    let startOver = reference != self.reference || anew.contains(reference)
    self.reference = reference
    curves = startOver ? [:] : curves.filter { tracks[$0.key] != nil && !anew.contains($0.key) }
    guard let base = tracks[reference] else { return }
    for (id, track) in tracks where id != reference {
      var curve = curve(of: id)
      let common = min(track.steps.count, base.steps.count)
      for step in curve.count..<max(curve.count, common) {
        let (a, b) = (track.steps[step].prediction, base.steps[step].prediction)
        guard a.pixels.count == b.pixels.count else { break }
        curve.append(meanDifference(a, b))
      }
      curves[id] = curve
    }
  }

  private mutating func updateWays(_ tracks: [Int: Track], _ anew: Set<Int>) {
    ways = ways.filter { tracks[$0.key] != nil && !anew.contains($0.key) }
    for (id, track) in tracks where ways[id] == nil && track.isFinished {
      guard let end = track.steps.last?.prediction else { continue }
      ways[id] = track.steps.map {
        $0.prediction.pixels.count == end.pixels.count ? meanDifference($0.prediction, end) : .nan
      }
    }
  }
}
