import Checkpoints
import Files
import Tensors

/// Tensors of another source with low-rank additions, which are made when a tensor is asked for.
final class AdaptedTensors: TensorSource {
  struct Addition: Sendable {
    let file: any TensorSource
    let layer: LoRAFile.Layer
    /// w α.
    let strength: Double
  }

  private let base: any TensorSource
  private let additions: [String: Addition]
  /// Of the file of additions and its weight.
  private let salt: UInt64
  var path: String { base.path }
  var metadata: [String: String] { base.metadata }
  var names: [String] { base.names }

  /// - Parameter additions: by the names of the base's tensors.
  init(_ base: any TensorSource, _ additions: [String: Addition], salt: UInt64) {
    (self.base, self.additions, self.salt) = (base, additions, salt)
  }

  func contains(_ name: String) -> Bool { base.contains(name) }

  /// Sums are not rounded to what their weights were stored in.
  func type(of name: String) throws -> ElementType {
    additions[name] == nil ? try base.type(of: name) : .float32
  }

  func shape(of name: String) throws -> [Int] { try base.shape(of: name) }

  func withBytes<Result>(of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result
  {
    guard let addition = additions[name] else { return try base.withBytes(of: name, body) }
    var sum = try base.tensor(named: name)
    try addition.add(to: &sum)
    return try sum.values.withUnsafeBytes(body)
  }

  func fingerprint() throws -> String {
    var hash = FowlerNollVo()
    hash.mix(UInt64(try base.fingerprint(), radix: 16) ?? 0)
    hash.mix(salt)
    return hash.digits
  }
}

extension AdaptedTensors.Addition {
  /// Adds w α/r B A. What the shapes are was looked at before.
  fileprivate func add(to weights: inout Tensor) throws {
    let (down, up) = (try file.tensor(named: layer.down).values, try file.tensor(named: layer.up).values)
    let rows = weights.shape[0]
    let (rank, columns) = (up.count / rows, weights.values.count / rows)
    let scale = Float(strength / Double(rank))
    weights.values.withUnsafeMutableBufferPointer { sum in
      down.withUnsafeBufferPointer { down in
        for row in 0..<rows {
          for inner in 0..<rank {
            let factor = scale * up[row * rank + inner]
            for column in 0..<columns {
              sum[row * columns + column] += factor * down[inner * columns + column]
            }
          }
        }
      }
    }
  }
}
