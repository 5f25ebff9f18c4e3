import Pictures

/// Bytes of kitty's graphics protocol: `ESC _ G key=value,… ; base64 ESC \`
/// (sw.kovidgoyal.net/kitty/graphics-protocol).
///
/// All are quiet (`q=2`): an answer to a picture would come among the keys.
enum KittyCommand {
  /// Base64 characters in one sequence, at most; a multiple of 4.
  private static let chunk = 4096

  /// Sends a picture as PNG, in as many sequences as it takes.
  /// - Parameters:
  ///   - keys: what is to be done with it.
  ///   - isInTmux: each sequence is wrapped, so that tmux hands it on.
  static func send(_ picture: Picture, id: UInt32, keys: String, isInTmux: Bool) -> [UInt8] {
    let isEnlarged = picture.hasEqualNeighbours
    let text = Base64.encoded(PNGFile.quick(picture, isEnlarged ? .repeats : .gradients))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count + text.count / 256 + 128)
    for start in stride(from: 0, to: text.count, by: chunk) {
      let end = min(start + chunk, text.count)
      let more = end < text.count ? "1" : "0"
      let head = start == 0 ? "\(keys),f=100,i=\(id),q=2,m=\(more)" : "m=\(more)"
      append(head, text[start..<end], isInTmux, to: &bytes)
    }
    return bytes
  }

  /// Takes a picture and its data away.
  static func free(_ id: UInt32, isInTmux: Bool) -> [UInt8] { command("a=d,d=I,i=\(id),q=2", isInTmux) }

  static func command(_ keys: String, _ isInTmux: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    append(keys, [], isInTmux, to: &bytes)
    return bytes
  }

  private static func append(
    _ keys: String, _ data: ArraySlice<UInt8>, _ isInTmux: Bool, to bytes: inout [UInt8]
  ) {
    bytes += (isInTmux ? "\u{1B}Ptmux;\u{1B}\u{1B}_G" : "\u{1B}_G").utf8
    bytes += keys.utf8
    if !data.isEmpty {
      bytes.append(0x3B)
      bytes += data
    }
    bytes += (isInTmux ? "\u{1B}\u{1B}\\\u{1B}\\" : "\u{1B}\\").utf8
  }
}

extension Picture {
  /// Most pixels are as the one on their left: enlarged by a whole factor, or drawn.
  var hasEqualNeighbours: Bool {
    guard width > 1 else { return true }
    let rows = stride(from: 0, to: height, by: max(1, height / 16))
    let equal = rows.reduce(0) { sum, row in
      sum
        + (1..<width).count { x in
          let at = 3 * (row * width + x)
          return pixels[at] == pixels[at - 3] && pixels[at + 1] == pixels[at - 2]
            && pixels[at + 2] == pixels[at - 1]
        }
    }
    return 2 * equal > rows.underestimatedCount * (width - 1)
  }
}
