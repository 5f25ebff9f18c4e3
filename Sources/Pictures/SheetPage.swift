/// The colours of a sheet of pictures.
package struct SheetTheme: Hashable, Sendable {
  package let background, name, value, caption: RGB

  /// As the explorer's dark theme, so that pictures look alike in both places.
  package static let dark = SheetTheme(
    background: RGB(20, 22, 26), name: RGB(217, 154, 108), value: RGB(216, 212, 203),
    caption: RGB(139, 137, 129))
  /// For paper: as the explorer's light theme.
  package static let light = SheetTheme(
    background: .white, name: RGB(0x8A, 0x4B, 0x1F), value: RGB(0x2B, 0x2A, 0x27),
    caption: RGB(0x6B, 0x68, 0x60))

  func color(_ role: LabelledGridLayout.Text.Role) -> RGB {
    switch role {
    case .name: name
    case .value: value
    case .caption: caption
    }
  }
}

/// Pictures and words on a ground, before they become a file.
package struct SheetPage: Hashable, Sendable {
  package struct Image: Hashable, Sendable {
    package let picture: Picture
    /// Of its upper left corner, in pixels of the page.
    package let x, y: Int
    /// Pixels of the page that each pixel becomes, to either side.
    package let factor: Int

    package init(picture: Picture, x: Int, y: Int, factor: Int) {
      (self.picture, self.x, self.y, self.factor) = (picture, x, y, factor)
    }
  }

  /// In pixels.
  package let width, height: Int
  let theme: SheetTheme
  let images: [Image]
  let texts: [LabelledGridLayout.Text]
  /// Pixels of a dot of the font.
  let textScale: Int

  init(
    width: Int, height: Int, theme: SheetTheme, images: [Image], texts: [LabelledGridLayout.Text],
    textScale: Int
  ) {
    (self.width, self.height, self.theme) = (width, height, theme)
    (self.images, self.texts, self.textScale) = (images, texts, textScale)
  }

  /// A picture alone: bare pixels, each a square of `factor` pixels.
  package init(_ picture: Picture, factor: Int = 1) {
    self.init(
      width: picture.width * factor, height: picture.height * factor, theme: .dark,
      images: [Image(picture: picture, x: 0, y: 0, factor: factor)], texts: [], textScale: 1)
  }

  package func picture() -> Picture {
    var picture = Picture(width: width, height: height, color: theme.background)
    for image in images {
      picture.draw(image.picture.enlarged(by: image.factor), x: image.x, y: image.y)
    }
    for text in texts {
      picture.write(
        text.text, x: text.x, y: text.y, color: theme.color(text.role), scale: textScale,
        isTurned: text.isTurned)
    }
    return picture
  }
}

/// The kinds of files that a sheet can become, by the suffix of the file's name.
package enum SheetFormat: String, Hashable, Sendable, CaseIterable {
  case png, svg, pdf

  /// - Returns: nil for another suffix.
  package init?(path: String) {
    guard let dot = path.lastIndex(of: "."),
      let format = Self(rawValue: path[dot...].dropFirst().lowercased())
    else { return nil }
    self = format
  }
}
