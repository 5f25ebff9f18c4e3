import Foundation

extension SheetPage {
  /// As an SVG file: pictures lie in it as PNG and stay sharp at every size, words are words.
  package func svg() -> String {
    var lines = [
      LinePlot.tag(width, height, more: " font-family=\"sans-serif\""),
      "<rect width=\"100%\" height=\"100%\" fill=\"\(hex(theme.background))\"/>",
    ]
    for image in images {
      let data = Data(PNGFile(image.picture).encoded()).base64EncodedString()
      lines.append(
        "<image x=\"\(image.x)\" y=\"\(image.y)\" width=\"\(image.picture.width * image.factor)\" "
          + "height=\"\(image.picture.height * image.factor)\" style=\"image-rendering:pixelated\" "
          + "href=\"data:image/png;base64,\(data)\"/>")
    }
    for text in texts where !text.text.isEmpty {
      let baseline = BitmapFont.ascent * textScale
      let length = max(text.width, text.isTurned ? text.height : 0)
      let place =
        text.isTurned
        ? "transform=\"translate(\(text.x + baseline) \(text.y + text.height)) rotate(-90)\""
        : "x=\"\(text.x)\" y=\"\(text.y + baseline)\""
      lines.append(
        "<text \(place) font-size=\"\(BitmapFont.height * textScale)\" textLength=\"\(length)\" "
          + "lengthAdjust=\"spacingAndGlyphs\" fill=\"\(hex(theme.color(text.role)))\">\(escaped(text.text))</text>"
      )
    }
    return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private func hex(_ color: RGB) -> String { String(format: "#%06x", color.hex) }

  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
