import Denoising
import Foundation
import Models
import Synchronization
import Tensors

/// An engine of this process for a front end elsewhere, over two pipes; see docs/engine-protocol.md.
///
/// The thread that asks it to serve reads requests; they are met one after the other on the engine's thread, and what a
/// request says is checked as a file of a stranger's would be.
package final class EngineServer: Sendable {
  private let link: EngineLink
  private let models: OnEngine<ServedModels>
  private let interruption: Interruption
  private let precisions: [Precision]
  private let program: String
  private let state = Mutex(State())
  private let isOver = DispatchSemaphore(value: 0)

  private struct State {
    /// Requests that are still to be answered.
    var pending: Set<Int> = []
    /// Those of them that are left.
    var left: Set<Int> = []
    var current: Int?
  }

  /// Seconds between two signs of life.
  private static let pulse = 2

  /// - Parameters:
  ///   - program: name and version, for people.
  ///   - find: the file of a model that a front end calls so.
  package init(
    _ link: EngineLink, program: String, threads: Int? = nil,
    find: @escaping @Sendable (String) throws -> URL = { try ModelLibrary().file($0) }
  ) throws {
    let interruption = Interruption()
    (self.link, self.program, self.interruption) = (link, program, interruption)
    precisions = [Precision.auto.resolved] + Precision.available.filter { $0 != Precision.auto.resolved }
    models = try OnEngine {
      ServedModels(LocalEngine(threads: threads, interruption: interruption), find)
    }
  }

  /// Serves until the front end says good-bye, or is gone.
  /// - Throws: `MessageDefect` for a front end that speaks something else.
  package func serve() throws {
    let hello = EngineBody.Hello(
      program: program, device: "\(ProcessInfo.processInfo.hostName), CPU", precisions: precisions,
      capabilities: [EngineBody.Hello.half])
    guard send(Array("\(EngineMessage.firstLine)\n".utf8) + (try EngineMessage.bytes(.hello, id: 0, hello)))
    else { return }
    let heart = Thread { [self] in beat() }
    heart.name = "signs of life"
    heart.start()
    defer {
      isOver.signal()
      // Nobody waits for what is being computed.
      state.withLock { $0.left = $0.pending }
      interruption.ask()
      models.thread.drain()
      link.close()
    }
    let reader = EngineMessageReader { [link] in link.read($0) }
    while let message = try reader.next() {
      if message.kind == .bye { return }
      take(message)
    }
  }

  private func send(_ bytes: [UInt8]) -> Bool { link.write(bytes, patience: 600) }

  private func beat() {
    while isOver.wait(timeout: .now() + .seconds(Self.pulse)) == .timedOut {
      let current = state.withLock { state in state.pending.isEmpty ? nil : state.current ?? 0 }
      guard let current else { continue }
      let body = EngineBody.Progress(fraction: min(1, max(0, interruption.fraction)))
      let bytes =
        try? current == 0
        ? EngineMessage.bytes(.alive, id: 0) : EngineMessage.bytes(.progress, id: current, body)
      guard let bytes, send(bytes) else { return }
    }
  }

  private func take(_ message: EngineMessage) {
    if message.kind == .cancel {
      state.withLock { state in
        guard state.pending.contains(message.id) else { return }
        state.left.insert(message.id)
        if state.current == message.id { interruption.ask() }
      }
      return
    }
    state.withLock { _ = $0.pending.insert(message.id) }
    models.async { [self] models in
      let isLeft = state.withLock { state in
        state.current = message.id
        interruption.clear()
        return state.left.contains(message.id)
      }
      let answer = isLeft ? Self.stopped(message.id) : Self.answer(to: message, models)
      state.withLock { state in
        state.current = nil
        state.pending.remove(message.id)
        state.left.remove(message.id)
      }
      _ = send(answer)
    }
  }

  private static func stopped(_ id: Int) -> [UInt8] { (try? EngineMessage.bytes(.stopped, id: id)) ?? [] }

  private static func answer(to message: EngineMessage, _ models: ServedModels) -> [UInt8] {
    do {
      return try models.answer(to: message)
    } catch is Interrupted {
      return stopped(message.id)
    } catch {
      let text = "\(error)".asOneLine()
      return (try? EngineMessage.bytes(.failed, id: message.id, EngineBody.Failed(text: text))) ?? []
    }
  }
}
