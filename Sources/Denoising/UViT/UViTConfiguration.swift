import Checkpoints
import Foundation
import Sampling

/// Architecture, noise schedule and labels of a U-ViT, as the JSON under `mezzotint` in a file's metadata.
///
/// Bao et al. 2022, arXiv:2209.12152; the mask of arXiv:2309.05375.
package struct UViTConfiguration: Hashable, Sendable, Codable {
  /// Pixels along one side of the square image.
  package var imageSize = 32
  /// Pixels along one side of a patch.
  package var patchSize = 4
  package var channels = 3
  package var width = 256
  /// Blocks besides the middle one: half of them before it, half behind.
  package var depth = 8
  package var heads = 4
  package var mlpRatio = 4.0
  package var qkvBias = false
  package var timeMLP = false
  package var finalConvolution = true
  /// Rows of the label embedding; 0 for a model without labels.
  package var classes = 0
  /// Gaussians in the mixture mask; 0 for plain attention.
  package var maskKernels = 0
  package var schedule = NoiseSchedule.Kind.cosine
  package var timesteps = 1000
  package var prediction = Prediction.epsilon
  package var labelNames: [String] = []
  /// A checkpoint of the authors', which counts time as they do and has no label for "none" unless it was trained
  /// with one. No part of the JSON.
  package var isPublished = false
  /// Numbers of each of a prompt's tokens; 0 for a model that reads none. No part of the JSON either.
  package var contextWidth = 0

  package init() {}

  private enum CodingKeys: String, CodingKey {
    case imageSize = "image_size"
    case patchSize = "patch_size"
    case channels, width, depth, heads
    case mlpRatio = "mlp_ratio"
    case qkvBias = "qkv_bias"
    case timeMLP = "time_mlp"
    case finalConvolution = "final_conv"
    case classes
    case maskKernels = "mask_kernels"
    case schedule, timesteps, prediction
    case labelNames = "label_names"
  }

  /// Fields that are left out take the values above.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys, _ value: inout Value) throws {
      if let found = try fields.decodeIfPresent(Value.self, forKey: key) { value = found }
    }
    func choose<Choice: RawRepresentable<String> & CaseIterable>(
      _ key: CodingKeys, _ value: inout Choice
    ) throws {
      guard let text = try fields.decodeIfPresent(String.self, forKey: key) else { return }
      guard let found = Choice(rawValue: text) else {
        throw UnknownChoice(key: key.stringValue, found: text, known: Choice.allCases.map(\.rawValue))
      }
      value = found
    }
    try read(.imageSize, &imageSize)
    try read(.patchSize, &patchSize)
    try read(.channels, &channels)
    try read(.width, &width)
    try read(.depth, &depth)
    try read(.heads, &heads)
    try read(.mlpRatio, &mlpRatio)
    try read(.qkvBias, &qkvBias)
    try read(.timeMLP, &timeMLP)
    try read(.finalConvolution, &finalConvolution)
    try read(.classes, &classes)
    try read(.maskKernels, &maskKernels)
    try choose(.schedule, &schedule)
    try read(.timesteps, &timesteps)
    try choose(.prediction, &prediction)
    try read(.labelNames, &labelNames)
  }

  /// It denoises latents, and an autoencoder makes pictures of them.
  package var drawsLatents: Bool { isPublished && channels == 4 }

  /// The authors' largest models of latents, which do without the last convolution, and those that draw from text
  /// learned Stable Diffusion's steps.
  private var hasDiscreteTime: Bool { drawsLatents && (!finalConvolution || contextWidth > 0) }

  package var noiseSchedule: NoiseSchedule {
    guard isPublished else { return NoiseSchedule(schedule, timesteps: timesteps) }
    return hasDiscreteTime
      ? .stableDiffusion(timesteps: timesteps) : .variancePreserving(timesteps: timesteps)
  }

  /// The authors' time goes from 1 / `timesteps` to 1, and their networks are told 999 times as much; those that learned
  /// steps are told their number, counted from 1.
  package var time: NetworkTime {
    guard isPublished else { return NetworkTime() }
    return NetworkTime(factor: hasDiscreteTime ? 1 : 999 / Double(timesteps), offset: 1)
  }

  /// In words.
  var scheduleText: String {
    isPublished ? hasDiscreteTime ? "Stable Diffusion's" : "variance-preserving" : schedule.rawValue
  }

  /// Patches along one side.
  package var grid: Int { imageSize / patchSize }
  /// Tokens of a prompt: as many as CLIP's.
  package var contextTokens: Int { contextWidth > 0 ? Self.promptTokens : 0 }
  package static let promptTokens = 77
  /// Tokens before the patches: the label's, if there are labels, the time's, the prompt's.
  package var extras: Int { (classes > 0 ? 2 : 1) + contextTokens }
  /// In the order of the data.
  var extraNames: [String] {
    (classes > 0 ? ["label", "time"] : ["time"])
      + (0..<contextTokens).map { AttentionProbe.name(ofPromptToken: $0) }
  }
  package var tokens: Int { extras + grid * grid }
  package var mlpWidth: Int { Int(Double(width) * mlpRatio) }
  /// Numbers of a patch.
  package var patchLength: Int { channels * patchSize * patchSize }
  package var imageShape: [Int] { [channels, imageSize, imageSize] }

  /// The row of the label embedding that stands for "no label"; nil where every row has a name.
  package var noLabel: Int? {
    classes > 0 && labelNames.count != classes && !hasKnownClassCount ? classes - 1 : nil
  }

  /// Labels that a person can ask for.
  package var namedLabels: Int {
    guard classes > 0 else { return 0 }
    guard labelNames.isEmpty else { return min(labelNames.count, classes) }
    return hasKnownClassCount ? classes : max(1, classes - 1)
  }
}

