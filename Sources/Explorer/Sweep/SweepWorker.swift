import Pictures
import Recipes
import Synchronization
import Tensors

/// Runs sweeps on the engine's thread, one at a time, and hands over each cell as it is done.
///
/// Another request, or none, takes effect before the next evaluation of the network.
package final class SweepWorker: Sendable {
  private let model: LoadedModel
  private let fileNoise: Tensor?
  private let wanted = Mutex<SweepRequest?>(nil)
  private let outbox = Mutex<[ExplorerMessage]>([])
  private let notify: @Sendable () -> Void
  /// Images that run together: few enough that the corners are soon there and a key is soon heard, and at five
  /// the engine is nearly as fast for each as it ever gets.
  private static let batch = 5

  /// - Parameters:
  ///   - fileNoise: [1, channel, row, column] for recipes whose noise comes from a file.
  ///   - notify: called on the engine's thread whenever there is something to take.
  package init(_ model: LoadedModel, fileNoise: Tensor? = nil, notify: @escaping @Sendable () -> Void) {
    (self.model, self.fileNoise, self.notify) = (model, fileNoise, notify)
  }

  /// Everything that happened since the last call, in order.
  package func take() -> [ExplorerMessage] {
    outbox.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }

  /// Replaces what is wanted; nil is nothing.
  package func run(_ request: SweepRequest?) {
    wanted.withLock { $0 = request }
    guard let request else { return }
    model.denoiser.async { [self] denoiser in
      do {
        let noise = request.sweep.base.noiseFromFile ? fileNoise : nil
        var run = SweepRun(request.sweep, denoiser.traits, noise: noise, batch: Self.batch)
        while !run.isFinished, isWanted(request) {
          let results = try run.advance(with: denoiser)
          post(
            results.map { result in
              .sweptCell(
                SweepCell(
                  number: request.number, cell: result.cell,
                  picture: ContactSheet.arranged(pictures(of: result.images))))
            })
        }
      } catch {
        post([.failed("\(error)")])
      }
    }
  }

  /// Stops after the evaluation that is being made, and waits for it.
  package func close() {
    run(nil)
    model.denoiser.thread.drain()
  }

  private func isWanted(_ request: SweepRequest) -> Bool {
    wanted.withLock { $0?.number == request.number }
  }

  private func post(_ messages: [ExplorerMessage]) {
    guard !messages.isEmpty else { return }
    outbox.withLock { $0 += messages }
    notify()
  }
}
