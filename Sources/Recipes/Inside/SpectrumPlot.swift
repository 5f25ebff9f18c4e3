import Denoising
import Foundation
import Pictures

/// The spectra of one concatenation as lines: backbone or skip, of one panel or several.
package struct SpectrumPlot {
  package enum Part: String, CaseIterable, Sendable { case backbone, skip }

  package struct Entry: Sendable {
    package let name: String
    package let spectra: JoinedSpectra
    /// Drawn thin, to compare with.
    package let isReference: Bool

    package init(name: String, spectra: JoinedSpectra, isReference: Bool = false) {
      (self.name, self.spectra, self.isReference) = (name, spectra, isReference)
    }
  }

  /// - Parameters:
  ///   - entries: dashed as it came, solid as it goes on; one line where both are the same.
  ///   - isRelative: to A(0).
  ///   - pictureSide: pixels of the picture's longer side.
  package static func plot(
    _ part: Part, of entries: [Entry], at title: String, isRelative: Bool, pictureSide: Int
  ) -> LinePlot {
    var lines: [LinePlot.Line] = []
    var bands: [LinePlot.Band] = []
    for (hue, entry) in entries.enumerated() {
      let change = part == .backbone ? entry.spectra.backbone : entry.spectra.skip
      let (before, after) = (values(change.before, isRelative), values(change.after, isRelative))
      let bins = before.indices.map(Double.init)
      let isChanged = change.before != change.after
      func line(_ name: String, _ y: [Double], _ stroke: LinePlot.Stroke) -> LinePlot.Line {
        var line = LinePlot.Line(name: name, x: bins, y: y)
        (line.stroke, line.hue) = (stroke, hue)
        return line
      }
      if isChanged {
        lines.append(line("", before, .dashed))
        if part == .skip {
          bands.append(LinePlot.Band(x: bins, low: after, high: before, hue: hue))
        }
      }
      lines.append(line(entry.name, after, entry.isReference ? .thin : .solid))
    }
    var plot = LinePlot(
      title: title, lines: lines, xName: frequencyName(pictureSide: pictureSide),
      yName: amplitudeName(isRelative))
    (plot.bands, plot.isWholeX) = (bands, true)
    return plot
  }

  static func frequencyName(pictureSide: Int) -> String {
    let waves = wavesText(pictureSide: pictureSide)
    return "frequency r in bins = cycles per picture\(waves.isEmpty ? "" : "; \(waves)")"
  }

  /// How long the waves of a frequency are; empty for a picture without sides.
  static func wavesText(pictureSide: Int) -> String {
    pictureSide > 1 ? "r cycles are waves of \(pictureSide)/r pixels" : ""
  }

  static func amplitudeName(_ isRelative: Bool) -> String { isRelative ? "log10 A(r)/A(0)" : "log10 A(r)" }

  static func values(_ spectrum: RadialSpectrum, _ isRelative: Bool) -> [Double] {
    isRelative ? spectrum.relativeLogarithms : spectrum.logarithms
  }
}

/// Spectra as a table of comma-separated values (RFC 4180): a line for each frequency.
package struct SpectraTable {
  package static let header =
    "panel,step_from_1,timestep,stage,concatenation,map,when,frequency_bins,cycles_per_picture,amplitude,"
    + "log10_amplitude,log10_relative,b,s"

  /// - Parameters:
  ///   - panels: their names.
  ///   - stages: of a panel's model, their names.
  package static func text(
    _ found: [StepLook<JoinedSpectra>], panels: [String], stages: (_ panel: Int) -> [String]
  ) -> String {
    var lines = [header]
    for look in found {
      let (spectra, place) = (look.answer, look.answer.place)
      let names = stages(look.panel)
      let stage = names.indices.contains(place.stage) ? names[place.stage] : "\(place.stage)"
      let start =
        "\(quoted(panels[look.panel])),\(look.number),\(look.timestep),\(quoted(stage)),\(place.concatenation)"
      let factors = "\(spectra.factors?.b ?? 1),\(spectra.factors?.s ?? 1)"
      for (map, change) in [("backbone", spectra.backbone), ("skip", spectra.skip)] {
        for (when, spectrum) in [("before", change.before), ("after", change.after)] {
          let (logarithms, relative) = (spectrum.logarithms, spectrum.relativeLogarithms)
          for (r, amplitude) in spectrum.amplitudes.enumerated() {
            let numbers = "\(amplitude),\(number(logarithms[r])),\(number(relative[r]))"
            lines.append("\(start),\(map),\(when),\(r),\(r),\(numbers),\(factors)")
          }
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A value in a table; empty for what is not finite.
  static func number(_ value: Double) -> String {
    value.isFinite ? String(format: "%.6f", value) : ""
  }

  static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }
}
