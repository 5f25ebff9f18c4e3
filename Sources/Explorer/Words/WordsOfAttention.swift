import Denoising
import Foundation
import Recipes

/// The pages of the mask and of attention.
extension ViewWords {
  static func mask(_ state: ExplorerState) -> ViewWords {
    let (view, traits) = (state.maskView, state.traits)
    let knobs = state.selectedPanel.knobs.mask.bending(traits.hasMask)
    var symbols: [Symbol] = []
    if state.isMasked {
      let mask = traits.masks[view.place.block].edited(knobs.mixture, block: view.place.block)
      symbols = (0..<mask.kernels).map { kernel in
        let index = kernel * mask.heads + view.head
        let (alpha, sigma) = (Double(mask.alpha.values[index]), Double(mask.sigma.values[index]))
        let gains = knobs.alphaGain == 1 && knobs.sigmaGain == 1 ? "" : ", before the gains"
        return Symbol(
          sign: "α\(kernel + 1) σ\(kernel + 1)",
          text: "\(number(alpha, decimals: 2)) high, \(number(sigma, decimals: 2)) patches wide\(gains)")
      }
      symbols.append(
        Symbol(
          sign: "M(d)",
          text: ([0, 1, 2, 4] as [Double]).map { distance in
            let sum = mask.gaussians(head: view.head, distance: distance, knobs).reduce(0, +)
            return """
              \(number(1 + knobs.strength * (sum - 1), decimals: 2)) at \(number(distance, decimals: 0))
              """
          }.joined(separator: ", ") + " patches"))
      symbols.append(
        Symbol(
          sign: "strength",
          text: "\(number(knobs.strength, decimals: 2)): M is blended with 1 by it; 0 is plain attention"))
    }
    return ViewWords(
      title: "The mask on \(view.name(in: traits))",
      formulas: [
        "softmax((Q Kᵀ/√d) ∘ M) V", "M(i,j) = Σ α_k exp(-d(i,j)²/(2 (σ_k² + 10⁻⁵))), 1 for label and time",
      ],
      symbols: symbols + [
        Symbol(
          sign: "d(i,j)",
          text: """
            of two patches, in patches of \
            \(number(traits.patchPixels(ofBlock: view.place.block), decimals: 0)) pixels
            """)
      ],
      lookFor: (traits.hasMask ? [] : [laidOver]) + [
        """
        M multiplies scores and not shares: where it is 0 the score is 0, which is still a share; where it \
        is above 1 what is looked at much is looked at more. The framed patch looks; colours of its maps go \
        by the square root of the share.
        """
      ], source: mixture)
  }

  private static let laidOver = """
    This model was trained without a mask: at strength 0 its attention is plain. M is one that can be laid over it, and \
    strength turns it on.
    """

  static func heads(_ state: ExplorerState) -> ViewWords {
    let (view, traits) = (state.maskView, state.traits)
    let tokens = state.attentionProbe?.tokenNames ?? []
    let count = state.attentionGrid.count + tokens.count
    var symbols = [
      Symbol(
        sign: "i",
        text: """
          the framed patch \(state.attentionGrid.name(of: view.place.patch)); alt and arrows move it, a \
          press on a map too
          """),
      Symbol(
        sign: "1/n",
        text: """
          \(number(100 / Double(max(1, count)), decimals: 1))%: each share, were all \(count) tokens looked \
          at alike
          """),
    ]
    if let probe = state.attentionProbe, probe.heads.indices.contains(view.head) {
      let highest = AttentionMap.highest([probe.heads[view.head].after])
      symbols.append(
        Symbol(
          sign: "max a",
          text: "\(number(highest * 100, decimals: 1))% on one patch with head \(view.head + 1)"))
    }
    let layer =
      traits.attention.indices.contains(view.place.block) ? traits.attention[view.place.block].name : ""
    return ViewWords(
      title: "What the heads of \(layer) look at",
      formulas: ["a(i,j) = softmax over j of (q(i)·k(j)/√d) M(i,j)"], symbols: symbols,
      lookFor: [
        """
        Each head looks for something of its own: near by, along a row, at what has the same colour, at the \
        label. The numbers below the maps are the shares of the tokens that stand for no patch: l is the label's, \
        t the time's. Turn σ gain: \
        what is far away goes first.
        """
      ], source: "Vaswani et al. 2017, arXiv:1706.03762; \(mixture)")
  }

