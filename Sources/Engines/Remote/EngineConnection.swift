import Denoising
import Foundation
import Synchronization
import Tensors

/// Requests to an engine elsewhere, several at once, and the answers to them in whatever order.
///
/// A thread of its own reads; any thread may ask, and waits for its answer alone. Lives until it is closed.
package final class EngineConnection: Sendable {
  /// Seconds.
  package struct Patience: Sendable {
    /// Until it says hello: whoever is asked for a password takes his time.
    package var greeting = 120
    /// Between two signs of life while it is at work: it gives one every two seconds.
    package var silence = 30

    package init(greeting: Int = 120, silence: Int = 30) {
      (self.greeting, self.silence) = (greeting, silence)
    }
  }

  package let name: String
  let hello: EngineBody.Hello
  private let link: EngineLink
  private let traffic: EngineTraffic?
  private let patience: Patience
  private let state = Mutex(State())

  private struct State {
    var next = 1
    var waiting: [Int: DispatchSemaphore] = [:]
    var answers: [Int: EngineMessage] = [:]
    /// How far requests are, 0 to 1.
    var fractions: [Int: Double] = [:]
    var heard = ContinuousClock.now
    var fault: EngineFault?
  }

  /// Waits for the engine's greeting.
  /// - Parameter name: as a person called it.
  /// - Throws: `EngineFault`; then the link is closed.
  package init(
    _ link: EngineLink, name: String, traffic: EngineTraffic? = nil, patience: Patience = Patience()
  ) throws {
    (self.link, self.name, self.traffic, self.patience) = (link, name, traffic, patience)
    let deadline = ContinuousClock.now + .seconds(patience.greeting)
    var hasSpoken = false
    let reader = EngineMessageReader { most in
      let bytes = link.read(most, until: deadline)
      traffic?.received(bytes.count)
      hasSpoken = hasSpoken || !bytes.isEmpty
      if bytes.isEmpty, ContinuousClock.now >= deadline {
        throw EngineFault(name, .silent(seconds: patience.greeting))
      }
      return bytes
    }
    do {
      try reader.takeFirstLine()
      guard let message = try reader.next(), message.kind == .hello else {
        throw MessageDefect("expected 'hello' first")
      }
      hello = try message.body()
      guard !hello.precisions.isEmpty, !hello.precisions.contains(.auto) else {
        throw MessageDefect("it computes in no precision")
      }
    } catch {
      link.close()
      // What it said instead is told, or why it said nothing.
      if !hasSpoken, error is MessageDefect { throw EngineFault(name, .ended(link.lastWords())) }
      throw Self.fault(error, name)
    }
    traffic?.met(hello.device.asOneLine(most: 80))
    let thread = Thread { [self] in read() }
    thread.name = "engine elsewhere"
    thread.start()
  }

  private static func fault(_ error: any Error, _ name: String) -> EngineFault {
    if let fault = error as? EngineFault { return fault }
    return EngineFault(name, .message(error as? MessageDefect ?? MessageDefect("\(error)".asOneLine())))
  }

  /// Why nobody can be asked any more; nil while it is there.
  package var fault: EngineFault? { state.withLock { $0.fault } }

  /// Says good-bye. Who still waits for an answer hears that it ended.
  package func close() {
    if let bytes = try? EngineMessage.bytes(.bye, id: 0) { _ = link.write(bytes, patience: 1) }
    fail(EngineFault(name, .ended(nil)), isOurs: true)
  }

  private func fail(_ fault: EngineFault, isOurs: Bool = false) {
    let waiting = state.withLock { state in
      if state.fault == nil { state.fault = fault }
      defer { state.waiting = [:] }
      return state.waiting.values.map { $0 }
    }
    link.close()
    if !isOurs { traffic?.lost() }
    for answered in waiting { answered.signal() }
  }

  // MARK: Asking

  /// Sends a request and waits for its answer.
  /// - Parameters:
  ///   - expected: the kind of answer.
  ///   - interruption: leaves the request, and hears how far it is.
  /// - Throws: `EngineFault`, `MessageDefect` for a request that is too large, `Interrupted`.
  package func ask(
    _ kind: EngineMessage.Kind, _ body: some Encodable, _ tensors: [(name: String, tensor: Tensor)] = [],
    for expected: EngineMessage.Kind, heeding interruption: Interruption? = nil
  ) throws -> EngineMessage {
    let answered = DispatchSemaphore(value: 0)
    let id = try state.withLock { state in
      if let fault = state.fault { throw fault }
      let id = state.next
      state.next += 1
      state.waiting[id] = answered
      state.heard = .now
      return id
    }
    defer { forget(id) }
    try send(EngineMessage.bytes(kind, id: id, body, tensors))
    while answered.wait(timeout: .now() + .milliseconds(10)) == .timedOut {
      let (fraction, heard) = state.withLock { ($0.fractions[id], $0.heard) }
      do {
        if let fraction { try interruption?.check(Int(fraction * 1e6), of: 1_000_000) }
        try interruption?.check()
      } catch {
        // Its answer, if there is one yet, is for nobody.
        try send(EngineMessage.bytes(.cancel, id: id))
        throw error
      }
      if ContinuousClock.now - heard > .seconds(patience.silence) {
        fail(EngineFault(name, .silent(seconds: patience.silence)))
      }
    }
    let (answer, fault) = state.withLock { ($0.answers[id], $0.fault) }
    guard let answer else { throw fault ?? EngineFault(name, .ended(nil)) }
    switch answer.kind {
    case expected: return answer
    case .stopped: throw Interrupted()
    case .failed:
      let said = try understood { try answer.body(EngineBody.Failed.self) }
      throw EngineFault(name, .refused(said.text.asOneLine()))
    default:
      let defect = MessageDefect("expected '\(expected.rawValue)', found '\(answer.kind.rawValue)'")
      return try understood { throw defect }
    }
  }

  /// What is made of an answer; where it says what cannot be, there is no going on with whoever sent it.
  /// - Throws: `EngineFault`.
  func understood<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      let fault = Self.fault(error, name)
      fail(fault)
      throw fault
    }
  }

  private func forget(_ id: Int) {
    state.withLock { state in
      (state.waiting[id], state.answers[id], state.fractions[id]) = (nil, nil, nil)
    }
  }

  private func send(_ bytes: [UInt8]) throws {
    guard link.write(bytes, patience: patience.silence) else {
      fail(EngineFault(name, .ended(link.lastWords())))
      throw fault ?? EngineFault(name, .ended(nil))
    }
    traffic?.sent(bytes.count)
  }

  // MARK: Hearing

  private func read() {
    let reader = EngineMessageReader { [self] most in
      let bytes = link.read(most)
      traffic?.received(bytes.count)
      // Of a large message on a slow line every piece is a sign of life.
      state.withLock { $0.heard = .now }
      return bytes
    }
    do {
      while let message = try reader.next() {
        if message.kind == .bye { break }
        try take(message)
      }
      fail(EngineFault(name, .ended(link.lastWords())))
    } catch {
      fail(Self.fault(error, name))
    }
  }

  private func take(_ message: EngineMessage) throws {
    switch message.kind {
    case .alive: break
    case .progress:
      let fraction = try message.body(EngineBody.Progress.self).fraction
      guard (0...1).contains(fraction) else { throw MessageDefect("a progress of \(fraction)") }
      state.withLock { if $0.waiting[message.id] != nil { $0.fractions[message.id] = fraction } }
    default:
      state.withLock { state in
        // Nobody waits any more for what was left.
        guard let answered = state.waiting.removeValue(forKey: message.id) else { return }
        state.answers[message.id] = message
        answered.signal()
      }
    }
  }
}
