import Checkpoints
import Denoising
import Foundation

/// What `info` says of a model.
struct ModelReport: Encodable {
  let name: String
  let file: String
  let fingerprint: String
  let parameters: Int
  let maskParameters: Int
  let byteCount: Int
  /// Tensors of each element type.
  let types: [String: Int]
  let configuration: UViTConfiguration
  /// The file's other metadata.
  let metadata: [String: String]
  /// [kernel][head] of each block's mask, first block to last.
  let masks: [Mask]

  struct Mask: Encodable {
    let alpha, sigma: [[Float]]
  }

  init(
    _ file: SafetensorsFile, _ configuration: UViTConfiguration, _ description: ModelDescription,
    name: String
  ) throws {
    self.name = name
    self.file = file.path
    fingerprint = try file.fingerprint()
    parameters = description.parameterCount
    maskParameters = description.maskParameterCount
    byteCount = file.header.entries.values.reduce(0) { $0 + $1.byteRange.count }
    types = Dictionary(grouping: file.header.entries.values, by: \.type.rawValue).mapValues(\.count)
    self.configuration = configuration
    metadata = file.metadata.filter { $0.key != "mezzotint" }
    masks = description.masks.map { mask in
      func rows(_ values: [Float]) -> [[Float]] {
        (0..<mask.kernels).map { Array(values[$0 * mask.heads..<($0 + 1) * mask.heads]) }
      }
      return Mask(alpha: rows(mask.alpha.values), sigma: rows(mask.sigma.values))
    }
  }

  func text() -> String {
    let c = configuration
    var rows: [(String, String)] = [
      ("model", name), ("file", file), ("fingerprint", fingerprint),
      ("parameters", "\(grouped(parameters)), of which the mask \(grouped(maskParameters))"),
      (
        "stored as",
        types.sorted { $0.key < $1.key }.map { "\($0.value) tensors \($0.key)" }.joined(separator: ", ")
      ),
      (
        "images",
        "\(c.channels) x \(c.imageSize) x \(c.imageSize), patches of \(c.patchSize) (\(c.grid) x \(c.grid))"
      ),
      ("network", "U-ViT, width \(c.width), depth \(c.depth), \(c.heads) heads, mlp x \(c.mlpRatio)"),
      ("mask", c.maskKernels > 0 ? "mixture of \(c.maskKernels) Gaussians for each head and block" : "none"),
      ("predicts", "\(c.prediction.rawValue), \(c.schedule.rawValue) schedule, \(c.timesteps) timesteps"),
      ("labels", labels),
    ]
    rows += metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { $0.0.padding(toLength: width, withPad: " ", startingAt: 0) + "  " + $0.1 }
      .joined(separator: "\n")
  }

  private var labels: String {
    let c = configuration
    guard c.classes > 0 else { return "none" }
    let named = c.labelNames.isEmpty ? "\(c.namedLabels) without names" : c.labelNames.joined(separator: ", ")
    return named + (c.noLabel == nil ? "" : ", and \"no label\" for guidance")
  }

  private func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return String(digits)
  }
}
