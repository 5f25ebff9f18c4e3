import Denoising
import Recipes

/// Where the time of an evaluation goes among the boxes of the map.
struct NetworkTimes {
  struct Share {
    /// Of the whole evaluation, 0 to 1.
    let value: Double
    /// Of the slowest box's time, 0 to 1, to draw bars by.
    let bar: Double

    var percent: String { NetworkTimes.percent(value) }
  }

  /// Of each box; nil where that is not known.
  let shares: [Share?]
  /// What there is to say of all, from long to short.
  let texts: [String]

  init(_ state: ExplorerState, _ map: NetworkMap) {
    guard let times = state.blockTimes else {
      shares = map.boxes.map { _ in nil }
      // That a step is no longer kept is said already.
      texts =
        state.isWithoutTimes && state.engine != nil
        ? ["where its time goes an engine elsewhere does not say", "no times from elsewhere"] : []
      return
    }
    let found = map.boxes.map { times.share(of: $0.part) }
    let largest = found.compactMap { $0 }.max() ?? 0
    shares = found.map { $0.map { Share(value: $0, bar: largest > 0 ? $0 / largest : 0) } }
    guard let slowest = found.firstIndex(where: { $0 == largest }) else {
      texts = []
      return
    }
    let named = "\(map.boxes[slowest].name), \(Self.percent(largest))"
    let whole = times.total / .milliseconds(1)
    let time = "\(number(whole, decimals: whole < 10 ? 1 : 0)) ms"
    let rest = Self.percent(max(0, 1 - found.reduce(0) { $0 + ($1 ?? 0) }))
    texts = [
      "longest: \(named) of the \(time) that one picture takes; outside the boxes \(rest)",
      "longest: \(named) of \(time); outside the boxes \(rest)", "longest: \(named) of \(time)",
    ]
  }

  static func percent(_ share: Double) -> String {
    share > 0 && share < 0.005 ? "<1%" : "\(number(share * 100, decimals: 0))%"
  }
}

extension NetworkMap.Box {
  var part: NetworkPart {
    switch side {
    case .encoder: .encoder(level)
    case .middle: .middle
    case .decoder: .decoder(stage: stage ?? 0)
    }
  }
}
