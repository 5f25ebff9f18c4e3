import Tensors

/// The chain of a U-Net's pass, with what its blocks are told beside their maps; see `UNetPass`. As open as the class
/// that it inherits from: of a narrower one the compiler says that the initialiser it adds calls itself.
package final class UNetChain: LayerChain {
  let configuration: UNetConfiguration
  let prompts: PromptKeys?
  /// [image, number]: what residual blocks are told.
  private let told: Buffer
  /// Of each attention of a map so far, in the order of the data.
  private(set) var masks: [UNetMask] = []
  /// Of each attention between map and prompt so far.
  private(set) var texts: [UNetTextAttention] = []

  init(
    _ engine: ComputeEngine, _ c: UNetConfiguration, batch: Int, _ type: ElementType, pool: MapPool,
    told: Buffer, prompts: PromptKeys?
  ) {
    (configuration, self.told, self.prompts) = (c, told, prompts)
    super.init(engine, batch: batch, type, pool: pool)
  }

  /// A mask for the attention of a map that comes next.
  func mask(heads: Int, grid: Grid) throws -> UNetMask {
    let mask = try UNetMask(engine, batch: batch, heads: heads, grid: grid)
    masks.append(mask)
    return mask
  }

  func note(_ text: UNetTextAttention) { texts.append(text) }

  /// Divides a map where a configuration asks for it.
  func divide(_ map: Buffer, by divisor: Double) throws {
    guard divisor != 1 else { return }
    append(
      MapScaling(scaling: PlaceScaling(engine, map: try rows(of: map)), map.shape[3], Float(1 / divisor)))
  }

  /// What a residual block is told, in as many numbers as it has channels, or twice as many.
  func told(from first: Int, _ count: Int) throws -> Buffer {
    try told.view([batch, count], strides: [told.shape[1], 1], offset: first)
  }
}

/// Multiplies all of a map.
private struct MapScaling: NetworkLayer {
  private let scaling: PlaceScaling
  private let channels: Int
  private let factor: Float

  init(scaling: PlaceScaling, _ channels: Int, _ factor: Float) {
    (self.scaling, self.channels, self.factor) = (scaling, channels, factor)
  }

  func forward() { scaling.scale(channels, by: factor) }
}
