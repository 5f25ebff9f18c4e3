import Foundation
import Synchronization

/// Work in pieces for several engines at once: whoever is free takes the next piece, and the piece of an engine that was
/// lost goes to another. Nothing in a result shows whose it was.
///
/// Each piece is carried out on a thread of its own, and what it reports is heard by the thread that waits.
package struct SharedWork<Piece: Sendable, Report: Sendable>: Sendable {
  /// Carries out a piece.
  /// - Parameters:
  ///   - engine: that is free for it, by its number.
  ///   - report: tells what came of it so far, and throws where nobody wants the rest.
  package typealias Work =
    @Sendable (
      _ piece: Piece, _ engine: Int, _ report: @escaping @Sendable (Report) throws -> Void
    ) throws -> Void

  private let pieces: [Piece]
  private let engines: Int
  private let work: Work

  private enum News: Sendable {
    case report(piece: Int, Report)
    case ended(piece: Int, engine: Int, (any Error)?)
  }

  package init(_ pieces: [Piece], engines: Int, _ work: @escaping Work) {
    precondition(engines > 0)
    (self.pieces, self.engines, self.work) = (pieces, engines, work)
  }

  /// An engine that is lost so often in a row is asked no more: the first time it may have been the piece, or the line.
  private static var mostLosses: Int { 2 }

  /// - Parameters:
  ///   - hear: takes what is reported of a piece, by its number; of one that was begun again more than once. What it
  ///     throws ends the work.
  ///   - lost: hears of an engine that is asked no more while others are.
  /// - Throws: what `work` and `hear` throw; an engine's loss where it was the last one.
  package func carryOut(_ hear: (Int, Report) throws -> Void, lost: (EngineFault) -> Void) throws {
    let mailbox = Mailbox<News>()
    // The next ones last.
    var (waiting, idle) = (Array(pieces.indices.reversed()), Array((0..<engines).reversed()))
    var losses = [Int](repeating: 0, count: engines)
    var running = 0
    do {
      while !waiting.isEmpty || running > 0 {
        while !waiting.isEmpty, let engine = idle.popLast() {
          running += 1
          start(waiting.removeLast(), on: engine, mailbox)
        }
        switch mailbox.next() {
        case .report(let piece, let report): try hear(piece, report)
        case .ended(_, let engine, nil):
          running -= 1
          losses[engine] = 0
          idle.append(engine)
        case .ended(let piece, let engine, let failure?):
          running -= 1
          guard let fault = failure as? EngineFault, fault.isLoss else { throw failure }
          waiting.append(piece)
          losses[engine] += 1
          // Others are asked before it is.
          if losses[engine] < Self.mostLosses {
            idle.insert(engine, at: 0)
          } else if losses.allSatisfy({ $0 >= Self.mostLosses }) {
            throw fault
          } else {
            lost(fault)
          }
        }
      }
    } catch {
      mailbox.close()
      while running > 0 {
        if case .ended = mailbox.next() { running -= 1 }
      }
      throw error
    }
  }

  private func start(_ piece: Int, on engine: Int, _ mailbox: Mailbox<News>) {
    let thread = Thread {
      var failure: (any Error)?
      do {
        try work(pieces[piece], engine) { report in
          guard !mailbox.isClosed else { throw CancellationError() }
          mailbox.put(.report(piece: piece, report))
        }
      } catch {
        failure = error
      }
      mailbox.put(.ended(piece: piece, engine: engine, failure))
    }
    thread.name = "asks engine \(engine)"
    thread.start()
  }
}

/// What threads leave for the one that waits; closed when it is no longer interested.
private final class Mailbox<Letter: Sendable>: Sendable {
  private let letters = Mutex<[Letter]>([])
  private let available = DispatchSemaphore(value: 0)
  private let isShut = Atomic<Bool>(false)

  var isClosed: Bool { isShut.load(ordering: .relaxed) }

  func close() { isShut.store(true, ordering: .relaxed) }

  func put(_ letter: Letter) {
    letters.withLock { $0.append(letter) }
    available.signal()
  }

  func next() -> Letter {
    available.wait()
    return letters.withLock { $0.removeFirst() }
  }
}
