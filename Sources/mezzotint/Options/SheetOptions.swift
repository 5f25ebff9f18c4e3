import ArgumentParser
import Foundation
import Pictures
import Recipes

/// How `sample` and `compare` write their pictures.
struct SheetOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "A sheet with names, knobs and gaps, on which each pixel is a square of so many. (default: bare pixels as "
        + "PNG; as SVG and PDF a sheet with images of 128 pixels and more)",
      valueName: "n"))
  var scale: Int?

  @Flag(help: "Bare pixels all the same: no names, knobs or gaps.") var plain = false

  @Flag(help: "A sheet on light ground, for paper.") var light = false

  func validate() throws {
    if let scale, !(1...64).contains(scale) {
      throw ValidationError("--scale \(scale): expected 1 to 64.")
    }
    if plain, light { throw ValidationError("--light: bare pixels have no ground; leave --plain or it out.") }
  }

  private func isSheet(_ format: SheetFormat) -> Bool {
    !plain && (scale != nil || light || format != .png)
  }

  /// - Parameters:
  ///   - panels: of each panel its images.
  ///   - path: of the file that is written.
  func page(_ panels: [[Picture]], _ sheet: PanelSheet, for path: String) -> SheetPage {
    isSheet(outputFormat(path) ?? .png)
      ? sheet.page(panels, factor: scale, theme: light ? .light : .dark)
      : SheetPage(sheet.bare(panels), factor: scale ?? 1)
  }
}

/// What is to be written into a file of this name: what its suffix says, and PNG where it has none.
/// - Returns: nil for the suffix of something else.
func outputFormat(_ path: String) -> SheetFormat? {
  SheetFormat(path: path) ?? (URL(filePath: path).pathExtension.isEmpty ? .png : nil)
}

/// - Throws: `UsageError` for the name of something that is not written, such as a JPEG.
func requireWritableKind(_ path: String) throws {
  guard outputFormat(path) == nil else { return }
  throw UsageError(description: "--output \(path): expected a name that ends in .png, .svg or .pdf")
}
