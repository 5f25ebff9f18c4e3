import Denoising
import Recipes

/// Which numbers of the mixture the kernels' controls move; nil is all.
package struct MaskSelection: Hashable, Sendable {
  package var block: Int?
  package var head: Int?

  func keys(_ kernel: Int, _ parameter: MixtureKey.Parameter, _ traits: ModelDescription) -> [MixtureKey] {
    blocks(traits).flatMap { block in
      heads(of: block, traits).map {
        MixtureKey(block: block, head: $0, kernel: kernel, parameter: parameter)
      }
    }
  }

  func blocks(_ traits: ModelDescription) -> Range<Int> { block.map { $0..<$0 + 1 } ?? traits.masks.indices }

  /// Blocks may have fewer heads than others.
  func heads(of block: Int, _ traits: ModelDescription) -> Range<Int> {
    let all = 0..<traits.masks[block].heads
    return head.map { ($0..<$0 + 1).clamped(to: all) } ?? all
  }
}

extension Control {
  /// The numbers of the mixture: where, then which.
  static func mixture(_ traits: ModelDescription) -> [Control] {
    guard let mask = traits.masks.first else { return [] }
    let selectors = [
      Control(
        id: .maskBlock, name: "layer",
        hint: "whose Gaussians the sliders move; all: they show means and set all alike",
        kind: places(traits.attention.map(\.name))),
      Control(
        id: .maskHead, name: "head",
        hint: "whose Gaussians the sliders move; all: they show means and set all alike",
        kind: places((0..<(traits.masks.map(\.heads).max() ?? mask.heads)).map { "\($0 + 1)" })),
    ]
    return selectors + (0..<mask.kernels).flatMap { kernel in [alpha(kernel), sigma(kernel)] }
  }

  /// All of them, or one.
  private static func places(_ names: [String]) -> Kind {
    .choice((["all"] + names).enumerated().map { SettingScale.Choice($1, .whole($0)) })
  }

  private static func alpha(_ kernel: Int) -> Control {
    Control(
      id: .kernel(kernel, .alpha), name: "α\(kernel + 1)",
      hint: "height of Gaussian \(kernel + 1) of the mask; the tick is what was learned",
      kind: .slider(-2...2, fine: 0.05, coarse: 0.25, decimals: 2))
  }

  private static func sigma(_ kernel: Int) -> Control {
    Control(
      id: .kernel(kernel, .sigma), name: "σ\(kernel + 1)",
      hint: "width of Gaussian \(kernel + 1), in patches; the tick is what was learned",
      kind: .slider(0...16, fine: 0.1, coarse: 1, decimals: 1))
  }
}
