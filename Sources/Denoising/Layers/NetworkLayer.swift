import Tensors

/// A layer bound to its buffers.
package protocol NetworkLayer {
  func forward()
  /// Floating-point operations of its products; 0 where there are none worth counting.
  var operations: Int { get }
}

extension NetworkLayer {
  package var operations: Int { 0 }
}

extension AveragePooling: NetworkLayer {}
extension Convolution: NetworkLayer {}
extension GatedGELU: NetworkLayer {}
extension GroupNorm: NetworkLayer {}
extension LayerNorm: NetworkLayer {}
extension Linear: NetworkLayer {}
extension MaskedAttention: NetworkLayer {}
extension NearestResampling: NetworkLayer {}
extension PictureConvolution: NetworkLayer {}
extension StreamingAttention: NetworkLayer {}
extension UpsampledConvolution: NetworkLayer {}
