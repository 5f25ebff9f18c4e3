import Foundation

/// Images of a batch that are the same in all that reaches the encoder: pixels, time, condition and mask.
struct Twins {
  /// Of each group, the first image.
  private(set) var firsts: [Int] = []
  /// Of each image, its group.
  private(set) var places: [Int] = []

  /// Everyone alone.
  init(count: Int) {
    firsts = Array(0..<count)
    places = firsts
  }

  /// - Parameters:
  ///   - pixels: of all images.
  ///   - images: where in `pixels` each image begins, `count` numbers long.
  ///   - rows: how each is run.
  init(_ pixels: [Float], _ images: [Int], _ rows: [DenoisingRow], count: Int) {
    let size = MemoryLayout<Float>.stride
    pixels.withUnsafeBytes { pixels in
      func bytes(_ image: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: pixels[(images[image] * size)...].prefix(count * size))
      }
      for (image, row) in rows.enumerated() {
        let place = firsts.firstIndex { first in
          let other = rows[first]
          return row.timestep == other.timestep && row.condition == other.condition
            && row.mask == other.mask && areEqual(bytes(first), bytes(image))
        }
        if place == nil { firsts.append(image) }
        places.append(place ?? firsts.count - 1)
      }
    }
  }
}

/// To the bit: -0 is not 0 here.
private func areEqual(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
  guard let first = one.baseAddress, let second = other.baseAddress else { return one.count == other.count }
  return one.count == other.count && memcmp(first, second, one.count) == 0
}
