import Foundation
import Pictures

/// What a terminal with kitty's graphics would have after some bytes, by the protocol's text.
struct KittyModel {
  struct Placement: Hashable {
    var column, row: Int
    /// Of the picture, in pixels.
    var x, y, width, height: Int
    var columns, rows: Int
  }

  private(set) var pictures: [UInt32: Picture] = [:]
  /// Columns and rows of those that are text.
  private(set) var virtual: [UInt32: (columns: Int, rows: Int)] = [:]
  /// By number of the picture and of the placement.
  private(set) var placements: [[UInt32]: Placement] = [:]
  /// What the protocol does not allow.
  private(set) var faults: [String] = []
  private(set) var sequences = 0

  private var open: (keys: [String: String], data: String)?
  private var cursor = (column: 0, row: 0)

  mutating func feed(_ bytes: some Collection<UInt8>, unwrapsTmux: Bool = false) {
    var text = String(decoding: bytes, as: UTF8.self)
    if unwrapsTmux {
      text = text.replacing(/\u{1B}Ptmux;((?:\u{1B}\u{1B}|[^\u{1B}])*)\u{1B}\\/.dotMatchesNewlines()) {
        $0.output.1.replacing("\u{1B}\u{1B}", with: "\u{1B}")
      }
    }
    for match in text.matches(of: /\u{1B}_G([^\u{1B}]*)\u{1B}\\|\u{1B}\[(\d+);(\d+)H/) {
      if let body = match.output.1 {
        take(String(body))
      } else if let row = match.output.2.flatMap({ Int($0) }),
        let column = match.output.3.flatMap({ Int($0) })
      {
        cursor = (column - 1, row - 1)
      }
    }
  }

  private mutating func take(_ body: String) {
    sequences += 1
    let parts = body.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
    var keys: [String: String] = [:]
    for pair in parts[0].split(separator: ",") {
      let sides = pair.split(separator: "=", maxSplits: 1)
      keys[String(sides[0])] = String(sides[1])
    }
    let data = parts.count == 2 ? String(parts[1]) : ""
    if data.utf8.count > 4096 { faults.append("a chunk of \(data.utf8.count)") }
    if keys["m"] == "1", data.utf8.count % 4 != 0 { faults.append("a chunk that is no multiple of 4") }
    if let before = open {
      if !Set(keys.keys).isSubset(of: ["m", "q"]) { faults.append("keys \(keys) in a later chunk") }
      open = (before.keys, before.data + data)
    } else {
      if keys["q"] != "2" { faults.append("answers are asked for") }
      open = (keys, data)
    }
    if keys["m"] != "1", let whole = open {
      open = nil
      perform(whole.keys, whole.data)
    }
  }

  private mutating func perform(_ keys: [String: String], _ data: String) {
    func number(_ key: String) -> Int { keys[key].flatMap { Int($0) } ?? 0 }
    let id = UInt32(number("i"))
    if id == 0 || id > 0xFF_FFFF || id >> 16 == 0 { faults.append("number \(id)") }
    switch keys["a"] {
    case "t", "T":
      guard keys["f"] == "100", let bytes = Data(base64Encoded: data),
        let file = try? PNGFile(bytes: Array(bytes), name: "sent")
      else { return faults.append("no PNG") }
      pictures[id] = file.picture
      // What stood under the number is gone.
      placements = placements.filter { $0.key[0] != id }
      if keys["U"] == "1" { virtual[id] = (number("c"), number("r")) }
    case "p":
      guard let picture = pictures[id] else { return faults.append("ENOENT \(id)") }
      if number("x") + number("w") > picture.width || number("y") + number("h") > picture.height {
        faults.append("outside of the picture")
      }
      if keys["C"] != "1" { faults.append("the cursor moves") }
      placements[[id, UInt32(number("p"))]] = Placement(
        column: cursor.column, row: cursor.row, x: number("x"), y: number("y"), width: number("w"),
        height: number("h"), columns: number("c"), rows: number("r"))
    case "d":
      let place = UInt32(number("p"))
      placements = placements.filter { $0.key[0] != id || place != 0 && $0.key[1] != place }
      guard keys["d"] == "I" else { break }
      (pictures[id], virtual[id]) = (nil, nil)
      // kitty 0.26 frees all that has no placement then, whatever its number.
      for other in pictures.keys
      where virtual[other] == nil && !placements.keys.contains(where: { $0[0] == other }) {
        pictures[other] = nil
      }
    default: faults.append("a=\(keys["a"] ?? "")")
    }
  }
}
