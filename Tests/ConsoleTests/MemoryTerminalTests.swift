import Console
import Foundation
import Testing

@Suite struct MemoryTerminalTests {
  @Test func theScriptIsPlayedAndEndsWithLeaving() {
    let terminal = MemoryTerminal(
      size: CellSize(columns: 10, rows: 2),
      script: [.events([.typed("a"), .typed("b")]), .resize(CellSize(columns: 4, rows: 1))])
    #expect(terminal.events(timeoutMilliseconds: nil) == [.typed("a"), .typed("b")])
    #expect(terminal.events(timeoutMilliseconds: nil) == [.resized(CellSize(columns: 4, rows: 1))])
    #expect(terminal.size == CellSize(columns: 4, rows: 1))
    #expect(terminal.events(timeoutMilliseconds: nil) == [.leave(status: 0)])
  }

  @Test func theLastFrameIsKeptAtTheTerminalsSize() {
    let terminal = MemoryTerminal(size: CellSize(columns: 3, rows: 1), countsBytes: true)
    var buffer = CellBuffer(width: 5, height: 2)
    buffer.write("hello", at: CellPoint(column: 0, row: 0), style: .plain)
    terminal.draw(buffer)
    #expect(terminal.buffer.lines == ["hel"])
    #expect((terminal.statistics.bytesInLastFrame ?? 0) > 0)
    terminal.draw(buffer)
    #expect(terminal.statistics.bytesInLastFrame == 0)
    terminal.redrawAll()
    terminal.draw(buffer)
    #expect((terminal.statistics.bytesInLastFrame ?? 0) > 0)
    #expect(terminal.statistics.frames == 3)
  }

  @Test func aBusyTerminalDropsFrames() {
    let terminal = MemoryTerminal()
    terminal.canDraw = false
    terminal.draw(CellBuffer(width: 80, height: 24))
    #expect(terminal.statistics.droppedFrames == 1)
    #expect(terminal.statistics.frames == 0)
  }

  @Test func manyWakesFromAnotherThreadAreOneEvent() {
    let terminal = MemoryTerminal(script: [.wait("never", until: { _ in false })])
    let handle = terminal.wakeHandle
    let thread = Thread { for _ in 0..<1000 { handle.wake() } }
    thread.start()
    while !thread.isFinished { Thread.sleep(forTimeInterval: 0.001) }
    #expect(terminal.events(timeoutMilliseconds: 0) == [.wake])
    #expect(terminal.events(timeoutMilliseconds: 0) == [])
    handle.wake()
    #expect(terminal.events(timeoutMilliseconds: 0) == [.wake])
  }

  @Test func aWaitEndsWhenTheScreenIsAsItShouldBe() {
    let terminal = MemoryTerminal(
      script: [.wait("x", until: { $0.lines[0].hasPrefix("x") }), .events([.typed("q")])])
    #expect(terminal.events(timeoutMilliseconds: 0) == [])
    var buffer = CellBuffer(size: terminal.size)
    buffer.write("x", at: CellPoint(column: 0, row: 0), style: .plain)
    terminal.draw(buffer)
    #expect(terminal.events(timeoutMilliseconds: 0) == [])
    #expect(terminal.events(timeoutMilliseconds: 0) == [.typed("q")])
    #expect(terminal.unmet == nil)
  }
}
