import Denoising
import Pictures
import Recipes
import Widgets

/// A step of a panel as the panel's view has it.
struct StepView {
  private let state: ExplorerState
  private let theme: Theme
  private let panel: PanelSettings

  init(_ state: ExplorerState, _ theme: Theme, _ panel: PanelSettings) {
    (self.state, self.theme, self.panel) = (state, theme, panel)
  }

  /// - Parameter reference: what the reference shows in this step; differences are taken from it.
  func picture(_ step: StepPictures, reference: StepPictures?) -> Picture {
    switch state.panelsView.content(of: panel) {
    case .prediction: return step.shown
    case .noisy: return step.input
    case .output: return step.output.map(colored) ?? step.shown
    case .change:
      guard step.index > 0, let before = state.runs.tracks[panel.id]?.step(atMost: step.index - 1) else {
        return step.shown
      }
      return difference(of: step.prediction, from: before.prediction)
    case .difference:
      guard panel.id != state.reference.id, let reference else { return step.shown }
      // What was looked at in one way is compared with what was looked at in the same.
      guard let picture = step.decoded, let other = reference.decoded else {
        return difference(of: step.prediction, from: reference.prediction)
      }
      return difference(of: picture, from: other)
    }
  }

  /// The mean over the channels of what changed, coloured by its sign.
  private func difference(of picture: Picture, from reference: Picture) -> Picture {
    guard picture.pixels.count == reference.pixels.count else { return picture }
    var pixels = picture.pixels
    for first in stride(from: 0, to: pixels.count, by: 3) {
      let change = (first..<first + 3).reduce(0) { $0 + Int(picture.pixels[$1]) - Int(reference.pixels[$1]) }
      let color = theme.difference(Double(change) / 3 / state.panelsView.differenceScale)
      (pixels[first], pixels[first + 1], pixels[first + 2]) = (color.red, color.green, color.blue)
    }
    return Picture(width: picture.width, height: picture.height, pixels: pixels)
  }

  private func colored(_ output: OutputMean) -> Picture {
    let scale = state.panelsView.outputScale
    // What is not a number shows no difference.
    let colors = output.values.map { theme.difference($0.isNaN ? 0 : min(1, max(-1, Double($0) / scale))) }
    return Picture(
      width: output.width, height: output.height, pixels: colors.flatMap { [$0.red, $0.green, $0.blue] })
  }
}

extension ExplorerState {
  /// What the view of the network's output shows.
  var outputFormula: String {
    let target =
      switch traits.prediction {
      case .epsilon: "the noise ε"
      case .v: "v = √ᾱ ε - √(1-ᾱ) x₀"
      case .sample: "the image x₀"
      }
    return "in each pixel (1/C) Σ out_c, the network's mean over channels; it predicts \(target)"
  }
}

extension OutputMean {
  /// Each channel's mean over the pixels, `R -0.12 G 0.03 B 0.40`.
  func text(columns: Int) -> String {
    let names = channels.count == 3 ? ["R", "G", "B"] : channels.indices.map { "\($0)" }
    let numbers = channels.map { number(Double($0), decimals: 2) }
    let long = zip(names, numbers).map { "\($0) \($1)" }.joined(separator: " ")
    let short = numbers.joined(separator: " ")
    let shortest = channels.map { number(Double($0), decimals: 1) }.joined(separator: " ")
    return [long, short, shortest].first { $0.count <= columns } ?? ""
  }
}
