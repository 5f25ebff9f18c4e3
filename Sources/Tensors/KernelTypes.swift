internal import CKernels

extension ElementType {
  /// As the kernels in `CKernels` name it.
  var kernelType: kernel_type {
    switch self {
    case .float32: KERNEL_FLOAT32
    case .bfloat16: KERNEL_BFLOAT16
    default: preconditionFailure("no kernel computes in \(self)")
    }
  }
}
