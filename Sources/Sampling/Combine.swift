import Tensors

// Sums of scaled tensors, in one pass over the values. The factors are worked out in double precision and
// rounded once.

/// a x + b y.
func combine(_ a: Double, _ x: Tensor, _ b: Double, _ y: Tensor) -> Tensor {
  precondition(x.shape == y.shape, "\(x.shape) and \(y.shape)")
  let (a, b) = (Float(a), Float(b))
  return Tensor(
    x.shape,
    values: [Float](unsafeUninitializedCapacity: x.values.count) { values, count in
      x.values.withUnsafeBufferPointer { x in
        y.values.withUnsafeBufferPointer { y in
          for index in 0..<x.count { values[index] = a * x[index] + b * y[index] }
        }
      }
      count = x.values.count
    })
}

/// a x + b y + c z.
func combine(_ a: Double, _ x: Tensor, _ b: Double, _ y: Tensor, _ c: Double, _ z: Tensor) -> Tensor {
  precondition(x.shape == y.shape && y.shape == z.shape, "\(x.shape), \(y.shape) and \(z.shape)")
  let (a, b, c) = (Float(a), Float(b), Float(c))
  return Tensor(
    x.shape,
    values: [Float](unsafeUninitializedCapacity: x.values.count) { values, count in
      x.values.withUnsafeBufferPointer { x in
        y.values.withUnsafeBufferPointer { y in
          z.values.withUnsafeBufferPointer { z in
            for index in 0..<x.count { values[index] = a * x[index] + b * y[index] + c * z[index] }
          }
        }
      }
      count = x.values.count
    })
}

/// a x.
func scale(_ a: Double, _ x: Tensor) -> Tensor {
  let a = Float(a)
  return Tensor(x.shape, values: x.values.map { a * $0 })
}
