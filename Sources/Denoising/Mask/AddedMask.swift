import Tensors

/// Attention that learned no mask, and may get one.
///
/// Rows without one come out of either as they would of plain attention, bit for bit: their M is 1.
final class AddedMask: NetworkLayer {
  private let plain: MaskedAttention
  private let make: () throws -> (AttentionMask, MaskedAttention)
  /// Made when it is first asked for: a mask is as large as the scores.
  private var masked: (mask: AttentionMask, attention: MaskedAttention)?
  private var isOn = false

  /// - Parameter make: the mask, and the same attention bound to it.
  init(_ plain: MaskedAttention, _ make: @escaping () throws -> (AttentionMask, MaskedAttention)) {
    (self.plain, self.make) = (plain, make)
  }

  /// - Parameter knobs: of each image of the batch.
  func bend(_ knobs: [MaskKnobs]) throws {
    isOn = knobs.contains { $0.added != 0 }
    guard isOn else { return }
    let made = try masked ?? make()
    masked = made
    made.attention.maskSources = made.mask.update(knobs.map { $0.bending(false) })
  }

  func forward() { (isOn ? masked?.attention ?? plain : plain).forward() }
}
