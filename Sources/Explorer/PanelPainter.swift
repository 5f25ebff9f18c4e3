import Console
import Pictures
import Widgets

/// One panel: its title, its picture, and what is to be said about the step.
struct PanelPainter {
  private let state: ExplorerState
  private let theme: Theme
  private let place: ExplorerLayout.PanelPlace
  private let panel: PanelSettings

  init(_ state: ExplorerState, _ theme: Theme, _ place: ExplorerLayout.PanelPlace) {
    (self.state, self.theme, self.place) = (state, theme, place)
    panel = state.settings.panels[place.index]
  }

  private var isSelected: Bool { place.index == state.selected }
  private var isFirst: Bool { place.index == 0 }
  private var blinks: Bool { isSelected && !isFirst && state.showsModel1 }

  func draw(into buffer: inout CellBuffer) {
    let knobs = panel.knobs
    let style = theme[isSelected ? .selected : .title]
    buffer.write(
      isSelected ? "› \(panel.name)" : "  \(panel.name)", in: place.title, style: style)
    let values = "b \(number(knobs.b, decimals: 2))  s \(number(knobs.s, decimals: 2))"
    if place.title.columns >= panel.name.count + 3 + values.count {
      buffer.write(values, in: place.title, style: theme[isSelected ? .accent : .muted], alignment: .right)
    }
    guard let step = state.shownStep(of: panel) else {
      buffer.write(
        "waiting for the first step", in: place.picture, row: place.picture.rows / 2, style: theme[.muted],
        alignment: .center)
      return
    }
    if let picture = picture(at: step) {
      HalfBlockImage(width: picture.width, height: picture.height, pixels: picture.pixels)
        .draw(into: &buffer, in: place.picture, ground: theme.color(.background))
    }
    drawFooter(step, into: &buffer)
  }

  private func picture(at step: StepPictures) -> Picture? {
    let reference = state.tracks[state.firstPanel.id]?.step(atMost: step.index)
    if blinks { return state.view == .noisy ? reference?.input : reference?.prediction }
    switch state.view {
    case .prediction: return step.prediction
    case .noisy: return step.input
    case .difference:
      guard !isFirst, let reference else { return step.prediction }
      return difference(of: step.prediction, from: reference.prediction)
    }
  }

  private func drawFooter(_ step: StepPictures, into buffer: inout CellBuffer) {
    let word = place.footer.columns >= 30 ? "step " : ""
    let text = "\(word)\(step.index + 1)/\(state.stepCount)  \(number(step.milliseconds, decimals: 1)) ms"
    buffer.write(text, in: place.footer.split(left: 2).rest, style: theme[.muted])
    if blinks {
      buffer.write("Model 1", in: place.footer, style: theme[.warning].with(.bold), alignment: .right)
    } else if isFirst {
      buffer.write("reference", in: place.footer, style: theme[.muted], alignment: .right)
    } else if let difference = state.difference(of: panel) {
      buffer.write(
        "Δ \(number(difference, decimals: 1))", in: place.footer,
        style: theme[isSelected ? .accent : .text], alignment: .right)
    }
  }

  /// The mean over the channels of what changed, coloured by its sign.
  private func difference(of picture: Picture, from reference: Picture) -> Picture {
    guard picture.pixels.count == reference.pixels.count else { return picture }
    var pixels = picture.pixels
    for first in stride(from: 0, to: pixels.count, by: 3) {
      let change = (first..<first + 3).reduce(0) { $0 + Int(picture.pixels[$1]) - Int(reference.pixels[$1]) }
      let color = theme.difference(Double(change) / 3 / state.differenceScale)
      (pixels[first], pixels[first + 1], pixels[first + 2]) = (color.red, color.green, color.blue)
    }
    return Picture(width: picture.width, height: picture.height, pixels: pixels)
  }
}
