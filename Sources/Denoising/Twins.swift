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
  ///   - images: where each image's numbers are, `pixels` of them.
  ///   - rows: how each is run.
  init(_ images: [UnsafePointer<Float>], _ rows: [DenoisingRow], pixels: Int) {
    for (image, row) in rows.enumerated() {
      let place = firsts.firstIndex { first in
        let other = rows[first]
        return row.timestep == other.timestep && row.condition == other.condition
          && row.mask == other.mask
          && memcmp(images[first], images[image], pixels * MemoryLayout<Float>.stride) == 0
      }
      if place == nil { firsts.append(image) }
      places.append(place ?? firsts.count - 1)
    }
  }
}
