/// Takes frames apart for a slow line, so that what a person does is soon to be seen.
///
/// Text goes out at once and whole. Pictures, nearly all of a frame's bytes, go as far as the line takes them in a
/// twentieth of a second; the rest follows in parts, each made from the newest frame. On a fast line there is one
/// part. Pure: whoever writes measures the time.
package struct FramePacer {
  private static let target = Duration.milliseconds(50)
  private static let fewestCells = 64

  /// What the terminal shows once the part on its way is through; nil: unknown.
  package private(set) var shown: CellBuffer?
  /// Something of the last frame is still to be sent.
  package private(set) var isBehind = false
  private var target: CellBuffer?
  /// Picture cells in one part; nil: as many as there are.
  private var limit: Int?
  /// What the terminal showed before the last part.
  private var before: CellBuffer?
  /// Where the next part begins, or the cells at the top would always be first.
  private var place = 0

  package init() {}

  /// - Returns: what to show now on the way to a frame.
  package mutating func part(of frame: CellBuffer) -> CellBuffer {
    target = frame
    return nextPart() ?? frame
  }

  /// The frame goes out in one piece whatever the line is like.
  package mutating func whole(_ frame: CellBuffer) {
    (shown, before, target, isBehind) = (frame, nil, nil, false)
  }

  /// - Returns: what to show next on the way to the last frame; nil where it is shown already.
  package mutating func nextPart() -> CellBuffer? {
    guard let target else { return nil }
    guard let shown, shown.size == target.size else {
      (self.shown, self.before, self.target, isBehind) = (target, nil, nil, false)
      return target
    }
    isBehind = false
    let next = limit.map { step(from: shown, to: target, limit: $0) } ?? target
    if !isBehind { self.target = nil }
    (self.shown, before) = (next, shown)
    return next
  }

  private mutating func step(from shown: CellBuffer, to target: CellBuffer, limit: Int) -> CellBuffer {
    var next = target
    var count = 0
    let start = place
    for offset in target.cells.indices {
      let index = (start + offset) % target.cells.count
      let old = shown.cells[index]
      guard Self.isPictureChange(from: old, to: target.cells[index]) else { continue }
      if count >= limit {
        if !isBehind { place = index }
        isBehind = true
        next.setCells(at: CellPoint(column: index % target.width, row: index / target.width), count: 1) { _ in
          old
        }
      } else {
        count += 1
      }
    }
    return next
  }

  private static func isPictureChange(from old: Cell, to new: Cell) -> Bool {
    old != new && old.attributes.contains(.image) && new.attributes.contains(.image)
  }

  /// The terminal has taken the last part.
  package mutating func sent(in time: Duration) {
    guard time > Self.target || limit != nil, let before, let shown else { return }
    let count = zip(before.cells, shown.cells).count { Self.isPictureChange(from: $0, to: $1) }
    guard count > 0 else { return }
    if time > Self.target {
      limit = max(Self.fewestCells, Int(Double(count) * (Self.target / time)))
    } else if let before = limit, time < Self.target / 2 {
      limit = before > 1 << 15 ? nil : max(before, count) * 2
    }
  }

  /// Nothing is known of what the terminal shows: the next frame goes out whole.
  package mutating func forget() { (shown, before, isBehind) = (nil, nil, false) }
}
