import Foundation
import Pictures

/// For every colour one or two of the palette's 240, mixed by the ordered dither.
///
/// The two lie near each other and their mean near the colour, both in OKLab, where distances are those that are seen
/// (Björn Ottosson 2020). Dithering each channel by itself meets the mean better, but at two pixels a cell its
/// checkerboards of strong colours are seen as grain and not as a shade.
struct PaletteDither: Sendable {
  static let palette256 = PaletteDither()

  /// What each unit of distance between the two costs, beside the distance of their mean from the colour.
  private static let unrest: Float = 0.1
  /// Palette colours that are tried for the pair.
  private static let candidates = 10

  private struct Mixture {
    var dark: UInt8
    var light: UInt8
    /// Of 16 places those that are light.
    var lightPlaces: UInt8
  }

  /// For 5 bits a channel.
  private let table: [Mixture]

  private init() {
    let palette = (16...255).map { (number: UInt8($0), place: Palette256.color($0).okLab) }
    table = (0..<1 << 15).map { bits in
      func channel(_ value: Int) -> UInt8 { UInt8((value & 31) * 255 / 31) }
      let color = RGB(channel(bits >> 10), channel(bits >> 5), channel(bits))
      return Self.mixture(for: color.okLab, palette)
    }
  }

  /// - Parameter rank: of the pixel's place in the dither, 0…15.
  func number(for color: RGB, rank: Int) -> Int {
    func bits(_ value: UInt8) -> Int { (Int(value) * 31 + 127) / 255 }
    let mixture = table[bits(color.red) << 10 | bits(color.green) << 5 | bits(color.blue)]
    return Int(rank < mixture.lightPlaces ? mixture.light : mixture.dark)
  }

  private static func mixture(
    for color: SIMD3<Float>, _ palette: [(number: UInt8, place: SIMD3<Float>)]
  ) -> Mixture {
    var near: [(number: UInt8, place: SIMD3<Float>, distance: Float)] = []
    near.reserveCapacity(candidates + 1)
    for (number, place) in palette {
      let distance = distance(place, color)
      if near.count == candidates, distance >= near[candidates - 1].distance { continue }
      let slot = near.firstIndex { distance < $0.distance } ?? near.count
      near.insert((number, place, distance), at: slot)
      if near.count > candidates { near.removeLast() }
    }
    var best = Mixture(dark: near[0].number, light: near[0].number, lightPlaces: 0)
    var least = near[0].distance
    for first in near.indices {
      for second in near.indices.dropFirst(first + 1) {
        let isFirstDark = near[first].place.x < near[second].place.x
        let (dark, light) = isFirstDark ? (near[first], near[second]) : (near[second], near[first])
        let cost = unrest * distance(dark.place, light.place)
        for places in [4, 8, 12] {
          let mean = dark.place + (light.place - dark.place) * (Float(places) / 16)
          let total = distance(mean, color) + cost
          guard total < least else { continue }
          least = total
          best = Mixture(dark: dark.number, light: light.number, lightPlaces: UInt8(places))
        }
      }
    }
    return best
  }

  /// Squared.
  private static func distance(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float {
    let d = a - b
    return (d * d).sum()
  }
}

extension RGB {
  /// Lightness, green to red, blue to yellow.
  fileprivate var okLab: SIMD3<Float> {
    let values = LinearLight.values
    let (r, g, b) = (values[Int(red)], values[Int(green)], values[Int(blue)])
    let l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    let m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    let s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return SIMD3(
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s)
  }
}
