import Denoising
import Pictures

/// Where the picture looks at words of its prompt, as maps and as a table of comma-separated values (RFC 4180).
package enum WordPlot {
  package static let header = "panel,step_from_1,timestep,word,column,row,share"

  /// A map for each word, each with colours of its own: words in the middle of a sentence get far less than its ends.
  package static func maps(_ found: WordMaps, of words: [PromptWord]) -> MapPlot {
    let maps = words.map { word in
      let values = found.map(of: word).map(Double.init)
      let highest = values.filter(\.isFinite).max() ?? 0
      return MapPlot.Map(
        title: word.text, note: "at most \((highest * 1000).rounded() / 10)%", values: values)
    }
    var plot = MapPlot(
      title: "where the picture looks at its words",
      scaleName: "share of attention, colours by its square root",
      width: found.grid.columns, height: found.grid.rows, maps: maps, perRow: min(maps.count, 6))
    plot.scale = .ownRoot
    return plot
  }

  /// A line for each word and place.
  /// - Parameter words: of a panel's maps, those that are wanted.
  package static func table(
    _ looks: [StepLook<ProbeAnswer>], panels: [String], words: (WordMaps) -> [PromptWord]
  ) -> String {
    let lines = looks.flatMap { look -> [String] in
      guard case .words(let found) = look.answer else { return [] }
      let start = "\(SpectraTable.quoted(panels[look.panel])),\(look.number),\(look.timestep)"
      return words(found).flatMap { word in
        found.map(of: word).enumerated().map { place, share in
          let number = SpectraTable.number(Double(share))
          return "\(start),\(SpectraTable.quoted(word.text)),\(found.grid.name(of: place)),\(number)"
        }
      }
    }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }
}
