import Denoising
import Engines
import Foundation
import Models
import Synchronization
import Tensors
import TestSupport

/// The two ends of two pipes: of a front end, and of an engine.
func linkedPair() throws -> (front: EngineLink, back: EngineLink) {
  // As the program does: who is gone is an error, and no signal to die of.
  signal(SIGPIPE, SIG_IGN)
  var (there, home) = ([Int32](repeating: 0, count: 2), [Int32](repeating: 0, count: 2))
  guard pipe(&there) == 0, pipe(&home) == 0 else { throw POSIXError(.EMFILE) }
  return (
    EngineLink(reading: home[0], writing: there[1]), EngineLink(reading: there[0], writing: home[1])
  )
}

/// An engine of this process at the other end of two pipes, as `mezzotint engine` is one.
/// - Returns: the front end's end, and what ends the engine.
func servedEngine() throws -> (front: EngineLink, end: @Sendable () -> Void) {
  let (front, back) = try linkedPair()
  let server = try EngineServer(back, program: "test", threads: 1) { URL(filePath: $0) }
  Thread { try? server.serve() }.start()
  return (front, { back.close() })
}

extension LoadedModel {
  /// Evaluated by such an engine.
  init(served url: URL, _ hints: ModelHints = ModelHints(), precision: Precision = .fp32) throws {
    let interruption = Interruption()
    try self.init(url, hints, precision: precision, interruption: interruption) {
      try RemoteEngine(interruption: interruption) {
        try EngineConnection(servedEngine().front, name: "test")
      }
    }
  }
}

/// An engine that says what it is told to, whatever it is asked.
final class ActedEngine: Sendable {
  let front: EngineLink
  private let back: EngineLink

  /// - Parameters:
  ///   - greeting: its first bytes.
  ///   - answer: to each request, in turn; nil: it ends.
  init(
    greeting: [UInt8], answer: @escaping @Sendable (_ number: Int, EngineMessage) -> [UInt8]?
  ) throws {
    (front, back) = try linkedPair()
    Thread { [back] in
      let reader = EngineMessageReader { back.read($0) }
      var number = 0
      if back.write(greeting, patience: 10) {
        while let message = try? reader.next(), message.kind != .bye {
          guard let bytes = answer(number, message), back.write(bytes, patience: 10) else { break }
          number += 1
        }
      }
      back.close()
    }.start()
  }
}