  /// In a U-ViT words and patches share one softmax.
  private static let patches = Symbol(
    sign: "Σ a",
    text: "over the prompt's tokens is less than 1: patches look at each other and at the time, too")

  static func words(_ state: ExplorerState) -> ViewWords {
    var symbols: [Symbol] = []
    if let maps = state.wordMaps, maps.words.indices.contains(state.maskView.word) {
      let word = maps.words[state.maskView.word]
      symbols = [
        Symbol(
          sign: "k",
          text: """
            \(word.text), token \(word.places.map(String.init).joined(separator: ", ")) of \
            \(maps.tokens.count)
            """),
        Symbol(
          sign: "1/n",
          text: """
            \(number(100 / Double(max(1, maps.tokens.count)), decimals: 1))%: its share, were all tokens \
            looked at alike
            """),
      ]
    }
    return ViewWords(
      title: "Where the picture looks at each word",
      formulas: [
        """
        a(i,k) = softmax over k of q(i)·k(k)/√d, in the mean over heads and layers, each enlarged to the \
        samples' grid
        """
      ],
      symbols: symbols + (state.traits.family.hasPrefix("U-ViT") ? [patches] : []),
      lookFor: [
        """
        Light places take what they become from that word in this step. Most of every share goes to the \
        token that begins the prompt, so that colours go from 0 to each word's own highest.
        """
      ], source: "Tang et al. 2023, What the DAAM, arXiv:2210.04885, of one step")
  }

  static func layers(_ state: ExplorerState) -> ViewWords {
    let traits = state.traits
    let prompt = traits.prompting == nil ? 0 : UViTConfiguration.promptTokens
    let extras = (traits.labels.isEmpty ? 1 : 2) + prompt
    let tokens = state.attentionGrid.count + (traits.family.hasPrefix("U-ViT") ? extras : 0)
    var symbols = [
      Symbol(
        sign: "ln n",
        text: """
          \(number(log(Double(max(1, tokens))), decimals: 2)) nats: the entropy of looking at all \(tokens) \
          tokens alike
          """)
    ]
    let statistics = state.attentionStatistics
    if statistics.count == traits.attention.count {
      func mean(_ value: (HeadStatistics) -> Double) -> Double {
        let all = statistics.flatMap(\.self).map(value)
        return all.reduce(0, +) / Double(max(1, all.count))
      }
      symbols += [
        Symbol(
          sign: "H",
          text: """
            \(number(mean { $0.after.entropy }, decimals: 2)) nats in the mean of all heads, without M \
            \(number(mean { $0.before.entropy }, decimals: 2))
            """),
        Symbol(
          sign: "D",
          text: """
            \(number(mean { $0.after.distance }, decimals: 2)) patches in the mean, without M \
            \(number(mean { $0.before.distance }, decimals: 2))
            """),
      ]
    }
    return ViewWords(
      title: "How widely heads look",
      formulas: ["H = -Σ a(i,j) ln a(i,j), D = Σ a(i,j) d(i,j) / Σ a(i,j), in the mean over all patches i"],
      symbols: symbols,
      lookFor: [
        """
        A bar is a head with its mask, the line across it the same head without. A line above its bar: M \
        draws the head together; a line within it: M spreads it out.
        """
      ], source: "mean attention distance: Dosovitskiy et al. 2021, arXiv:2010.11929, figure 7; \(mixture)")
  }
}
