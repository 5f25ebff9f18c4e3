import Denoising
import Tensors

/// What an encoder takes at once: a prompt, or a part of a long one.
package struct TokenWindow: Hashable, Sendable {
  /// As many as the encoder takes: start, the prompt's, end, padding.
  package let tokens: [Int]
  /// How much each counts; 1 where nothing is said.
  package let weights: [Float]

  package init(tokens: [Int], weights: [Float]? = nil) {
    self.tokens = tokens
    self.weights = weights ?? Array(repeating: 1, count: tokens.count)
    precondition(
      self.weights.count == tokens.count, "\(self.weights.count) weights for \(tokens.count) tokens")
  }

  /// States with each token's multiplied by its weight, and then all of them so that their mean is what it was.
  ///
  /// - Parameter states: [token, width].
  func weighted(_ states: Tensor) -> Tensor {
    guard weights.contains(where: { $0 != 1 }) else { return states }
    func sum(_ states: Tensor) -> Double { states.values.reduce(0) { $0 + Double($1) } }
    var result = states
    let width = states.shape[1]
    for (token, weight) in weights.enumerated() {
      for place in token * width..<(token + 1) * width { result.values[place] *= weight }
    }
    let factor = Float(sum(states) / sum(result))
    // All weights 0, or a sum of nothing: there is no mean to keep.
    guard factor.isFinite else { return result }
    for place in result.values.indices { result.values[place] *= factor }
    return result
  }
}

extension CLIPTokenizer {
  /// How far before the end of a window a comma is looked for, in tokens.
  private static let commaReach = 20

  /// A prompt in windows of up to `length - 2` tokens, each with a start and an end of its own; an empty one is one
  /// window. What stands behind the last comma goes to the next window with what it belongs to, as A1111's does.
  ///
  /// - Throws: `PromptError` for one that is too long, or no text.
  package func windows(of prompt: String) throws(PromptError) -> [TokenWindow] {
    try windows(of: [WeightedText(text: prompt, weight: 1)])
  }

  /// The same of a prompt whose parts count differently.
  package func windows(of runs: [WeightedText]) throws(PromptError) -> [TokenWindow] {
    try split(runs).map { window in
      let weights = [1] + window.map(\.weight) + Array(repeating: 1, count: length - 1 - window.count)
      return TokenWindow(tokens: filled(window.map(\.token)), weights: weights)
    }
  }

  /// The words of a prompt, and where their tokens stand in all windows, one behind the other.
  package func words(of runs: [WeightedText]) throws(PromptError) -> [PromptWord] {
    let places = try split(runs).enumerated().flatMap { window, tokens in
      tokens.indices.map { window * length + 1 + $0 }
    }
    var next = 0
    return runs.flatMap { words(of: $0.text) }.compactMap { word -> PromptWord? in
      defer { next += word.tokens.count }
      let own = Array(places[min(next, places.count)..<min(next + word.tokens.count, places.count)])
      return own.isEmpty ? nil : PromptWord(text: word.text, places: own)
    }
  }

  /// Up to `length - 2` tokens in each window.
  private func split(_ runs: [WeightedText]) throws(PromptError) -> [[Weighted]] {
    try PromptError.check(runs.map(\.text).joined())
    let room = length - 2
    var (full, current) = ([[Weighted]](), [Weighted]())
    for run in runs {
      if run.isBreak {
        full.append(current)
        current = []
      }
      for token in tokens(of: run.text) {
        if current.count == room {
          let place = token == comma ? nil : current.lastIndex { $0.token == comma }
          let kept = place.map { $0 + 1 } ?? room
          let cut = room - kept < Self.commaReach ? kept : room
          full.append(Array(current[..<cut]))
          current = Array(current[cut...])
        }
        current.append((token, run.weight))
      }
    }
    if !current.isEmpty || full.isEmpty { full.append(current) }
    return full
  }

  private typealias Weighted = (token: Int, weight: Float)
}
