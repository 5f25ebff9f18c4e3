internal import COneDNN

/// Numbers that are learned, with the place where their gradient goes.
package struct Trainable {
  /// What layers compute with: matrices in the arithmetic's type, everything else float32.
  package let value: Buffer
  /// Of the value's shape, float32; a backward pass adds to it.
  package let gradient: Buffer

  package init(value: Buffer, gradient: Buffer) {
    precondition(value.shape == gradient.shape && gradient.type == .float32)
    (self.value, self.gradient) = (value, gradient)
  }

  /// The same numbers under another shape of as many.
  package func reshaped(_ shape: [Int]) throws -> Trainable {
    Trainable(value: try value.view(shape), gradient: try gradient.view(shape))
  }

  /// Some of the rows of a matrix or elements of a vector.
  package func rows(_ range: Range<Int>) throws -> Trainable {
    let rest = Array(value.shape.dropFirst())
    let offset = range.lowerBound * rest.reduce(1, *)
    return Trainable(
      value: try value.view([range.count] + rest, offset: offset),
      gradient: try gradient.view([range.count] + rest, offset: offset))
  }
}

/// What becomes of the gradient of a layer's input.
package enum InputGradient {
  case none
  case store(Buffer)
  /// Adds to what the buffer holds.
  case accumulate(Buffer)

  var target: Buffer? {
    switch self {
    case .none: nil
    case .store(let buffer), .accumulate(let buffer): buffer
    }
  }

  var adds: Bool { if case .accumulate = self { true } else { false } }
}

/// A layer that is trained: `backward` follows `forward` and finds its buffers as that left them.
package protocol TrainableLayer {
  func forward()
  /// From the gradient of the output to that of the input, and to those of the weights, which it adds to.
  func backward()
}

extension ComputeEngine {
  /// Runs `body` once on each thread of the team that also runs oneDNN, and waits for all of them.
  ///
  /// - Parameter body: gets its share of 0..<`count`, in pieces of a cache line (16 float32 numbers).
  package func inParallel(_ count: Int, _ body: (Range<Int>) -> Void) {
    let lines = (count + 15) / 16
    let members = max(1, min(threads, lines))
    guard members > 1 else { return body(0..<count) }
    withoutActuallyEscaping(body) { body in
      var work: (Int) -> Void = { member in
        let (first, end) = (16 * (lines * member / members), 16 * (lines * (member + 1) / members))
        body(first..<min(end, count))
      }
      withUnsafeMutablePointer(to: &work) { work in
        dnn_parallel(
          Int32(members),
          { work, member, _ in work?.assumingMemoryBound(to: ((Int) -> Void).self).pointee(Int(member)) },
          work)
      }
    }
  }
}
