/// A word of a prompt, and where its tokens stand among all that the network looks at.
package struct PromptWord: Hashable, Sendable {
  package let text: String
  /// Ascending.
  package let places: [Int]

  package init(text: String, places: [Int]) { (self.text, self.places) = (text, places) }
}

/// What the places of the samples look at of a prompt: in the mean over all attentions between map and prompt, and over
/// their heads, each enlarged to the samples' grid. In a U-ViT that reads text they are all its attentions, whose patches
/// look at each other and at the prompt's tokens alike.
///
/// Tang et al. 2023, "What the DAAM: Interpreting Stable Diffusion Using Cross Attention", arXiv:2210.04885, for one step.
package struct WordMaps: Hashable, Sendable {
  /// Of the samples.
  package let grid: Grid
  /// [token][place]: in each place the shares of all tokens add up to 1; to less where patches look at each other, too.
  package let tokens: [[Float]]
  /// Empty where nobody knows them.
  package var words: [PromptWord] = []

  package init(grid: Grid, tokens: [[Float]], words: [PromptWord] = []) {
    (self.grid, self.tokens, self.words) = (grid, tokens, words)
  }

  /// The mean over a word's tokens, place by place.
  package func map(of word: PromptWord) -> [Float] {
    let maps = word.places.filter(tokens.indices.contains).map { tokens[$0] }
    return (0..<grid.count).map { place in
      maps.reduce(0) { $0 + $1[place] } / Float(max(1, maps.count))
    }
  }
}

/// One attention between a map and a prompt, as it is just before it runs.
struct UNetTextAttention {
  let layer: AnyObject
  /// Of the map.
  let grid: Grid
  let heads: Int
  /// [place, width] and [token, width] of the first image, the heads side by side in the width.
  let queries, keys: () -> [Float]

  /// [token, place], in the mean over the heads.
  func shares(tokens: Int) -> [Float] {
    let (queries, keys) = (queries(), keys())
    let width = queries.count / max(1, grid.count)
    let size = width / heads
    let scale = 1 / Float(size).squareRoot()
    // [width, token]: the sums over a head's width run along rows.
    let columns = (0..<width).flatMap { column in (0..<tokens).map { keys[$0 * width + column] } }
    var result = [Float](repeating: 0, count: tokens * grid.count)
    var scores = [Float](repeating: 0, count: tokens)
    for place in 0..<grid.count {
      for head in 0..<heads {
        for token in 0..<tokens { scores[token] = 0 }
        scores.withUnsafeMutableBufferPointer { scores in
          columns.withUnsafeBufferPointer { columns in
            for column in head * size..<(head + 1) * size {
              let query = queries[place * width + column] * scale
              for token in 0..<tokens { scores[token] += query * columns[column * tokens + token] }
            }
          }
        }
        for (token, share) in softmax(scores).enumerated() {
          result[token * grid.count + place] += share / Float(heads)
        }
      }
    }
    return result
  }
}

extension Grid {
  /// A map on this grid at another one's places, straight between neighbours (as PyTorch's `interpolate`, bilinear).
  func resampled(_ map: ArraySlice<Float>, to other: Grid) -> [Float] {
    func neighbours(_ place: Int, _ from: Int, _ to: Int) -> (Int, Int, Float) {
      let exact = max(0, (Float(place) + 0.5) * Float(from) / Float(to) - 0.5)
      let first = min(from - 1, Int(exact))
      return (first, min(from - 1, first + 1), exact - Float(first))
    }
    let across = (0..<other.columns).map { neighbours($0, columns, other.columns) }
    return (0..<other.rows).flatMap { row -> [Float] in
      let (upper, lower, down) = neighbours(row, rows, other.rows)
      return across.map { left, right, along in
        func value(_ row: Int) -> Float {
          let (one, two) = (
            map[map.startIndex + row * columns + left], map[map.startIndex + row * columns + right]
          )
          return one + (two - one) * along
        }
        let (one, two) = (value(upper), value(lower))
        return one + (two - one) * down
      }
    }
  }
}
