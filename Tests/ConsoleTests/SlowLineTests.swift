import Console
import Foundation
import Pictures
import TestSupport
import Testing

/// A terminal that takes its time: frames in parts, text first, the newest always.
struct SlowLineTests {
  /// 60 x 20 cells: a line of text above pictures.
  private static func frame(_ number: Int) -> CellBuffer {
    var buffer = CellBuffer(width: 60, height: 20)
    buffer.write("frame \(number)", at: CellPoint(column: 0, row: 0), style: .plain)
    for row in 1..<20 {
      buffer.setCells(at: CellPoint(column: 0, row: row), count: 60) { column in
        Cell(
          upper: RGB(hex: UInt32(number * 7919 + row * 60 + column)),
          lower: RGB(hex: UInt32(number * 104_729 + column)))
      }
    }
    return buffer
  }

  /// Picture cells in which two screens differ.
  private static func changes(_ a: CellBuffer, _ b: CellBuffer) -> Int {
    zip(a.cells, b.cells).count { $0 != $1 && $1.attributes.contains(.image) }
  }

  /// After a first frame and one that took so long.
  private static func pacer(_ milliseconds: Int) -> FramePacer {
    var pacer = FramePacer()
    _ = pacer.part(of: frame(0))
    pacer.sent(in: .milliseconds(milliseconds))
    _ = pacer.part(of: frame(1))
    pacer.sent(in: .milliseconds(milliseconds))
    return pacer
  }

  @Test func aFastLineGetsWholeFrames() {
    var pacer = Self.pacer(5)
    for number in 2..<9 {
      #expect(pacer.part(of: Self.frame(number)) == Self.frame(number))
      #expect(!pacer.isBehind && pacer.nextPart() == nil)
      pacer.sent(in: .milliseconds(5))
    }
  }

  @Test func aSlowLineGetsTextAtOnceAndPicturesInParts() {
    var pacer = Self.pacer(500)
    var shown = Self.frame(1)
    var part = pacer.part(of: Self.frame(2))
    #expect(part.lines[0].hasPrefix("frame 2"))
    var parts = 1
    while true {
      // 1140 picture cells took ten times as long as they may.
      #expect((1...114).contains(Self.changes(shown, part)))
      shown = part
      pacer.sent(in: .milliseconds(50))
      guard let next = pacer.nextPart() else { break }
      #expect(pacer.shown == next)
      (part, parts) = (next, parts + 1)
    }
    #expect(shown == Self.frame(2), "in the end all of it is there")
    #expect(parts == 10 && !pacer.isBehind)
  }

  @Test func whatIsNewGoesBeforeWhatIsLeftAndNothingStarves() {
    var pacer = Self.pacer(500)
    var shown = Self.frame(1)
    var ages = [Int](repeating: 0, count: shown.cells.count)
    for number in 2..<40 {
      let part = pacer.part(of: Self.frame(number))
      #expect(part.lines[0].hasPrefix("frame \(number)"), "text is never late")
      for index in part.cells.indices {
        ages[index] = part.cells[index] == shown.cells[index] ? ages[index] + 1 : 0
      }
      // Ten parts go once round.
      #expect(ages[60...].allSatisfy { $0 <= 11 })
      shown = part
      pacer.sent(in: .milliseconds(50))
    }
  }

  @Test func aLineThatIsFastAgainGetsWholeFramesAgain() {
    var pacer = Self.pacer(500)
    for number in 2..<30 {
      _ = pacer.part(of: Self.frame(number))
      pacer.sent(in: .milliseconds(1))
    }
    #expect(pacer.part(of: Self.frame(99)) == Self.frame(99))
  }

  @Test func afterARedrawOrAnotherSizeTheFrameIsWhole() {
    var pacer = Self.pacer(500)
    _ = pacer.part(of: Self.frame(2))
    pacer.forget()
    #expect(pacer.shown == nil)
    #expect(pacer.part(of: Self.frame(2)) == Self.frame(2))
    let small = Self.frame(3).resized(to: CellSize(columns: 30, rows: 9))
    #expect(pacer.part(of: small) == small)
  }

