import Denoising
import Pictures

/// Spectra over all steps of one concatenation, or over all concatenations in one step, as maps of colours.
package struct SpectrumHeat {
  package enum Axis: String, CaseIterable, Sendable { case steps, stages }

  /// Of one panel, in the order of the axis.
  private let found: [StepLook<JoinedSpectra>]
  private let names: [String]
  private let xName: String

  /// - Parameters:
  ///   - found: of one panel: of one place over the steps, or of one step over the places.
  ///   - model: the panel's.
  package init(_ found: [StepLook<JoinedSpectra>], over axis: Axis, in model: ModelDescription) {
    self.found = found
    names = found.map { axis == .steps ? "\($0.number)" : Self.name(of: $0.answer.place, in: model) }
    xName = axis == .steps ? "step" : Self.hasSeveral(model) ? "stage/concatenation" : "stage"
  }

  /// The stage, and which of its concatenations where stages have several: "out 1/0".
  package static func name(of place: FeaturePlace, in model: ModelDescription) -> String {
    model.stages[place.stage].name + (hasSeveral(model) ? "/\(place.concatenation)" : "")
  }

  private static func hasSeveral(_ model: ModelDescription) -> Bool {
    model.stages.contains { $0.concatenations.count > 1 }
  }

  /// Backbone and skip beside each other: as they come, where b or s changes any of them, and as they go on.
  /// - Parameters:
  ///   - start: of the titles: "Panel 1, ".
  ///   - end: of the titles: ", step 10".
  ///   - isRelative: to A(0).
  ///   - pictureSide: pixels of the picture's longer side.
  package func plots(from start: String, to end: String, isRelative: Bool, pictureSide: Int) -> [HeatPlot] {
    let isChanged = found.map(\.answer).contains { spectra in
      [spectra.backbone, spectra.skip].contains { $0.before != $0.after }
    }
    return (isChanged ? [false, true] : [true]).flatMap { isAfter in
      SpectrumPlot.Part.allCases.map { part in
        let when = isChanged ? " \(isAfter ? "after" : "before") \(part == .backbone ? "b" : "s")" : ""
        let columns = zip(names, found).map { name, look in
          let change = part == .backbone ? look.answer.backbone : look.answer.skip
          let values = SpectrumPlot.values(isAfter ? change.after : change.before, isRelative)
          return HeatPlot.Column(name: name, values: values)
        }
        return HeatPlot(
          title: "\(start)\(part.rawValue)\(when)\(end)", columns: columns, xName: xName,
          yName: "frequency r in cycles per picture", scaleName: SpectrumPlot.amplitudeName(isRelative),
          note: SpectrumPlot.wavesText(pictureSide: pictureSide))
      }
    }
  }
}
