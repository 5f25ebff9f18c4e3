import Foundation

/// The random numbers that PyTorch's CPU generator gives for a seed: `SeededNoise(seed: n).normals(shape)` is
/// `torch.manual_seed(n); torch.randn(shape)` to 1e-6.
///
/// A value: a copy goes on with the same numbers as the original would, so a branch of a trajectory sees the
/// noise that it would have seen anyway.
///
/// Matsumoto & Nishimura 1998 (the generator), Box & Muller 1958 (uniform to normal); which bits are used in
/// which order follows PyTorch.
package struct SeededNoise: Sendable, Equatable {
  private var twister: MersenneTwister
  /// The short path makes normals in pairs and keeps the second for later.
  private var spare: Double?

  /// - Parameter seed: its low 32 bits count, as in PyTorch.
  package init(seed: UInt64) {
    twister = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed))
  }

  /// Unit normal noise. One draw of a shape is not the same as several draws that add up to it.
  ///
  /// - Parameter shape: length of each axis; images are [batch, channel, row, column].
  package mutating func normals(_ shape: [Int]) -> Tensor {
    let count = shape.reduce(1, *)
    guard count >= 16 else {
      return Tensor(shape, values: (0..<count).map { _ in Float(normal()) })
    }
    var values = (0..<count).map { _ in uniform() }
    for start in stride(from: 0, through: count - 16, by: 16) {
      Self.makeNormal(&values, from: start)
    }
    if count % 16 != 0 {
      // The last block, not a whole one, is drawn afresh over the last 16 values.
      for index in count - 16..<count { values[index] = uniform() }
      Self.makeNormal(&values, from: count - 16)
    }
    return Tensor(shape, values: values)
  }

  /// Turns 16 uniform values u into normal ones: with r = √(-2 ln(1 - uⱼ)) and θ = 2π uⱼ₊₈ for j < 8, value j
  /// becomes r cos θ and value j + 8 becomes r sin θ.
  private static func makeNormal(_ values: inout [Float], from start: Int) {
    let turn = Float(2 * Double.pi)  // Float.pi is rounded down, PyTorch's constant is not
    for index in start..<start + 8 {
      let radius = (-2 * log(1 - values[index])).squareRoot()
      let angle = turn * values[index + 8]
      values[index] = radius * cos(angle)
      values[index + 8] = radius * sin(angle)
    }
  }

  /// The path for fewer than 16 values: r = √(-2 ln(1 - u₂)), θ = 2π u₁ in double precision, first r cos θ, then
  /// r sin θ.
  private mutating func normal() -> Double {
    if let spare {
      self.spare = nil
      return spare
    }
    let angle = 2 * Double.pi * uniform53()
    let radius = (-2 * log1p(-uniform53())).squareRoot()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }

  /// Uniform in 0..<1, with 24 bits.
  package mutating func uniform() -> Float {
    Float(twister.next() & 0xFF_FFFF) * 0x1p-24
  }

  /// Uniform in 0..<1, with 53 bits.
  private mutating func uniform53() -> Double {
    let high = UInt64(twister.next())
    let bits = high << 32 | UInt64(twister.next())
    return Double(bits & (1 << 53 - 1)) * 0x1p-53
  }

  /// Uniform in 0..<limit; the favour for small numbers is below limit / 2³².
  ///
  /// - Parameter limit: 1 to 2³².
  package mutating func integer(below limit: Int) -> Int {
    precondition(limit > 0 && limit <= 1 << 32, "no whole number below \(limit) to draw")
    return Int(twister.next()) % limit
  }
}

/// The generator mt19937: 32 random bits a time, the period is 2¹⁹⁹³⁷ - 1.
private struct MersenneTwister: Sendable, Equatable {
  private static let count = 624
  private var state: [UInt32]
  private var position = Self.count

  init(seed: UInt32) {
    state = [seed]
    for index in 1..<UInt32(Self.count) {
      let last = state[Int(index) - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ index)
    }
  }

  mutating func next() -> UInt32 {
    if position == Self.count { twist() }
    var bits = state[position]
    position += 1
    bits ^= bits >> 11
    bits ^= bits << 7 & 0x9D2C_5680
    bits ^= bits << 15 & 0xEFC6_0000
    return bits ^ bits >> 18
  }

  /// All 624 words anew, each from itself, its neighbour and the word 397 places on.
  private mutating func twist() {
    for index in 0..<Self.count {
      let mixed = state[index] & 0x8000_0000 | state[(index + 1) % Self.count] & 0x7FFF_FFFF
      let odd: UInt32 = mixed & 1 == 0 ? 0 : 0x9908_B0DF
      state[index] = state[(index + 397) % Self.count] ^ mixed >> 1 ^ odd
    }
    position = 0
  }
}
