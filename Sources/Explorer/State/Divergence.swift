import Recipes

/// How far each panel is from the reference, step by step, in 8-bit steps; kept as the steps come, because many
/// frames are drawn of each.
package struct Divergence: Sendable {
  /// A mean difference of this many 8-bit steps can be seen.
  package static let visible = 2.0

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

  /// Goes on with the curves as far as the tracks have come.
  /// - Parameter changed: the panel whose track changed; of the reference, all curves do.
  mutating func update(_ tracks: [Int: Track], reference: Int, changed: Int? = nil) {
    updateWays(tracks, changed: changed)
    guard let base = tracks[reference] else {
      curves = [:]
      return
    }
    for (id, track) in tracks where id != reference {
      let restarts = changed == id && track.steps.count <= 1
      var curve =
        changed == nil || restarts || changed == reference && base.steps.count <= 1 ? [] : curve(of: id)
      let common = min(track.steps.count, base.steps.count)
      if curve.count > common { curve.removeLast(curve.count - common) }
      for step in curve.count..<max(curve.count, common) {
        let (a, b) = (track.steps[step].prediction, base.steps[step].prediction)
        guard a.pixels.count == b.pixels.count else { break }
        curve.append(meanDifference(a, b))
      }
      curves[id] = curve
    }
    curves[reference] = nil
    for id in curves.keys where tracks[id] == nil { curves[id] = nil }
  }

  private mutating func updateWays(_ tracks: [Int: Track], changed: Int?) {
    ways = ways.filter { tracks[$0.key] != nil && $0.key != changed && changed != nil }
    for (id, track) in tracks where ways[id] == nil && track.isFinished {
      guard let end = track.steps.last?.prediction else { continue }
      ways[id] = track.steps.map {
        $0.prediction.pixels.count == end.pixels.count ? meanDifference($0.prediction, end) : .nan
      }
    }
  }
}
