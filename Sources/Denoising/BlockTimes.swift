/// A part of a network, as the letter U has them.
package enum NetworkPart: Hashable, Sendable {
  /// A level of the encoder, from the top.
  case encoder(Int)
  case middle
  case decoder(stage: Int)
  /// Before, between and behind them: what goes in is embedded, what comes out is made of the last map.
  case rest
}

/// How long the parts of a network take in one evaluation of one sample.
package struct BlockTimes: Hashable, Sendable {
  package private(set) var times: [NetworkPart: Duration]

  package init(_ times: [NetworkPart: Duration]) { self.times = times }

  package var total: Duration { times.values.reduce(.zero, +) }

  /// Of the whole evaluation, 0 to 1; nil for a part that it does not have.
  package func share(of part: NetworkPart) -> Double? {
    times[part].map { total > .zero ? $0 / total : 0 }
  }

  /// Evaluates again and again for a moment, and takes each part's shortest time: whatever else the machine does only
  /// adds to them. One that takes seconds is evaluated once.
  static func measured(_ evaluate: (BlockClock) throws -> Void) rethrows -> BlockTimes {
    let start = ContinuousClock.now
    var times: [NetworkPart: Duration] = [:]
    for evaluation in 1...mostEvaluations {
      let clock = BlockClock()
      try evaluate(clock)
      times.merge(clock.stop(), uniquingKeysWith: min)
      // A single one is not believed as long as nobody waits for it: a busy neighbour's turn would count as a block's.
      let limit = evaluation < fewestEvaluations ? patience : moment
      if ContinuousClock.now - start > limit { break }
    }
    return BlockTimes(times)
  }

  private static let fewestEvaluations = 3
  private static let mostEvaluations = 5
  private static let moment = Duration.milliseconds(30)
  private static let patience = Duration.seconds(1)
}

/// Runs while a network does, which says what it comes to.
final class BlockClock {
  private var times: [NetworkPart: Duration] = [:]
  private var part = NetworkPart.rest
  private var since = ContinuousClock.now

  /// What runs from here on.
  func enter(_ part: NetworkPart) {
    let now = ContinuousClock.now
    times[self.part, default: .zero] += now - since
    (self.part, since) = (part, now)
  }

  func stop() -> [NetworkPart: Duration] {
    enter(.rest)
    return times
  }
}