extension UViTConfiguration {
  package static let metadataKey = "mezzotint"

  /// The configuration in a file's metadata.
  ///
  /// - Throws: `ModelError` when it is missing, not JSON, or describes a model that cannot be.
  package init(metadataOf file: any TensorSource) throws {
    guard let json = file.metadata[Self.metadataKey] else {
      throw ModelError.noConfiguration(file: file.path)
    }
    do {
      self = try JSONDecoder().decode(UViTConfiguration.self, from: Data(json.utf8))
    } catch {
      throw ModelError.configuration(file: file.path, defect: Self.wording(of: error))
    }
    if let defect { throw ModelError.configuration(file: file.path, defect: defect) }
  }

  private static func wording(of error: any Error) -> String {
    if let error = error as? UnknownChoice { return error.description }
    return switch error as? DecodingError {
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      "`\(context.codingPath.map(\.stringValue).joined(separator: "."))` should be a \(type)"
    default: "it is not JSON"
    }
  }

  /// What makes the model impossible, or nil.
  package var defect: String? {
    // Bounds that no model of this kind comes near, so that products of them stay far from overflow.
    let bounded: [(String, Int, ClosedRange<Int>)] = [
      ("image_size", imageSize, 1...1024), ("patch_size", patchSize, 1...1024),
      ("channels", channels, 1...64), ("width", width, 1...16384), ("depth", depth, 0...256),
      ("heads", heads, 1...1024), ("classes", classes, 0...1_000_000),
      ("mask_kernels", maskKernels, 0...64), ("timesteps", timesteps, 2...100_000),
    ]
    for (name, value, range) in bounded where !range.contains(value) {
      return "`\(name)` is \(value), expected \(range.lowerBound) to \(range.upperBound)"
    }
    if imageSize % patchSize != 0 {
      return "`patch_size` \(patchSize) does not divide `image_size` \(imageSize)"
    }
    if grid > 64 {
      return
        "`image_size` \(imageSize) and `patch_size` \(patchSize) make \(grid) x \(grid) patches, "
        + "expected at most 64 x 64"
    }
    if width % heads != 0 { return "`heads` \(heads) do not divide `width` \(width)" }
    if depth % 2 != 0 { return "`depth` is \(depth), expected an even number" }
    if !(mlpRatio > 0 && mlpRatio <= 64) || mlpWidth < 1 {
      return "`mlp_ratio` is \(mlpRatio), expected 1 to 64"
    }
    if labelNames.count > classes {
      return "there are \(labelNames.count) `label_names` for \(classes) classes"
    }
    return nil
  }
}

/// A word in a configuration that stands for nothing that is known.
private struct UnknownChoice: Error {
  let key: String
  let found: String
  let known: [String]

  var description: String {
    let names = known.map { "\"\($0)\"" }
    let list = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    return "`\(key)` is \"\(found)\", expected \(list)"
  }
}
