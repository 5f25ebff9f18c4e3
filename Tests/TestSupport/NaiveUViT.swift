import Checkpoints
import Foundation
import Tensors

/// The knobs of `reference.Knobs`, with the names and the defaults that they have there.
package struct NaiveKnobs: Sendable, Decodable {
  package var b: Float = 1
  package var s: Float = 1
  package var version = 2
  package var skipFilter = "fourier"
  package var threshold = 1
  /// Decoder blocks acted on; nil is all.
  package var blocks: [Int]?
  package var alphaGain: Float = 1
  package var sigmaGain: Float = 1
  package var maskStrength: Float = 1

  package init() {}
}

/// U-ViT as `reference.py` has it, in plain loops: the oracle that the real one is compared with.
///
/// Slow on purpose; keep to the golden models. Token rows are [token, channel], one image at a time.
package struct NaiveUViT: Sendable {
  package struct Configuration: Sendable, Decodable {
    package let imageSize, patchSize, channels, width, depth, heads, classes, maskKernels, timesteps: Int
    package let mlpRatio: Double
    package let qkvBias, timeMlp, finalConv: Bool
    package let schedule, prediction: String

    package var grid: Int { imageSize / patchSize }
    package var extras: Int { classes > 0 ? 2 : 1 }
    package var tokens: Int { extras + grid * grid }
  }

  package let configuration: Configuration
  private let weights: [String: Tensor]

  package init(_ url: URL) throws {
    let file = try SafetensorsFile(url)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    configuration = try decoder.decode(
      Configuration.self, from: Data((file.metadata["mezzotint"] ?? "").utf8))
    weights = try Dictionary(
      uniqueKeysWithValues: file.names.map { ($0, try file.tensor(named: $0)) })
  }

  /// - Parameters:
  ///   - images: [batch, channel, row, column], the model's size.
  ///   - timesteps: one per image.
  ///   - labels: one per image for a model that has classes.
  package func callAsFunction(
    _ images: Tensor, timesteps: [Double], labels: [Int]? = nil, knobs: NaiveKnobs = NaiveKnobs()
  ) -> Tensor {
    let size = images.shape[1...].reduce(1, *)
    var output: [Float] = []
    for row in 0..<images.shape[0] {
      let image = Array(images.values[row * size..<(row + 1) * size])
      output += forward(image, timesteps[row], labels?[row], knobs)
    }
    return Tensor(images.shape, values: output)
  }

  private func weight(_ name: String) -> [Float] {
    guard let tensor = weights[name] else { preconditionFailure("the golden model has no \(name)") }
    return tensor.values
  }

  // MARK: The model

  private func forward(_ image: [Float], _ timestep: Double, _ label: Int?, _ knobs: NaiveKnobs) -> [Float] {
    let c = configuration
    var x: [Float] = []
    if c.classes > 0, let label {
      x += weight("label_emb.weight")[label * c.width..<(label + 1) * c.width]
    }
    x += timeToken(timestep) + patchTokens(image)
    x = sum(x, weight("pos_embed"))
    var skips: [[Float]] = []
    for index in 0..<c.depth / 2 {
      x = block("in_blocks.\(index)", x, knobs)
      skips.append(x)
    }
    x = block("mid_block", x, knobs)
    for index in 0..<c.depth / 2 {
      var skip = skips.removeLast()
      if knobs.blocks?.contains(index) ?? true {
        if knobs.b != 1 { onMap(&x) { naiveScaleBackbone(&$0, grid: c.grid, knobs) } }
        if knobs.s != 1 { onMap(&skip) { naiveScaleSkip(&$0, grid: c.grid, knobs) } }
      }
      let both = (0..<c.tokens).flatMap { (token: Int) -> [Float] in
        let range = token * c.width..<(token + 1) * c.width
        return Array(x[range]) + Array(skip[range])
      }
      x = linear("out_blocks.\(index).skip_linear", both, inputs: 2 * c.width)
      x = block("out_blocks.\(index)", x, knobs)
    }
    let patches = linear("decoder_pred", layerNorm("norm", x), inputs: c.width)
    let picture = unpatchified(Array(patches.dropFirst(c.extras * c.channels * c.patchSize * c.patchSize)))
    return c.finalConv ? convolved(picture) : picture
  }

  private func block(_ name: String, _ input: [Float], _ knobs: NaiveKnobs) -> [Float] {
    let c = configuration
    let x = sum(input, attention(name + ".attn", layerNorm(name + ".norm1", input), knobs))
    let hidden = linear(name + ".mlp.fc1", layerNorm(name + ".norm2", x), inputs: c.width)
    let active = hidden.map { 0.5 * $0 * (1 + erf($0 * Float(0.5).squareRoot())) }
    return sum(x, linear(name + ".mlp.fc2", active, inputs: Int(Double(c.width) * c.mlpRatio)))
  }

  private func attention(_ name: String, _ x: [Float], _ knobs: NaiveKnobs) -> [Float] {
    let c = configuration
    let (tokens, width, size) = (c.tokens, c.width, c.width / c.heads)
    let qkv = linear(name + ".qkv", x, inputs: width)
    var output = [Float](repeating: 0, count: tokens * width)
    for head in 0..<c.heads {
      let mask = c.maskKernels > 0 ? naiveMask(name + ".mask", head, knobs) : nil
      for i in 0..<tokens {
        let query = i * 3 * width + head * size
        var scores = (0..<tokens).map { (j: Int) -> Float in
          let key = j * 3 * width + width + head * size
          var score: Float = 0
          for n in 0..<size { score += qkv[query + n] * qkv[key + n] }
          return score / Float(size).squareRoot() * (mask?[i * tokens + j] ?? 1)
        }
        let top = scores.max() ?? 0
        scores = scores.map { exp($0 - top) }
        let total = scores.reduce(0, +)
        for j in 0..<tokens {
          let value = j * 3 * width + 2 * width + head * size
          for n in 0..<size { output[i * width + head * size + n] += scores[j] / total * qkv[value + n] }
        }
      }
    }
    return linear(name + ".proj", output, inputs: width)
  }

  /// One head's factors on the scores, [token, token].
  private func naiveMask(_ name: String, _ head: Int, _ knobs: NaiveKnobs) -> [Float] {
    let c = configuration
    let (alpha, sigma) = (weight(name + ".alpha"), weight(name + ".sigma"))
    return (0..<c.tokens * c.tokens).map { (index: Int) -> Float in
      let (i, j) = (index / c.tokens - c.extras, index % c.tokens - c.extras)
      guard i >= 0, j >= 0 else { return 1 }
      let (dy, dx) = (i / c.grid - j / c.grid, i % c.grid - j % c.grid)
      let distance = Float(dy * dy + dx * dx)
      var factor: Float = 0
      for kernel in 0..<c.maskKernels {
        let width = sigma[kernel * c.heads + head] * knobs.sigmaGain
        let height = alpha[kernel * c.heads + head] * knobs.alphaGain
        factor += height * exp(-distance / (2 * (width * width + 1e-5)))
      }
      return 1 + knobs.maskStrength * (factor - 1)
    }
  }

  /// Hands the patch tokens to `body` as [channel, row, column].
  private func onMap(_ x: inout [Float], _ body: (inout [Float]) -> Void) {
    let c = configuration
    let area = c.grid * c.grid
    var map = [Float](repeating: 0, count: area * c.width)
    for n in 0..<area * c.width { map[n % c.width * area + n / c.width] = x[c.extras * c.width + n] }
    body(&map)
    for n in 0..<area * c.width { x[c.extras * c.width + n] = map[n % c.width * area + n / c.width] }
  }
}

