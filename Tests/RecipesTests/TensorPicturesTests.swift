import Pictures
import Recipes
import Tensors
import Testing

struct TensorPicturesTests {
  @Test func valuesBecomePixels() {
    let values: [Float] = [-1, 0, 1, 9, .nan, -9, 0.5, -0.5, 1, 1, 1, 1]
    let picture = pictures(of: Tensor([1, 3, 2, 2], values: values))[0]
    #expect(picture[0, 0] == RGB(0, 0, 255))
    #expect(picture[1, 0] == RGB(128, 0, 255))
    #expect(picture[0, 1] == RGB(255, 191, 255))
    #expect(picture[1, 1] == RGB(255, 64, 255))
  }

  @Test func oneChannelIsGreyAndEveryByteIsReached() {
    let levels = (0..<256).map { Float($0) / 127.5 - 1 }
    let both = pictures(of: Tensor([2, 1, 16, 16], values: levels + levels.reversed()))
    #expect(both[0].pixels == (0..<256).flatMap { [UInt8](repeating: UInt8($0), count: 3) })
    #expect(both[1].pixels == both[0].pixels.reversed())
  }
}
