import Checkpoints
import Denoising
import Files
import Foundation
import Tensors

/// What a network is fed in one evaluation, out of a file of tensors: `x` [batch, channel, row, column], `t` and
/// `label`, each a number for all rows or one for each.
struct ForwardCase {
  let samples: Tensor
  let rows: [DenoisingRow]

  /// Names that a case of any model may have; `out` is what another program made of it.
  private static let names = [
    "x", "t", "label", "context", "cond", "added.text_embeds", "added.time_ids", "out",
  ]

  /// - Throws: `CheckpointError` and `ForwardError` for a file that does not fit the model.
  /// - Parameter prompts: what each row in turn is told, instead of `context` and what goes with it.
  init(
    _ file: any TensorSource, _ knobs: Knobs, prompts: [Prompt], for description: ModelDescription
  ) throws {
    func problem(_ text: String) -> ForwardError { ForwardError(file: file.path, problem: text) }
    if let other = file.names.sorted().first(where: { !Self.names.contains($0) }) {
      throw problem("expected tensors named \(Self.names.joined(separator: ", ")), found \(quoted(other))")
    }
    let samples = try file.tensor(named: "x")
    let shape = description.sampleShape
    guard description.takes(samples.shape) else {
      let expected = "[batch, \(shape.map(String.init).joined(separator: ", "))]"
      throw problem("`x` has shape \(samples.shape), expected \(expected)")
    }
    let batch = samples.shape[0]
    func numbers(_ name: String) throws -> [Double] {
      let found =
        try file.type(of: name).isFloat
        ? file.tensor(named: name).values.map { Double($0) } : file.integers(named: name).map { Double($0) }
      guard found.count == 1 || found.count == batch, !found.contains(where: { !$0.isFinite }) else {
        throw problem("`\(name)` has \(found.count) numbers, expected 1 or \(batch) finite ones")
      }
      return found.count == batch ? found : [Double](repeating: found[0], count: batch)
    }
    let times = try numbers("t")
    var labels: [Int?] = times.map { _ in nil }
    if let labelling = description.labelling {
      guard file.contains("label") else { throw problem("there is no `label`, and this model needs one") }
      labels = try numbers("label").map { number in
        guard let label = Int(exactly: number), description.allows(label: label) else {
          throw problem("`label` is \(number.plain), expected 0 to \(labelling.rows - 1)")
        }
        return label
      }
    } else if file.contains("label") {
      throw problem("this model takes no `label`")
    }
    self.samples = samples
    var conditions = try Self.conditions(file, labels)
    if prompts.isEmpty {
      if let defect = conditions.lazy.compactMap({ $0.defect(for: description.conditioning) }).first {
        throw problem(defect)
      }
    } else if file.contains("context") {
      throw problem("there are a `context` and a --prompt, expected one of them")
    } else {
      for row in conditions.indices { conditions[row].prompt = prompts[row % prompts.count] }
    }
    rows = zip(times, conditions).map { time, condition in
      DenoisingRow(timestep: description.time.timestep(for: time), condition: condition, knobs: knobs)
    }
  }
}

extension ForwardCase {
  /// What each row is told besides the time: `context` [batch, token, width], `cond` (an embedded guidance),
  /// `added.text_embeds` and `added.time_ids`, all [batch, width].
  private static func conditions(_ file: any TensorSource, _ labels: [Int?]) throws -> [Condition] {
    func rows(_ name: String, axes: Int) throws -> [Tensor?] {
      guard file.contains(name) else { return labels.map { _ in nil } }
      let tensor = try file.tensor(named: name)
      guard tensor.shape.count == axes, tensor.shape[0] == labels.count, tensor.shape.allSatisfy({ $0 > 0 })
      else {
        throw ForwardError(
          file: file.path,
          problem:
            "`\(name)` has shape \(tensor.shape), expected \(axes) axes, the first \(labels.count) long")
      }
      let shape = Array(tensor.shape.dropFirst())
      let size = shape.reduce(1, *)
      return labels.indices.map { Tensor(shape, values: Array(tensor.values[$0 * size..<($0 + 1) * size])) }
    }
    let contexts = try rows("context", axes: 3)
    let guidances = try rows("cond", axes: 2)
    let pooled = try rows("added.text_embeds", axes: 2)
    let sizes = try rows("added.time_ids", axes: 2)
    return labels.indices.map { row in
      Condition(
        label: labels[row], context: contexts[row].map { ConditionTensor($0) },
        pooled: pooled[row].map { ConditionTensor($0) }, sizes: sizes[row]?.values ?? [],
        guidance: guidances[row].map { ConditionTensor($0) })
    }
  }
}

struct ForwardError: Error, CustomStringConvertible {
  let file: String
  let problem: String
  var description: String { "\(file): \(problem); give a case made for this model" }
}