// MARK: - Layers

extension NaiveUViT {
  private func timeToken(_ timestep: Double) -> [Float] {
    let width = configuration.width
    let half = width / 2
    let angles = (0..<half).map { index in
      Float(timestep) * exp(-log(Float(10_000)) * Float(index) / Float(half))
    }
    let embedding = angles.map { cos($0) } + angles.map { sin($0) } + (width % 2 == 1 ? [0] : [])
    guard configuration.timeMlp else { return embedding }
    let hidden = linear("time_embed.0", embedding, inputs: width).map { $0 / (1 + exp(-$0)) }
    return linear("time_embed.2", hidden, inputs: 4 * width)
  }

  private func patchTokens(_ image: [Float]) -> [Float] {
    let (c, p) = (configuration, configuration.patchSize)
    let patches = (0..<c.grid * c.grid).flatMap { (patch: Int) -> [Float] in
      (0..<c.channels * p * p).map { (n: Int) -> Float in
        let (row, column) = (patch / c.grid * p + n / p % p, patch % c.grid * p + n % p)
        return image[(n / (p * p) * c.imageSize + row) * c.imageSize + column]
      }
    }
    return linear("patch_embed.proj", patches, inputs: c.channels * p * p)
  }

  /// Patches of (row, column, channel) to [channel, row, column].
  private func unpatchified(_ patches: [Float]) -> [Float] {
    let (c, p) = (configuration, configuration.patchSize)
    let area = c.imageSize * c.imageSize
    return (0..<c.channels * area).map { (n: Int) -> Float in
      let (row, column) = (n / c.imageSize % c.imageSize, n % c.imageSize)
      let patch = row / p * c.grid + column / p
      let cell = (patch * p + row % p) * p + column % p
      return patches[cell * c.channels + n / area]
    }
  }

