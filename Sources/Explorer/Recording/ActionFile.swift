import Foundation

/// A file of actions, as `ActionRecorder` wrote it.
package struct ActionFile: Sendable {
  package let start: ActionStart
  package let lines: [ActionLine]

  /// A last line that is cut off, as a crash or a full disk leave it, is left out.
  /// - Throws: `ActionFileError`.
  package init(contentsOf url: URL) throws {
    let name = url.relativePath
    guard let text = try? String(contentsOf: url, encoding: .utf8) else {
      throw ActionFileError(text: "\(name): cannot be read; check the path")
    }
    let all = text.split(separator: "\n", omittingEmptySubsequences: false)
    let decoder = JSONDecoder()
    guard let start = try? decoder.decode(ActionStart.self, from: Data(all[0].utf8)),
      !start.recipe.panels.isEmpty
    else {
      throw ActionFileError(text: "\(name): no recording of actions; give one of `explore --record-actions`")
    }
    guard start.format == 1 else {
      throw ActionFileError(
        text: "\(name): its recording has format \(start.format), expected 1; use a newer mezzotint")
    }
    self.start = start
    var lines: [ActionLine] = []
    for (index, line) in all.enumerated().dropFirst() where !line.isEmpty {
      do {
        lines.append(try decoder.decode(ActionLine.self, from: Data(line.utf8)))
      } catch {
        guard index == all.count - 1 else {
          throw ActionFileError(text: "\(name), line \(index + 1): no action; remove this line")
        }
      }
    }
    self.lines = lines
  }
}

package struct ActionFileError: Error, Hashable, CustomStringConvertible {
  let text: String
  package var description: String { text }
}
