import Denoising
import Foundation
import Models
import Tensors

/// What a front end elsewhere has open, and the answers to its requests. Lives on the engine's thread.
final class ServedModels {
  private let engine: LocalEngine
  private let find: (String) throws -> URL
  private var opened: [ModelKey: ModelDescription] = [:]

  init(_ engine: LocalEngine, _ find: @escaping (String) throws -> URL) {
    (self.engine, self.find) = (engine, find)
  }

  /// - Returns: the answer's bytes.
  /// - Throws: `MessageDefect` for what cannot be asked, and what the engine throws.
  func answer(to message: EngineMessage) throws -> [UInt8] {
    let id = message.id
    switch message.kind {
    case .open:
      let (model, masks) = try open(message.body())
      return try EngineMessage.bytes(.opened, id: id, model, masks)
    case .size:
      return try EngineMessage.bytes(.sized, id: id, sized(message.body()))
    case .evaluate:
      let (there, output) = try evaluate(message)
      return try EngineMessage.bytes(
        .evaluated, id: id, EngineBody.Evaluated(milliseconds: there), [("output", output)])
    case .probe:
      let (body, tensors) = try probe(message)
      return try EngineMessage.bytes(.probed, id: id, body, tensors)
    case .pictures:
      let body = try message.body(EngineBody.Pictures.self)
      return try EngineMessage.bytes(
        .pictured, id: id, EngineMessage.Nothing(), [("pictures", pictures(message, body))],
        half: body.half ?? false)
    case .windows:
      let body = try message.body(EngineBody.Windows.self)
      let count = try engine.windows(of: body.prompt.prompt, of: known(body.model).key)
      return try EngineMessage.bytes(.counted, id: id, EngineBody.Counted(windows: count))
    case .close:
      let key = try message.body(EngineBody.Close.self).model.key
      if opened.removeValue(forKey: key) != nil { engine.close(key) }
      return try EngineMessage.bytes(.closed, id: id)
    default:
      throw MessageDefect("'\(message.kind.rawValue)' is no request")
    }
  }

  private func known(_ key: EngineBody.Key) throws -> (key: ModelKey, model: ModelDescription) {
    guard let model = opened[key.key] else {
      throw MessageDefect("a model that is not open; open it first")
    }
    return (key.key, model)
  }

  private func open(_ body: EngineBody.Open) throws -> (EngineBody.Opened, [(name: String, tensor: Tensor)]) {
    let precision = body.precision.resolved
    guard Precision.available.contains(precision) else {
      throw MessageDefect("this processor does not compute in \(precision.rawValue); give fp32 or auto")
    }
    let model = try engine.open(ModelSource(find(body.model), body.hints.hints()), precision: precision)
    opened[model.key] = model.description
    return (
      EngineBody.Opened(
        precision: precision, description: DescriptionForm(model.description), notes: model.notes),
      model.description.maskTensors
    )
  }

  private func sized(_ body: EngineBody.Size) throws -> EngineBody.Sized {
    let model = try known(body.model).model
    guard body.size.count == 2, body.size.allSatisfy({ (1...8192).contains($0) }) else {
      throw MessageDefect("a size of \(body.size.prefix(4))")
    }
    let factor = model.pictureFactor
    let sized = try model.drawing(Grid(rows: body.size[0] * factor, columns: body.size[1] * factor))
    return EngineBody.Sized(
      stages: sized.stages.map { DescriptionForm.Stage($0) },
      attention: sized.attention.map { DescriptionForm.Attention($0) })
  }

  private func evaluate(_ message: EngineMessage) throws -> (milliseconds: Double, output: Tensor) {
    let body = try message.body(EngineBody.Evaluate.self)
    let (key, model) = try known(body.model)
    guard (1...EngineLimits.rows).contains(body.rows.count) else {
      throw MessageDefect("\(body.rows.count) rows, expected 1 to \(EngineLimits.rows)")
    }
    let samples = try samples(message.tensor("samples"), count: body.rows.count, for: model)
    let rows = try body.rows.map { try $0.row(for: model) }
    let start = ContinuousClock.now
    let output = try engine.evaluate(samples, rows, by: key)
    return ((ContinuousClock.now - start) / .milliseconds(1), output)
  }

  private func samples(_ tensor: Tensor, count: Int, for model: ModelDescription) throws -> Tensor {
    guard model.takes(tensor.shape), tensor.shape[0] == count else {
      throw MessageDefect("samples of \(tensor.shape) for \(count) rows of \(model.sampleShape)")
    }
    return tensor
  }

  private func pictures(_ message: EngineMessage, _ body: EngineBody.Pictures) throws -> Tensor {
    let (key, model) = try known(body.model)
    let tensor = try message.tensor("samples")
    guard model.previews.contains(body.way) else {
      throw MessageDefect("this model is not seen by '\(body.way.rawValue)'")
    }
    let samples = try samples(tensor, count: tensor.shape.first ?? 0, for: model)
    return try engine.pictures(of: samples, by: body.way, of: key)
  }

  private func probe(
    _ message: EngineMessage
  ) throws -> (EngineBody.Probed, [(name: String, tensor: Tensor)]) {
    let body = try message.body(EngineBody.Probe.self)
    let (key, model) = try known(body.model)
    let sample = try samples(message.tensor("sample"), count: 1, for: model)
    let answer = try engine.probe(
      sample, body.row.row(for: model), body.question.question(), of: key)
    switch answer {
    case nil, .times: return (EngineBody.Probed(), [])
    case .attentionStatistics(let blocks):
      let numbers = blocks.map { heads in
        heads.map { [$0.before.entropy, $0.before.distance, $0.after.entropy, $0.after.distance] }
      }
      return (EngineBody.Probed(statistics: numbers), [])
    case .words(let maps):
      let shape = [maps.tokens.count, maps.grid.rows, maps.grid.columns]
      return (
        EngineBody.Probed(words: maps.words.map { .init(text: $0.text, places: $0.places) }),
        [("words", Tensor(shape, values: maps.tokens.flatMap(\.self)))]
      )
    case .attention(let probe):
      func tensor(_ shares: (AttentionProbe.Head) -> AttentionProbe.Shares) -> Tensor {
        let heads = probe.heads.map { shares($0).tokens + shares($0).patches }
        return Tensor([heads.count, heads.first?.count ?? 0], values: heads.flatMap(\.self))
      }
      return (
        EngineBody.Probed(tokens: probe.tokenNames),
        [("before", tensor(\.before)), ("after", tensor(\.after))]
      )
    case .features(let features):
      let tensors = features.enumerated().flatMap { index, place in
        Self.tensors("backbone.\(index)", place.backbone) + Self.tensors("skip.\(index)", place.skip)
      }
      return (
        EngineBody.Probed(features: features.map { [$0.place.stage, $0.place.concatenation] }), tensors
      )
    }
  }

  private static func tensors(
    _ name: String, _ change: JoinedFeatures.Change
  ) -> [(name: String, tensor: Tensor)] {
    func tensor(_ map: FeatureMap) -> Tensor {
      Tensor([map.grid.rows, map.grid.columns, map.channels], values: map.values)
    }
    var tensors = [(name: name, tensor: tensor(change.before))]
    if change.after != change.before { tensors.append(("\(name).after", tensor(change.after))) }
    return tensors
  }
}
