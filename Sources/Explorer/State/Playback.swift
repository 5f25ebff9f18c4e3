/// Where the screen stands in the runs, and how it goes through them.
package struct Playback: Hashable, Sendable {
  package enum Position: Hashable, Sendable {
    /// Every step as it comes, then the last.
    case live
    /// Stays at a step, also in new runs.
    case paused(step: Int)
    case playing(step: Int)
  }

  package private(set) var position = Position.live
  /// Steps a second, 1 to 20.
  package private(set) var rate = 10
  package private(set) var isLooping = false
  /// Since the last step.
  private var ticks = 0

  package var isPlaying: Bool { if case .playing = position { true } else { false } }

  /// The step that is shown of a run.
  package func step(of track: Track) -> StepPictures? {
    switch position {
    case .live: track.step(atMost: track.stepCount)
    case .paused(let step), .playing(let step): track.step(atMost: step)
    }
  }

  /// - Parameters:
  ///   - shown: the step that is on the screen.
  ///   - count: steps of the run.
  mutating func playOrPause(shown: Int, of count: Int, isRunning: Bool) {
    switch position {
    case .live where isRunning: position = .paused(step: shown)
    case .live: position = .playing(step: 0)
    case .playing(let step): position = .paused(step: step)
    case .paused(let step): position = .playing(step: step + 1 >= count ? 0 : step)
    }
    ticks = 0
  }

  /// Stays at a step; the last one is where live runs end.
  mutating func scrub(to step: Int, of count: Int, isRunning: Bool) {
    let step = min(max(0, step), count - 1)
    position = step == count - 1 && !isRunning ? .live : .paused(step: step)
  }

  mutating func goLive() { position = .live }

  mutating func play(atRate rate: Int) { self.rate = min(20, max(1, rate)) }

  mutating func toggleLoop() { isLooping.toggle() }

  /// `ExplorerState.tickMilliseconds` went by.
  /// - Parameters:
  ///   - arrived: steps that every panel has come to.
  ///   - count: steps of the run.
  mutating func tick(arrived: Int, of count: Int) {
    guard case .playing(let step) = position else { return }
    ticks += 1
    guard ticks * ExplorerState.tickMilliseconds * rate >= 1000 else { return }
    ticks = 0
    if step + 1 < arrived {
      position = .playing(step: step + 1)
    } else if step + 1 >= count {
      position = isLooping ? .playing(step: 0) : .live
    }
  }
}
