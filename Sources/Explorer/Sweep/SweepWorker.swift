import Denoising
import Engines
import Models
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
  private let outbox: Outbox

  /// - Parameters:
  ///   - fileNoise: [1, channel, row, column] for recipes whose noise comes from a file.
  ///   - notify: called on the engine's thread whenever there is something to take.
  package init(_ model: LoadedModel, fileNoise: Tensor? = nil, notify: @escaping @Sendable () -> Void) {
    (self.model, self.fileNoise, outbox) = (model, fileNoise, Outbox(notify: notify))
  }

  /// Everything that happened since the last call, in order.
  package func take() -> [ExplorerMessage] { outbox.take() }

  /// Replaces what is wanted; nil is nothing.
  package func run(_ request: SweepRequest?) {
    wanted.withLock { $0 = request }
    guard let request else { return }
    model.async { [self] models in
      do {
        for (weights, cells) in request.sweep.weighings() where isWanted(request) {
          let network = try models.model(request.model, request.sweep.base.precision, loras: weights)
          var run = SweepRun(request, network.description, fileNoise: fileNoise, cells: cells)
          while !run.isFinished, isWanted(request) {
            // Whoever asked for it meant a run of panels.
            model.interruption.clear()
            do {
              outbox.post(try run.advance(request, with: network))
            } catch is Interrupted {}
          }
        }
      } catch {
        outbox.post([.stopped("\(error)")])
      }
    }
  }

  /// Stops after the evaluation that is being made, and waits for it.
  package func close() {
    run(nil)
    model.drain()
  }

  private func isWanted(_ request: SweepRequest) -> Bool {
    wanted.withLock { $0?.number == request.number }
  }
}

extension SweepRun {
  /// Images that run together: few enough that the corners are soon there and a key is soon heard, and at five
  /// the engine is nearly as fast for each as it ever gets.
  private static let batchOnScreen = 5

  fileprivate init(_ request: SweepRequest, _ traits: ModelDescription, fileNoise: Tensor?, cells: [Int]) {
    let noise = request.sweep.base.noiseFromFile ? fileNoise : nil
    self.init(request.sweep, traits, noise: noise, batch: Self.batchOnScreen, cells: cells)
  }

  fileprivate mutating func advance(
    _ request: SweepRequest, with network: any Model
  ) throws -> [ExplorerMessage] {
    try advance(with: network).map { result in
      let picture = ContactSheet.arranged(pictures(of: try network.pictures(of: result.images)))
      return .sweptCell(SweepCell(number: request.number, cell: result.cell, picture: picture))
    }
  }
}
