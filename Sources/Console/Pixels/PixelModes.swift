extension TerminalAbilities {
  /// The ways to show pixels that there are, from coarse to fine.
  var pixelModes: [PictureMode] { (hasSixel ? [.sixel] : []) + (kitty == nil ? [] : [.kitty]) }

  /// What suits a terminal best of what it can.
  func best(of modes: [PictureMode]) -> PictureMode {
    pixelModes.last(where: modes.contains) ?? ownBlocks.orCoarser(of: modes)
  }

  /// Takes a way for possible that the terminal says nothing of: whoever wants it knows better.
  func insisting(on mode: PictureMode?) -> TerminalAbilities {
    var abilities = self
    switch mode?.pixels {
    case .kitty: abilities.kitty = kitty ?? (isInTmux ? .inCells : .overCells)
    case .sixel: abilities.hasSixel = true
    case nil: break
    }
    return abilities
  }

  /// Pixels of a cell. What nobody knows is what Windows Terminal says whatever its font.
  package var knownCell: PixelSize { cell ?? PixelSize(width: 10, height: 20) }
}

extension PictureMode {
  /// nil where cells are all that there is.
  func pixelPainter(
    for abilities: TerminalAbilities, origin: PixelOrigin = .screen
  ) -> (any PixelPainter)? {
    switch pixels {
    case .kitty:
      var generator = SystemRandomNumberGenerator()
      return abilities.kitty.map { way in
        KittyPictures(
          cell: abilities.knownCell, way: way, isInTmux: abilities.isInTmux,
          base: KittyPictures.randomBase(using: &generator), origin: origin)
      }
    case .sixel:
      return SixelPictures(
        cell: abilities.knownCell, colors: abilities.sixelColors, largest: abilities.largestSixel,
        origin: origin)
    case nil: return nil
    }
  }
}
