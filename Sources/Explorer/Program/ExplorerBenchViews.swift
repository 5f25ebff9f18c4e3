import Console
import Denoising
import Foundation

/// What a person waits for who looks into the network.
extension ExplorerBench {
  package enum View: String, Codable, CaseIterable, Sendable {
    case spectra, mask, network

    /// That opens it; escape closes it.
    fileprivate var key: Character {
      switch self {
      case .spectra: "s"
      case .mask: "m"
      case .network: "Z"
      }
    }

    package func exists(for model: ModelDescription) -> Bool {
      switch self {
      case .spectra, .network: !model.stages.isEmpty
      case .mask: !model.masks.isEmpty
      }
    }
  }

  /// Milliseconds from a key until all that the view shows of the step on the timeline is worked out and drawn.
  package struct ViewTimes: Sendable {
    /// From the key that opens it; the first time with all that has to be made for it.
    package var opened: [Double] = []
    /// From a key that goes a step back.
    package var stepped: [Double] = []
  }

  /// - Parameter rounds: each of another seed, so that nothing of its runs is known.
  package func lookInto(_ view: View, rounds: Int) -> ViewTimes {
    var times = ViewTimes()
    for _ in 0..<rounds {
      seed += 1
      carryOut(state.set(.run(.seed), to: seed))
      wait { $0.isAtRest }
      times.opened.append(milliseconds(until: .typed(view.key)))
      for _ in 1..<state.stepCount { times.stepped.append(milliseconds(until: .typed(","))) }
      for key in [Key.escape, .end] { carryOut(state.update(.input(.key(key, [])))) }
    }
    return times
  }

  /// Draws once all is there, and not before as the explorer does.
  private func milliseconds(until key: InputEvent) -> Double {
    let start = ContinuousClock.now
    carryOut(state.update(.input(key)))
    wait { $0.isViewShown }
    draw()
    return (ContinuousClock.now - start) / .milliseconds(1)
  }

  private func wait(until isThere: (ExplorerState) -> Bool) {
    while !isThere(state) {
      guard came.wait(timeout: .now() + 60) == .success else { break }
      for message in runner.take() { carryOut(state.update(message)) }
    }
  }
}

extension ExplorerState {
  /// The view that is open is right for the step on the timeline; maps over all steps may still be growing.
  /// Times that are measured again are shown already.
  var isViewShown: Bool {
    let isAgain = missingProbe?.question == .times && blockTimes != nil
    return (missingProbe == nil || isAgain) && missingShownSpectra == nil && missingComparison == nil
  }
}
