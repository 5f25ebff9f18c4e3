internal import CNcurses

extension PictureMode {
  /// Those whose glyphs the C library knows the width of. It may be older than octants (Unicode 16), and so may be the
  /// terminal: ncurses puts such a glyph in the wrong place, tmux drops it and moves all that stands behind it.
  static let printable: [PictureMode] = blocks.filter { mode in
    mode.glyphs.allSatisfy { $0.scalars.allSatisfy { console_width(wchar_t($0.value)) == 1 } }
  }
}
