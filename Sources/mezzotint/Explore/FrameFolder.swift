import ArgumentParser
import Console
import Explorer
import Files
import Foundation
import Pictures
import Widgets

enum FrameFormat: String, ExpressibleByArgument, CaseIterable {
  case svg, png
}

/// A folder of numbered frames: 00001.svg, 00002.svg, …; a frame like the one before is not written again.
struct FrameFolder {
  private let folder: URL
  private let format: FrameFormat
  /// Of screens.
  private let colors: ColorMode
  private var last: [UInt8] = []
  private(set) var count = 0

  /// - Throws: `UsageError` for a folder with something in it: old frames among the new would mislead.
  init(_ path: String, format: FrameFormat, colors: ColorMode) throws {
    folder = URL(filePath: path)
    (self.format, self.colors) = (format, colors)
    let found = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard found.isEmpty else {
      throw UsageError(description: "\(path): there are files in it; give a new folder")
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw UsageError(description: "\(path): the folder cannot be made; choose another place")
    }
  }

  mutating func write(_ state: ExplorerState, theme: Theme) throws {
    guard let bytes = frame(state, theme), bytes != last else { return }
    last = bytes
    count += 1
    let digits = String(count)
    let name = String(repeating: "0", count: max(0, 5 - digits.count)) + digits + "." + format.rawValue
    try AtomicFile.write(bytes, to: folder.appending(path: name))
  }

  /// nil where there is nothing to be seen yet.
  private func frame(_ state: ExplorerState, _ theme: Theme) -> [UInt8]? {
    switch format {
    case .svg:
      let screen = ExplorerView(state, theme: theme).draw()
      let background = theme.color(.background)
      let shot = SVGScreenshot(screen, background: background, pictures: state.pictures, colors: colors)
      return Array(shot.text().utf8)
    case .png:
      let pictures = state.settings.panels.compactMap { state.shownStep(of: $0)?.prediction }
      guard pictures.count == state.settings.panels.count else { return nil }
      return PNGFile(ContactSheet.arranged(pictures, columns: pictures.count)).encoded()
    }
  }
}
