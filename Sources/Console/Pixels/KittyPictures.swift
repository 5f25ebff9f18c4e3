import Pictures

/// Pictures by kitty's protocol: the terminal keeps them under numbers, and is told where to show which.
package struct KittyPictures: PixelPainter {
  /// Pixels of the terminal.
  private let cell: PixelSize
  private let way: TerminalAbilities.KittyGraphics
  private let isInTmux: Bool
  private let origin: PixelOrigin
  /// Of the first picture; the others follow.
  private let base: UInt32
  private var slots: [Slot] = []
  private var isKnown = true
  /// What goes, once all that comes has its place: kitty before 0.28 takes that for data that nobody wants.
  private var deletions: [UInt8] = []

  /// A number in the terminal, or two where a picture that is shown cannot be exchanged at once.
  private struct Slot {
    var placed: PlacedPicture?
    /// The second number is in use.
    var isSecond = false
    /// Parts that are shown, in cells of the screen, and that of the screen's cells.
    var parts: [CellRect] = []
    /// What stands for it in cells.
    var cells: [Cell] = []
  }

  /// More pictures than this are drawn in half blocks; to forget none at the end, each has a sequence in memory.
  private static let most = 128

  /// - Parameter base: any number that no other program at this terminal uses for its own.
  package init(
    cell: PixelSize, way: TerminalAbilities.KittyGraphics, isInTmux: Bool = false, base: UInt32,
    origin: PixelOrigin = .screen
  ) {
    (self.cell, self.way, self.isInTmux, self.base, self.origin) = (cell, way, isInTmux, base, origin)
  }

  /// 24 bits of which none of the three bytes is 0, so that terminals take it for a colour and not for a palette's;
  /// with room for all numbers behind it.
  package static func randomBase(using generator: inout some RandomNumberGenerator) -> UInt32 {
    func byte() -> UInt32 { UInt32.random(in: 1...254, using: &generator) }
    return byte() << 16 | byte() << 8
  }

  package mutating func forget() { isKnown = false }

  package var removal: [UInt8] {
    slots.indices.flatMap { slot in ids(slot).flatMap { KittyCommand.free($0, isInTmux: isInTmux) } }
  }

  private func ids(_ slot: Int) -> [UInt32] {
    switch way {
    case .inCells: [base + UInt32(slot) + 1]
    case .overCells: [base + 2 * UInt32(slot) + 1, base + 2 * UInt32(slot) + 2]
    }
  }

  private func id(_ slot: Int) -> UInt32 { ids(slot)[slots[slot].isSecond ? 1 : 0] }

  package mutating func frame(_ buffer: CellBuffer, sending count: Int) -> PixelFrame {
    var frame = PixelFrame(cells: buffer.withoutPictures)
    if !isKnown {
      frame.before = removal
      for slot in slots.indices { slots[slot] = Slot() }
      isKnown = true
    }
    let places = buffer.visiblePictures.filter { place in
      let area = buffer.pictures[place].area
      return area.columns <= KittyPlaceholder.most && area.rows <= KittyPlaceholder.most
    }
    let chosen = choose(for: places.map { buffer.pictures[$0] }, sending: count, &frame.leftOut)
    for (place, slot) in zip(places, chosen) {
      guard let slot else { continue }
      let placed = buffer.pictures[place]
      switch way {
      case .inCells:
        send(placed, to: slot, into: &frame)
        frame.cells.replacePicture(place, in: placed.area, by: slots[slot].cells)
      case .overCells:
        let parts = buffer.parts(of: place)
        show(placed, parts, by: slot, in: &frame)
        let blank = Cell(
          glyph: .space,
          style: CellStyle(foreground: placed.ground, background: placed.ground, attributes: .image))
        let count = placed.area.columns * placed.area.rows
        frame.cells.replacePicture(place, in: placed.area, by: Array(repeating: blank, count: count))
      }
    }
    if way == .overCells { hideOthers(than: Set(chosen.compactMap(\.self))) }
    frame.after += deletions
    deletions = []
    for place in buffer.pictures.indices
    where !zip(places, chosen).contains(where: { $0 == place && $1 != nil }) {
      let placed = buffer.pictures[place]
      guard !placed.area.intersection(buffer.bounds).isEmpty else { continue }
      frame.cells.replacePicture(place, in: placed.area, by: HalfBlockPainter().cells(of: placed))
    }
    return frame
  }

  /// For each picture the place of what the terminal knows it by, or of what is free for it; nil where there is none.
  private mutating func choose(
    for pictures: [PlacedPicture], sending count: Int, _ leftOut: inout Int
  ) -> [Int?] {
    var taken: Set<Int> = []
    var chosen: [Int?] = pictures.map { placed in
      // Over cells a number stands at one place alone.
      let slot = slots.indices.first { slot in
        slots[slot].placed?.looksLike(placed) == true && (way == .inCells || !taken.contains(slot))
      }
      if let slot { taken.insert(slot) }
      return slot
    }
    var left = count
    for (index, placed) in pictures.enumerated() where chosen[index] == nil {
      guard left > 0 else {
        leftOut += 1
        continue
      }
      left -= 1
      let free = slots.indices.filter { !taken.contains($0) }
      let slot = free.first { slots[$0].placed?.area == placed.area } ?? free.first ?? newSlot()
      if let slot { taken.insert(slot) }
      chosen[index] = slot
    }
    return chosen
  }

  private mutating func newSlot() -> Int? {
    guard slots.count < Self.most else { return nil }
    slots.append(Slot())
    return slots.count - 1
  }

  // MARK: In cells

  private mutating func send(_ placed: PlacedPicture, to slot: Int, into frame: inout PixelFrame) {
    let old = slots[slot].placed
    if old?.area.size != placed.area.size || old?.ground != placed.ground {
      slots[slot].cells = placeholders(for: placed, id(slot))
    }
    if old?.looksLike(placed) != true {
      let keys = "a=T,U=1,c=\(placed.area.columns),r=\(placed.area.rows)"
      frame.before += KittyCommand.send(
        placed.pixels(cell: cell), id: id(slot), keys: keys, isInTmux: isInTmux)
    }
    slots[slot].placed = placed
  }

  private func placeholders(for placed: PlacedPicture, _ id: UInt32) -> [Cell] {
    (0..<placed.area.rows).flatMap { row in
      (0..<placed.area.columns).map { column in
        KittyPlaceholder.cell(row: row, column: column, id: id, ground: placed.ground)
      }
    }
  }

  // MARK: Over cells

  private mutating func show(
    _ placed: PlacedPicture, _ parts: [CellRect], by slot: Int, in frame: inout PixelFrame
  ) {
    var old: (id: UInt32, parts: Int)? = slots[slot].placed.map { _ in (id(slot), slots[slot].parts.count) }
    if slots[slot].placed?.looksLike(placed) == true {
      if slots[slot].parts == parts, slots[slot].placed?.area == placed.area { return }
    } else {
      if old != nil { slots[slot].isSecond.toggle() }
      frame.before += KittyCommand.send(
        placed.pixels(cell: cell), id: id(slot), keys: "a=t", isInTmux: isInTmux)
    }
    for (place, part) in parts.enumerated() {
      frame.after += origin.move(to: part.origin).utf8
      let (x, y) = (part.column - placed.area.column, part.row - placed.area.row)
      let keys =
        "a=p,i=\(id(slot)),p=\(place + 1),x=\(x * cell.width),y=\(y * cell.height),w=\(part.columns * cell.width),"
        + "h=\(part.rows * cell.height),c=\(part.columns),r=\(part.rows),C=1,z=0,q=2"
      frame.after += KittyCommand.command(keys, isInTmux)
    }
    if let shown = old, shown.id != id(slot) {
      deletions += KittyCommand.free(shown.id, isInTmux: isInTmux)
      old = nil
    }
    for place in parts.count..<max(parts.count, old?.parts ?? 0) {
      deletions += KittyCommand.command("a=d,d=i,i=\(id(slot)),p=\(place + 1),q=2", isInTmux)
    }
    (slots[slot].placed, slots[slot].parts) = (placed, parts)
  }

  private mutating func hideOthers(than shown: Set<Int>) {
    for slot in slots.indices where slots[slot].placed != nil && !shown.contains(slot) {
      deletions += KittyCommand.free(id(slot), isInTmux: isInTmux)
      slots[slot] = Slot()
    }
  }
}

extension CellBuffer {
  /// What is to be seen of a picture, in rectangles: runs along a row, joined with those of the same columns above.
  func parts(of place: Int) -> [CellRect] {
    let glyph = Glyph.picture(place)
    let area = pictures[place].area.intersection(bounds)
    var parts: [CellRect] = []
    for row in area.row..<area.endRow {
      var column = area.column
      while column < area.endColumn {
        guard self[column, row].glyph == glyph else {
          column += 1
          continue
        }
        let start = column
        while column < area.endColumn, self[column, row].glyph == glyph { column += 1 }
        let above = parts.lastIndex { $0.endRow == row && $0.column == start && $0.endColumn == column }
        if let above {
          parts[above].rows += 1
        } else {
          parts.append(CellRect(column: start, row: row, columns: column - start, rows: 1))
        }
      }
    }
    return parts
  }
}
