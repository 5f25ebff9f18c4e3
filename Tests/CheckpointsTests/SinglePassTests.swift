import Checkpoints
import Foundation
import TestSupport
import Testing

/// Files that are read once for their tensors and their fingerprint.
struct SinglePassTests {
  /// A header, then tensors of odd lengths, an empty one among them, then something behind.
  private static let tensors = [20..<33, 33..<33, 33..<34, 34..<34 + (1 << 20) + 5, 1_048_640..<1_048_700]
  private static let size = 1_048_711

  @Test(arguments: [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [3, 0, 4, 1, 2], [2], []])
  func eachByteIsReadOnceInWhateverOrderTensorsAreWantedUnlessALargeOneIsPassed(order: [Int]) throws {
    let file = (0..<Self.size).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
    var read = [UInt8](repeating: 0, count: Self.size)
    func bytes(_ range: Range<Int>) -> [UInt8] {
      for place in range { read[place] += 1 }
      return Array(file[range])
    }
    var pass = SinglePass(size: Self.size, tensors: Self.tensors)
    for index in order {
      let tensor = Self.tensors[index]
      #expect(try pass.bytes(tensor, read: bytes) == Array(file[tensor]), "tensor \(index)")
    }
    let fingerprint = try pass.fingerprint(read: bytes)
    // The large one is not kept where the one behind it is wanted first.
    let isPassed = order.firstIndex(of: 4).map { last in order[last...].contains(3) } ?? false
    let large = Self.tensors[3]
    #expect(
      read.enumerated().allSatisfy { place, count in
        count == (isPassed && large.contains(place) ? 2 : 1)
      })
    var plain = SinglePass(size: Self.size, tensors: [])
    #expect(try plain.fingerprint(read: bytes) == fingerprint)
    #expect(fingerprint.count == 16)
  }

  @Test func aFingerprintIsWhatRecipesRemember() throws {
    let url = golden("labelled/model.safetensors")
    let once = try SafetensorsFile(url, once: true)
    let plain = try SafetensorsFile(url)
    for name in once.names.reversed() {
      #expect(try once.tensor(named: name) == plain.tensor(named: name))
    }
    #expect(try once.fingerprint() == "c468ee0123f7b352")
    #expect(try plain.fingerprint() == "c468ee0123f7b352")
    #expect(try once.fingerprint() == "c468ee0123f7b352", "asked again")
    #expect(try once.tensor(named: once.names[0]) == plain.tensor(named: once.names[0]), "asked again")
  }
}
