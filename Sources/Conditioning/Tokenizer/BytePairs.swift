/// Byte pair encoding of one word: its bytes, then the pair that was most frequent when the vocabulary was made, again
/// and again. Sennrich et al. 2016, arXiv:1508.07909; on bytes as GPT-2 has it.
struct BytePairs: Sendable {
  /// What stands behind the last symbol of a word.
  static let wordEnd = "</w>"
  /// Of each byte within a word, and at its end.
  private let inner, last: [Int]
  private let merges: [Pair: Merge]

  private struct Pair: Hashable {
    let left, right: Int
  }

  private struct Merge {
    /// The lowest goes first.
    let rank: Int
    let token: Int
  }

  /// - Parameters:
  ///   - merges: two symbols each, the most frequent pair first.
  ///   - unknown: for a byte that the vocabulary has not.
  /// - Throws: the place of the first merge of something, or into something, that the vocabulary has not.
  init(
    vocabulary: [String: Int], merges: [(left: Substring, right: Substring)], unknown: Int
  ) throws(MergeDefect) {
    inner = ByteSymbols.all.map { vocabulary[$0] ?? unknown }
    last = ByteSymbols.all.map { vocabulary[$0 + Self.wordEnd] ?? unknown }
    var table: [Pair: Merge] = [:]
    table.reserveCapacity(merges.count)
    for (rank, merge) in merges.enumerated() {
      let names = [String(merge.left), String(merge.right), String(merge.left + merge.right)]
      let ids = names.compactMap { vocabulary[$0] }
      guard ids.count == 3 else {
        throw MergeDefect(place: rank, missing: names.first { vocabulary[$0] == nil } ?? "")
      }
      table[Pair(left: ids[0], right: ids[1])] = Merge(rank: rank, token: ids[2])
    }
    self.merges = table
  }

  /// The tokens of one word, in n log n steps for n bytes.
  func tokens(of word: some Collection<UInt8>) -> [Int] {
    var tokens = word.dropLast().map { inner[Int($0)] }
    guard let end = word.suffix(1).first else { return [] }
    tokens.append(last[Int(end)])
    // Neighbours as a list, so that a merge costs the same in a long word as in a short one.
    var next = Array(1...tokens.count)
    var previous = Array(-1..<tokens.count - 1)
    var isGone = [Bool](repeating: false, count: tokens.count)
    var waiting = MinimumHeap()
    func merge(at place: Int) -> Merge? {
      guard place >= 0, next[place] < tokens.count else { return nil }
      return merges[Pair(left: tokens[place], right: tokens[next[place]])]
    }
    func offer(_ place: Int, to waiting: inout MinimumHeap) {
      if let merge = merge(at: place) { waiting.insert(UInt64(merge.rank) << 32 | UInt64(place)) }
    }
    for place in tokens.indices.dropLast() { offer(place, to: &waiting) }
    while let lowest = waiting.removeLeast() {
      let place = Int(lowest & 0xFFFF_FFFF)
      // What stood here when it was offered may have been merged since.
      guard !isGone[place], let merge = merge(at: place), merge.rank == Int(lowest >> 32) else { continue }
      let absorbed = next[place]
      tokens[place] = merge.token
      isGone[absorbed] = true
      next[place] = next[absorbed]
      if next[place] < tokens.count { previous[next[place]] = place }
      offer(previous[place], to: &waiting)
      offer(place, to: &waiting)
    }
    return tokens.indices.filter { !isGone[$0] }.map { tokens[$0] }
  }
}

struct MergeDefect: Error {
  /// From 0.
  let place: Int
  let missing: String
}

/// A printable character for each byte, as GPT-2 writes them: those that print are themselves, the others follow from
/// U+0100 on.
enum ByteSymbols {
  /// In the order of the bytes.
  static let all: [String] = {
    var symbols = [String](repeating: "", count: 256)
    for (place, byte) in order.enumerated() {
      let code = place < printable.count ? UInt32(byte) : 256 + UInt32(place - printable.count)
      symbols[Int(byte)] = Unicode.Scalar(code).map { String(Character($0)) } ?? ""
    }
    return symbols
  }()

  /// In the order of a vocabulary: those that print first.
  static let order = printable + (UInt8.min...UInt8.max).filter { !printable.contains($0) }

  private static let printable = Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(UInt8(0xAE)...0xFF)
}

/// Numbers of which the least comes out first.
struct MinimumHeap {
  private var numbers: [UInt64] = []

  mutating func insert(_ number: UInt64) {
    numbers.append(number)
    var place = numbers.count - 1
    while place > 0, numbers[(place - 1) / 2] > numbers[place] {
      numbers.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func removeLeast() -> UInt64? {
    guard let least = numbers.first else { return nil }
    let moved = numbers.removeLast()
    guard !numbers.isEmpty else { return least }
    numbers[0] = moved
    var place = 0
    while let child = [2 * place + 1, 2 * place + 2].filter({ $0 < numbers.count })
      .min(by: { numbers[$0] < numbers[$1] }), numbers[child] < numbers[place]
    {
      numbers.swapAt(place, child)
      place = child
    }
    return least
  }
}