  /// A pipe of 4 KB in the place of a terminal.
  private final class Line {
    private(set) var ends: [Int32] = [-1, -1]
    var time = ContinuousClock.now

    init() throws {
      try #require(pipe(&ends) == 0)
      for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
      #if os(Linux)
        // F_SETPIPE_SZ: as little as there is.
        _ = fcntl(ends[1], 1031, 4096)
      #endif
    }

    deinit { close(ends[0]) }

    /// - Returns: what came.
    @discardableResult
    func drain(_ writer: DirectWriter) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: 1000)
      var all: [UInt8] = []
      func take() -> Bool {
        let count = read(ends[0], &bytes, bytes.count)
        if count > 0 { all += bytes.prefix(count) }
        return count > 0
      }
      while writer.isBusy {
        _ = take()
        writer.pump()
      }
      while take() {}
      return all
    }
  }

  @Test func theWriterHoldsOnePartAndSendsTheRestWhenThatIsThrough() throws {
    let line = try Line()
    let writer = DirectWriter(isUnicode: true, output: line.ends[1]) { line.time }
    writer.draw(Self.frame(0))
    #expect(writer.isBusy, "a frame is more than the line takes at once")
    line.drain(writer)
    writer.draw(Self.frame(1))
    let whole = try #require(writer.bytesInLastFrame)
    // The line stands still for a while.
    line.time += .milliseconds(600)
    line.drain(writer)
    #expect(writer.restIsDue == nil)
    writer.draw(Self.frame(2))
    #expect(writer.restIsDue != nil)
    var parts = 0
    while writer.restIsDue != nil || writer.isBusy {
      if let size = writer.bytesInLastFrame, parts == 0 { #expect(size < whole / 4) }
      line.drain(writer)
      writer.goOn()
      parts += 1
    }
    #expect(parts > 2)
  }

  /// Three frames of two pictures in pixels on a line that takes a second for one: half blocks first, pixels when
  /// nothing new comes, one picture at a time; on a quick line pixels at once.
  @Test(arguments: [PictureMode.sixel, .kitty], [true, false])
  func aSlowLineGetsHalfBlocksBeforePixels(mode: PictureMode, isSlow: Bool) throws {
    var dice = Dice(1)
    func picture() -> Picture {
      Picture(
        width: 64, height: 48,
        pixels: (0..<64 * 48 * 3).map { _ in UInt8.random(in: 0...255, using: &dice) })
    }
    let line = try Line()
    var abilities = TerminalAbilities()
    (abilities.hasSixel, abilities.kitty) = (true, .inCells)
    let writer = DirectWriter(isUnicode: true, output: line.ends[1], abilities: abilities) { line.time }
    writer.pictures = mode
    let mark = Array((mode == .sixel ? "\u{1B}P0;1;0q" : "a=T,U=1").utf8)
    /// How often pixels begin.
    func pictures(in bytes: [UInt8]) -> Int {
      bytes.indices.count { bytes[$0...].starts(with: mark) }
    }
    func draw(_ frame: CellBuffer, slowly time: Duration = .milliseconds(100)) -> [UInt8] {
      writer.draw(frame)
      line.time += isSlow ? time : .milliseconds(5)
      return line.drain(writer)
    }
    let first = draw(screenOfTwo(picture(), picture()), slowly: .seconds(1))
    #expect(pictures(in: first) >= 2, "the first frame cannot know the line")
    let last = screenOfTwo(picture(), picture())
    let bytes = draw(last)
    guard isSlow else {
      #expect(pictures(in: bytes) >= 2 && writer.restIsDue == nil)
      return
    }
    #expect(pictures(in: bytes) == 0 && bytes.count < first.count / 4)
    var sent = 0
    while let due = writer.restIsDue {
      if line.time < due {
        writer.goOn()
        #expect(line.drain(writer).isEmpty, "nothing until the screen is still")
        line.time = due
      }
      writer.goOn()
      sent += min(1, pictures(in: line.drain(writer)))
      try #require(sent < 9)
    }
    #expect(sent == 2)
    #expect(pictures(in: draw(last)) == 0 && writer.restIsDue == nil, "all of it is there")
  }
}
