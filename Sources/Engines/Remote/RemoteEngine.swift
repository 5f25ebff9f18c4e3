import Denoising
import Foundation
import Models
import Tensors

/// An engine in another process, mostly on another machine: see docs/engine-protocol.md.
///
/// Samplers, noise and recipes stay here, so a picture is the same whoever evaluates, as far as numbers are. Where the
/// engine is lost, whoever asked hears of it; who asks again starts it again, and it opens its models again.
package final class RemoteEngine: Engine {
  private let start: () throws -> EngineConnection
  private let interruption: Interruption?
  private let traffic: EngineTraffic?
  private var connection: EngineConnection
  /// What was opened here, and on which connection.
  private var models: [ModelKey: Opened] = [:]

  private struct Opened {
    let source: ModelSource
    let model: OpenModel
    var connection: EngineConnection
  }

  /// - Parameters:
  ///   - interruption: leaves evaluations, and hears how far they are.
  ///   - start: starts the engine, at once and whenever it was lost.
  /// - Throws: `EngineFault`.
  package init(
    interruption: Interruption? = nil, traffic: EngineTraffic? = nil,
    start: @escaping () throws -> EngineConnection
  ) throws {
    (self.interruption, self.traffic, self.start) = (interruption, traffic, start)
    connection = try start()
  }

  deinit { connection.close() }

  package var isElsewhere: Bool { true }

  package var precisions: [Precision] { Precision.arithmetics.filter(connection.hello.precisions.contains) }

  package func resolved(_ precision: Precision) -> Precision {
    precision == .auto ? connection.hello.precisions[0] : precision
  }

  package func open(_ source: ModelSource, precision: Precision) throws -> OpenModel {
    let connection = try present()
    let opened = try open(source, precision, on: connection)
    models[opened.key] = Opened(source: source, model: opened, connection: connection)
    return opened
  }

  private func open(
    _ source: ModelSource, _ precision: Precision, on connection: EngineConnection
  ) throws -> OpenModel {
    let question = EngineBody.Open(
      model: source.url.relativePath, precision: precision, hints: HintsForm(source.hints))
    let answer = try connection.ask(.open, question, for: .opened)
    return try connection.understood {
      let body = try answer.body(EngineBody.Opened.self)
      guard body.precision == precision || precision == .auto, body.precision != .auto else {
        throw MessageDefect("it opened the model in '\(body.precision.rawValue)'")
      }
      let key = ModelKey(fingerprint: body.description.fingerprint, precision: body.precision)
      let places = body.description.takesSizes ? Self.places(of: key, connection) : nil
      let notes = body.notes ?? [:]
      guard notes.values.allSatisfy({ $0.utf8.count <= EngineLimits.noteBytes }) else {
        throw MessageDefect("a note of more than \(EngineLimits.noteBytes) bytes")
      }
      return OpenModel(
        key: key, description: try body.description.description(answer, places: places), notes: notes)
    }
  }

  /// Where FreeU and masks act in samples of another size is asked there.
  private static func places(
    of key: ModelKey, _ connection: EngineConnection
  ) -> ModelDescription.Places {
    { size in
      let question = EngineBody.Size(model: EngineBody.Key(key), size: [size.rows, size.columns])
      let answer = try connection.ask(.size, question, for: .sized)
      return try connection.understood { try answer.body(EngineBody.Sized.self).places() }
    }
  }

  package func evaluate(_ samples: Tensor, _ rows: [DenoisingRow], by model: ModelKey) throws -> Tensor {
    let connection = try ready(model)
    var result: [Float] = []
    let size = samples.values.count / max(1, rows.count)
    for first in stride(from: 0, to: rows.count, by: EngineLimits.rows) {
      let part = first..<min(first + EngineLimits.rows, rows.count)
      let batch = Tensor(
        [part.count] + samples.shape.dropFirst(),
        values: part.count == rows.count
          ? samples.values : Array(samples.values[part.lowerBound * size..<part.upperBound * size]))
      let output = try evaluate(batch, Array(rows[part]), by: model, on: connection)
      if part.count == rows.count { return output }
      result += output.values
    }
    return Tensor(samples.shape, values: result)
  }

  private func evaluate(
    _ samples: Tensor, _ rows: [DenoisingRow], by model: ModelKey, on connection: EngineConnection
  ) throws -> Tensor {
    let start = ContinuousClock.now
    let question = EngineBody.Evaluate(model: EngineBody.Key(model), rows: try rows.map { try RowForm($0) })
    let answer = try connection.ask(
      .evaluate, question, [("samples", samples)], for: .evaluated, heeding: interruption)
    return try connection.understood {
      let there = try answer.body(EngineBody.Evaluated.self).milliseconds
      traffic?.evaluated(
        there: there, of: (ContinuousClock.now - start) / .milliseconds(1),
        bytes: 2 * samples.values.count * MemoryLayout<Float>.stride)
      return try answer.tensor("output", shape: samples.shape)
    }
  }

  package func probe(
    _ sample: Tensor, _ row: DenoisingRow, _ question: ProbeQuestion, of model: ModelKey
  ) throws -> ProbeAnswer? {
    guard let form = QuestionForm(question) else { return nil }
    let connection = try ready(model)
    let body = EngineBody.Probe(model: EngineBody.Key(model), row: try RowForm(row), question: form)
    let answer = try connection.ask(
      .probe, body, [("sample", sample)], for: .probed, heeding: interruption)
    guard let trained = models[model]?.model.description else { return nil }
    let (shape, factor) = (sample.shape, trained.pictureFactor)
    let description =
      Array(shape.dropFirst()) == trained.sampleShape
      ? trained : try trained.drawing(Grid(rows: shape[2] * factor, columns: shape[3] * factor))
    return try connection.understood { try answer.probed(question, row, of: description) }
  }

  package func pictures(of samples: Tensor, by way: PreviewWay, of model: ModelKey) throws -> Tensor {
    let connection = try ready(model)
    // Models of pixels draw pictures as they are.
    guard let opened = models[model]?.model.description,
      opened.pictureShape != opened.sampleShape || opened.previews != [.full]
    else { return samples }
    // What is kept is drawn in full and the same over any line.
    let isHalf =
      way != .full && traffic?.report.isSlow ?? false
      && connection.hello.capabilities?.contains(EngineBody.Hello.half) ?? false
    let body = EngineBody.Pictures(model: EngineBody.Key(model), way: way, half: isHalf ? true : nil)
    let answer = try connection.ask(
      .pictures, body, [("samples", samples)], for: .pictured, heeding: interruption)
    return try connection.understood {
      let pictures = try answer.tensor("pictures")
      let shape = pictures.shape
      let sides = samples.shape.suffix(2).map { $0 * opened.pictureFactor }
      guard shape.count == 4, shape[0] == samples.shape[0], (1...4).contains(shape[1]),
        way == .full ? Array(shape.suffix(2)) == sides : shape.suffix(2).allSatisfy({ $0 <= 8192 })
      else { throw MessageDefect("pictures of \(shape)") }
      return pictures
    }
  }

  package func windows(of prompt: Prompt, of model: ModelKey) throws -> Int? {
    let connection = try ready(model)
    guard models[model]?.model.description.prompting != nil else { return nil }
    let body = EngineBody.Windows(model: EngineBody.Key(model), prompt: PromptForm(prompt))
    let answer = try connection.ask(.windows, body, for: .counted)
    return try connection.understood {
      let count = try answer.body(EngineBody.Counted.self).windows
      guard count.map({ (0...1 << 20).contains($0) }) ?? true else {
        throw MessageDefect("a prompt in \(count ?? 0) pieces")
      }
      return count
    }
  }

  package func close(_ model: ModelKey) {
    guard let opened = models.removeValue(forKey: model), opened.connection === connection else { return }
    // Who is gone has nothing open.
    _ = try? connection.ask(.close, EngineBody.Close(model: EngineBody.Key(model)), for: .closed)
  }

  // MARK: Coming back

  /// The engine, started again where it was lost.
  private func present() throws -> EngineConnection {
    if connection.fault != nil { connection = try start() }
    return connection
  }

  /// The engine with this model open.
  /// - Throws: `EngineFault`, `OpenModelsError` where the model is another one by now.
  private func ready(_ model: ModelKey) throws -> EngineConnection {
    guard let opened = models[model] else { preconditionFailure("\(model) is not open") }
    let connection = try present()
    guard opened.connection !== connection else { return connection }
    let again = try open(opened.source, model.precision, on: connection)
    guard again.key == model else {
      throw OpenModelsError.changed(model: ModelLibrary.name(of: opened.source.url))
    }
    models[model] = Opened(source: opened.source, model: again, connection: connection)
    return connection
  }
}