  private func convolved(_ image: [Float]) -> [Float] {
    let (size, channels) = (configuration.imageSize, configuration.channels)
    let (kernel, bias) = (weight("final_layer.weight"), weight("final_layer.bias"))
    return (0..<channels * size * size).map { (n: Int) -> Float in
      let (row, column) = (n / size % size, n % size)
      var value = bias[n / (size * size)]
      for k in 0..<channels * 9 {
        let (y, x) = (row + k / 3 % 3 - 1, column + k % 3 - 1)
        guard 0..<size ~= y, 0..<size ~= x else { continue }
        value += kernel[n / (size * size) * channels * 9 + k] * image[(k / 9 * size + y) * size + x]
      }
      return value
    }
  }

  private func layerNorm(_ name: String, _ x: [Float]) -> [Float] {
    let width = configuration.width
    let (gain, bias) = (weight(name + ".weight"), weight(name + ".bias"))
    var output = x
    for start in stride(from: 0, to: x.count, by: width) {
      let row = x[start..<start + width]
      let mean = row.reduce(0, +) / Float(width)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(width)
      let scale = 1 / (variance + 1e-5).squareRoot()
      for n in 0..<width { output[start + n] = (x[start + n] - mean) * scale * gain[n] + bias[n] }
    }
    return output
  }

  /// x Wᵀ + bias, row by row; the bias is optional in the file.
  private func linear(_ name: String, _ x: [Float], inputs: Int) -> [Float] {
    let weight = weight(name + ".weight")
    let bias = weights[name + ".bias"]?.values
    let (rows, outputs) = (x.count / inputs, weight.count / inputs)
    precondition(inputs % 4 == 0, "\(name) has \(inputs) inputs")
    return [Float](unsafeUninitializedCapacity: rows * outputs) { values, count in
      x.withUnsafeBufferPointer { x in
        weight.withUnsafeBufferPointer { weight in
          for row in 0..<rows {
            for output in 0..<outputs {
              // Four sums, which do not wait for each other, and a bare loop, which a debug build can bear.
              let (a, b) = (row * inputs, output * inputs)
              var (s0, s1, s2, s3): (Float, Float, Float, Float) = (0, 0, 0, bias?[output] ?? 0)
              var n = 0
              while n < inputs {
                s0 += x[a + n] * weight[b + n]
                s1 += x[a + n + 1] * weight[b + n + 1]
                s2 += x[a + n + 2] * weight[b + n + 2]
                s3 += x[a + n + 3] * weight[b + n + 3]
                n += 4
              }
              values[row * outputs + output] = s0 + s1 + s2 + s3
            }
          }
        }
      }
      count = rows * outputs
    }
  }
}

private func sum(_ x: [Float], _ y: [Float]) -> [Float] {
  zip(x, y).map { $0 + $1 }
}
