import ArgumentParser
import Files
import Foundation
import Pictures
import Recipes

/// A file of plots, or of their numbers, as the ending of its name says.
struct PlotFile {
  static let kinds = ["svg", "png", "csv"]

  let path: String

  init(_ path: String) { self.path = path }

  /// How its name ends.
  var kind: String { URL(filePath: path).pathExtension.lowercased() }

  /// - Parameter option: that named it, without its dashes.
  func validate(_ option: String) throws {
    guard Self.kinds.contains(kind) else {
      throw ValidationError("--\(option) \(path): expected a name that ends in .svg, .png or .csv.")
    }
  }

  /// - Parameters:
  ///   - sheet: what is drawn.
  ///   - table: the same in numbers.
  /// - Throws: `FileError`, or what `sheet` throws.
  func write(_ sheet: () throws -> PlotSheet, _ table: () -> String) throws {
    let bytes: [UInt8] =
      switch kind {
      case "csv": Array(table().utf8)
      case "png": try PNGFile(sheet().picture()).encoded()
      default: Array(try sheet().svg().utf8)
      }
    try AtomicFile.write(bytes, to: URL(filePath: path))
  }
}

/// What `sample` and `compare` also write of the way to their pictures.
struct ConvergenceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Also write how far the predicted picture is from its end in each step: .svg, .png or .csv.",
      valueName: "file"),
    completion: .file(extensions: PlotFile.kinds))
  var convergence: String?

  func validate() throws { try convergence.map(PlotFile.init)?.validate("convergence") }

  func write(_ found: Convergence) throws {
    try convergence.map(PlotFile.init)?.write({ PlotSheet([found.plot]) }, { found.table })
  }
}
