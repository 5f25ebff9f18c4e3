/// Random numbers for training: fast, and the same for the same seed and stream.
///
/// Each step of a training has a stream of its own, so that nothing but the step's number has to be kept to go
/// on with the same numbers after a restart. xoshiro256++ (Blackman & Vigna 2019, arXiv:1805.01407) begun by
/// splitmix64; normal numbers by Marsaglia & Tsang's ziggurat (2000) with 256 layers.
package struct TrainingNoise: Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  package init(seed: UInt64, stream: UInt64) {
    var mixer = seed &+ stream &* 0xD1B5_4A32_D192_ED03
    func next() -> UInt64 {
      mixer &+= 0x9E37_79B9_7F4A_7C15
      var bits = mixer
      bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
      return bits ^ bits >> 31
    }
    state = (next(), next(), next(), next())
  }

  package mutating func next() -> UInt64 {
    let sum = state.0 &+ state.3
    let result = (sum << 23 | sum >> 41) &+ state.0
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = state.3 << 45 | state.3 >> 19
    return result
  }

  /// 0..<1, with 24 bits.
  package mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// 0..<limit.
  package mutating func integer(below limit: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(limit)).high)
  }

  /// Unit normal.
  package mutating func normal() -> Float {
    while true {
      let bits = next()
      let layer = Int(bits & 255)
      // 24 bits for the place in the layer, the sign from another.
      let place = Float(bits >> 40) * 0x1p-24
      let sign: Float = bits & 256 == 0 ? 1 : -1
      let x = place * Ziggurat.edges[layer]
      if x < Ziggurat.edges[layer + 1] { return sign * x }
      if layer == 0 { return sign * tail() }
      let height = Ziggurat.heights[layer]
      if height + uniform() * (Ziggurat.heights[layer + 1] - height) < Ziggurat.density(x) { return sign * x }
    }
  }

  /// Beyond the lowest layer's edge; Marsaglia 1964.
  private mutating func tail() -> Float {
    while true {
      let x = Ziggurat.logarithm(1 - uniform()) / -Ziggurat.edge
      let y = -Ziggurat.logarithm(1 - uniform())
      if 2 * y > x * x { return Ziggurat.edge + x }
    }
  }
}
