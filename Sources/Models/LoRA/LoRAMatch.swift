import Checkpoints
import Denoising
import Files
import Foundation

/// One file of additions on its way through a model's parts: which of its layers found their weights.
struct LoRAMatch {
  private(set) var lora: LoRA
  private let file: LoRAFile
  private let fileHash: UInt64
  /// Names of the weights that it adds to, whatever its own weight is.
  private(set) var touched: [LoRAFile.Part: Set<String>] = [:]

  /// - Throws: `CheckpointError`, `ModelError` for a file that is no LoRA.
  init(_ lora: LoRA) throws {
    self.lora = lora
    file = try LoRAFile(CheckpointFile.open(lora.url))
    fileHash = UInt64(try file.source.fingerprint(), radix: 16) ?? 0
  }

  /// The same file on its way once more.
  func weighing(_ weight: Double) -> LoRAMatch {
    var match = self
    (match.lora, match.touched) = (LoRA(lora.url, weight: weight), [:])
    return match
  }

  private var found: Int { touched.values.reduce(0) { $0 + $1.count } }

  private var salt: UInt64 {
    var hash = FowlerNollVo()
    hash.mix(fileHash)
    hash.mix(lora.weight.bitPattern)
    return hash.hash
  }

  /// A part's weights with what the file adds to them; as they were where that is nothing.
  /// - Throws: `ModelError` for layers of other shapes.
  mutating func added(to weights: any TensorSource, _ part: LoRAFile.Part) throws -> any TensorSource {
    let layers = file.layers.filter { $0.key.part == part }
    let names = Dictionary(
      weights.names.filter { $0.hasSuffix(".weight") }
        .map { (LoRAFile.flat(String($0.dropLast(".weight".count))), $0) },
      uniquingKeysWith: { first, _ in first })
    let downLayers = names.keys.count {
      $0.hasPrefix("down_blocks_0_resnets_") && $0.hasSuffix("_conv1")
    }
    var additions: [String: AdaptedTensors.Addition] = [:]
    for (module, layer) in layers {
      let other = LDMModule.diffusersName(module.name, layers: downLayers)
      guard let name = names[module.name] ?? other.flatMap({ names[$0] }) else { continue }
      let rank = try rank(of: layer, for: try weights.shape(of: name))
      let alpha = try layer.alpha.map { try self.alpha($0) } ?? file.alphas[part] ?? Double(rank)
      additions[name] = .init(file: file.source, layer: layer, strength: lora.weight * alpha)
    }
    touched[part, default: []].formUnion(additions.keys)
    // Nothing of it, and the model is the same model.
    guard !additions.isEmpty, lora.weight != 0 else { return weights }
    return AdaptedTensors(weights, additions, salt: salt)
  }

  /// Once all parts were looked at.
  /// - Throws: `ModelError` where nothing was found.
  func requireLayers() throws {
    guard found == 0 else { return }
    throw ModelError.tensors(
      file: lora.url.relativePath,
      defect: "none of its \(file.layers.count) layers is one of this model's; give a LoRA for models of "
        + "this family")
  }

  /// What there is to say of it.
  var text: String {
    "\(lora.url.lastPathComponent) at \(lora.weight), \(found) of its \(file.layers.count) layers"
  }

  /// - Parameter shape: of the weights.
  private func rank(of layer: LoRAFile.Layer, for shape: [Int]) throws -> Int {
    let (down, up) = (try file.source.shape(of: layer.down), try file.source.shape(of: layer.up))
    let (rows, columns) = (shape.first ?? 0, shape.dropFirst().reduce(1, *))
    let rank = down.first ?? 0
    guard rank > 0, down.dropFirst().reduce(1, *) == columns, up.first == rows,
      up.dropFirst().reduce(1, *) == rank
    else {
      throw ModelError.tensors(
        file: lora.url.relativePath,
        defect:
          "\(quoted(layer.down)) and its other half are \(down) and \(up), for weights of \(shape); give a "
          + "LoRA for models of this family")
    }
    return rank
  }

  private func alpha(_ name: String) throws -> Double {
    let values = try file.source.tensor(named: name).values
    guard values.count == 1, values[0].isFinite else {
      throw ModelError.tensors(
        file: lora.url.relativePath,
        defect:
          "\(quoted(name)) is \(values.count == 1 ? "\(values[0])" : "\(values.count) numbers"), expected one"
      )
    }
    return Double(values[0])
  }
}
