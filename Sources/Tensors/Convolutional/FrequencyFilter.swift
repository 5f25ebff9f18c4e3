internal import CKernels
import Foundation

/// A window of a map's two-dimensional frequencies, as cosines and sines down its rows and across its columns.
///
/// Of what is in the window the real part counts, which is the mean over frequencies and their opposites; so each
/// frequency needs only the waves of its absolute values, and the window is two small products along the axes
/// instead of a Fourier transform.
package struct FrequencyWindow: Sendable {
  /// Of the map.
  package let rows, columns: Int
  /// [wave, row] and [wave, column]: 1, then the cosine and the sine of each frequency.
  let down, across: [Float]
  /// [row frequency, column frequency]: how many of the four with these absolute values are in the window, as a share
  /// of the map's places; and those with equal signs less those with unequal ones.
  let even, odd: [Float]

  /// - Parameters:
  ///   - vertical: frequencies in turns over all rows, each once, that are in the window together with each of the
  ///     horizontal ones: from -⌊rows / 2⌋ to ⌊(rows - 1) / 2⌋.
  ///   - horizontal: in turns over all columns, likewise.
  package init(rows: Int, columns: Int, vertical: [Int], horizontal: [Int]) {
    (self.rows, self.columns) = (rows, columns)
    let (highest, widest) = (vertical.map(abs).max() ?? 0, horizontal.map(abs).max() ?? 0)
    down = Self.waves(rows, to: highest)
    across = Self.waves(columns, to: widest)
    let share = 1 / Float(rows * columns)
    var (even, odd) = ([Float](repeating: 0, count: (highest + 1) * (widest + 1)), [Float]())
    odd = even
    for k in vertical {
      for l in horizontal {
        let place = abs(k) * (widest + 1) + abs(l)
        even[place] += share
        // Where either is 0 its sine is, too, and nothing is asked of the signs.
        odd[place] += (k < 0) == (l < 0) ? share : -share
      }
    }
    (self.even, self.odd) = (even, odd)
  }

  var rowWaves: Int { down.count / rows }
  var columnWaves: Int { across.count / columns }

  private static func waves(_ length: Int, to highest: Int) -> [Float] {
    var waves = [Float](repeating: 1, count: length)
    for frequency in stride(from: 1, through: highest, by: 1) {
      // As a fraction of whole numbers, which loses nothing.
      let angles = (0..<length).map { 2 * .pi * Double($0 * frequency % length) / Double(length) }
      waves += angles.map { Float(cos($0)) } + angles.map { Float(sin($0)) }
    }
    return waves
  }
}

/// Adds to a map, in place, a multiple of what a window of its frequencies holds: x += gain · Re F⁻¹ (window · F x),
/// channel by channel.
package final class FrequencyFilter {
  private let engine: ComputeEngine
  private let map: Buffer

  /// - Parameter map: [place, channel], places row by row.
  package init(_ engine: ComputeEngine, map: Buffer) {
    precondition(map.shape.count == 2 && map.isRowMajor, "a map of shape \(map.shape)")
    (self.engine, self.map) = (engine, map)
  }

  package func forward(_ window: FrequencyWindow, gain: Float) {
    precondition(map.shape[0] == window.rows * window.columns, "a window of another map")
    window.down.withUnsafeBufferPointer { down in
      window.across.withUnsafeBufferPointer { across in
        window.even.withUnsafeBufferPointer { even in
          window.odd.withUnsafeBufferPointer { odd in
            var job = frequency_filter_job()
            (job.map, job.type) = (map.bytes, map.type.kernelType)
            (job.rows, job.columns, job.channels) = (window.rows, window.columns, map.shape[1])
            (job.down, job.across) = (down.baseAddress, across.baseAddress)
            (job.row_waves, job.column_waves) = (window.rowWaves, window.columnWaves)
            (job.even, job.odd, job.gain) = (even.baseAddress, odd.baseAddress, gain)
            job.threads = engine.threads
            let work = engine.scratch(byteCount: kernel_frequency_filter_work_bytes(job))
            job.work = work.bytes.assumingMemoryBound(to: Float.self)
            withExtendedLifetime(work) { kernel_frequency_filter(job) }
          }
        }
      }
    }
  }
}
