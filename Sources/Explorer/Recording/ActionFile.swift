import Denoising
import Foundation

/// A file of actions, as `ActionRecorder` wrote it.
package struct ActionFile: Sendable {
  package let start: ActionStart
  package let lines: [ActionLine]

  /// A last line that is cut off, as a crash or a full disk leave it, is left out.
  /// - Throws: `ActionFileError`.
  package init(contentsOf url: URL) throws {
    let name = url.relativePath
    guard let data = try? Data(contentsOf: url) else {
      throw ActionFileError(text: "\(name): cannot be read; check the path")
    }
    try self.init(Array(data), name: name)
  }

  /// - Parameter name: of the file, for messages.
  /// - Throws: `ActionFileError`.
  package init(_ bytes: [UInt8], name: String) throws {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ActionFileError(text: "\(name): cannot be read, it is no UTF-8; check the path")
    }
    // By bytes: as characters, a line feed behind a carriage return is none.
    let all = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { $0.last == 0x0D ? $0.dropLast() : $0 }
    let decoder = JSONDecoder()
    let start: ActionStart
    do {
      start = try decoder.decode(ActionStart.self, from: Data(all[0]))
    } catch let error as SettingTextError {
      throw ActionFileError(text: "\(name), line 1: \(error); correct it")
    } catch {
      throw ActionFileError(text: "\(name): no recording of actions; give one of `explore --record-actions`")
    }
    guard start.format == 1 else {
      throw ActionFileError(
        text: "\(name): its recording has format \(start.format), expected 1; use a newer mezzotint")
    }
    for (what, found) in [("columns", start.columns), ("rows", start.rows)] where !Self.sides.contains(found)
    {
      throw ActionFileError(
        text:
          "\(name), line 1: \(what) \(found), expected 1 to \(Self.sides.upperBound); correct it, or give --size"
      )
    }
    self.start = start
    var lines: [ActionLine] = []
    for (index, line) in all.enumerated().dropFirst() where !line.isEmpty {
      do {
        let action = try decoder.decode(ActionLine.self, from: Data(line))
        if let defect = action.defect {
          throw ActionFileError(text: "\(name), line \(index + 1): \(defect); correct it")
        }
        lines.append(action)
      } catch let error as ActionFileError {
        throw error
      } catch {
        guard index == all.count - 1 else {
          throw ActionFileError(text: "\(name), line \(index + 1): no action; remove this line")
        }
      }
    }
    self.lines = lines
  }

  /// Of a screen, as `--size` has them.
  static let sides = 1...1000
  /// Where a mouse may be: on the screen, or a little beside it.
  static let places = -10_000...10_000
  static let mostTicks = 1_000_000
}

package struct ActionFileError: Error, Hashable, CustomStringConvertible {
  let text: String
  package var description: String { text }
}
