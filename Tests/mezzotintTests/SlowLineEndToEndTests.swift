import Foundation
import Testing

/// The real binary on a terminal that takes less than the program has to show.
@Suite(.serialized) struct SlowLineEndToEndTests {
  /// What a pseudo-terminal swallows before whoever writes has to wait.
  private static func capacity() -> Int {
    var (master, slave): (Int32, Int32) = (-1, -1)
    guard openpty(&master, &slave, nil, nil, nil) == 0 else { return 0 }
    defer { for end in [master, slave] { close(end) } }
    _ = fcntl(slave, F_SETFL, O_NONBLOCK)
    let bytes = [UInt8](repeating: 0x78, count: 1024)
    var count = 0
    while true {
      let written = write(slave, bytes, bytes.count)
      if written <= 0 { return count }
      count += written
    }
  }

  @Test(arguments: ["truecolor", "256"])
  func aKeysEffectIsInTheNextFrameHoweverLongNobodyRead(color: String) throws {
    let terminal = try PseudoTerminal(
      Program.path, ["--color", color], columns: 200, rows: 60,
      environment: ["COLORTERM": "truecolor", "NO_COLOR": nil, "TMUX": nil, "SWIFT_BACKTRACE": "enable=no"])
    #expect(terminal.wait { $0.text.contains("■ 20/20") })
    terminal.settle()
    let before = terminal.output.count
    terminal.send("\u{0C}")
    terminal.settle()
    let frame = terminal.output.count - before
    #expect(frame > 20_000, "a frame is worth talking about")

    // Noise as fast as it is played, and nobody reads it.
    terminal.send("xO} ")
    #expect(terminal.waitUntilLineIsFull())
    terminal.send("\u{1B}[1;2C")
    var read = 0
    while !terminal.screen.text.contains("b 1.40") {
      let count = terminal.read(atMost: 1500)
      if count == 0 { break }
      read += count
    }
    #expect(terminal.screen.text.contains("b 1.40"))
    #expect(read < Self.capacity() + 2 * frame, "no more than what was on its way, and the next frame")
    terminal.send("q")
    #expect(terminal.waitForExit() == .status(0))
    #expect(terminal.hasModesOfStart)
  }
}
