import Denoising

/// What heads look at as a table of comma-separated values (RFC 4180).
package enum AttentionTable {
  package static let statisticsHeader =
    "panel,step_from_1,timestep,layer,head,mask,entropy_nats,distance_patches,distance_pixels"
  package static let sharesHeader =
    "panel,step_from_1,timestep,layer,head,mask,patch_column,patch_row,looks_at,column,row,share"

  /// A line for each layer and head, without and with its mask; or for each token that a patch looks at.
  /// - Parameters:
  ///   - panels: their names.
  ///   - place: that was asked about; nil for statistics.
  package static func text(
    _ looks: [StepLook<ProbeAnswer>], panels: [String], at place: AttentionPlace?,
    model: (_ panel: Int) -> ModelDescription
  ) -> String {
    let lines = looks.flatMap { look -> [String] in
      let model = model(look.panel)
      let start = "\(quoted(panels[look.panel])),\(look.number),\(look.timestep)"
      switch look.answer {
      case .attentionStatistics(let layers): return statistics(layers, start, model)
      case .attention(let probe): return place.map { shares(probe, at: $0, start, model) } ?? []
      case .features, .words, .times: return []
      }
    }
    return ([place == nil ? statisticsHeader : sharesHeader] + lines).joined(separator: "\n") + "\n"
  }

  private static func statistics(
    _ layers: [[HeadStatistics]], _ start: String, _ model: ModelDescription
  ) -> [String] {
    zip(model.attention.indices, layers).flatMap { layer, heads in
      heads.enumerated().flatMap { head, found in
        [("without", found.before), ("with", found.after)].map { mask, numbers in
          let pixels = numbers.distance * model.patchPixels(ofBlock: layer)
          let values = [numbers.entropy, numbers.distance, pixels].map(number).joined(separator: ",")
          return "\(start),\(quoted(model.attention[layer].name)),\(head + 1),\(mask),\(values)"
        }
      }
    }
  }

  private static func shares(
    _ probe: AttentionProbe, at place: AttentionPlace, _ start: String, _ model: ModelDescription
  ) -> [String] {
    let grid = model.grid(ofBlock: place.block)
    let patch = grid.name(of: place.patch)
    let name = quoted(model.attention[place.block].name)
    return probe.heads.enumerated().flatMap { head, found in
      [("without", found.before), ("with", found.after)].flatMap { mask, shares in
        let line = "\(start),\(name),\(head + 1),\(mask),\(patch)"
        return zip(probe.tokenNames, shares.tokens).map { "\(line),\($0),,,\(number(Double($1)))" }
          + shares.patches.enumerated().map {
            "\(line),patch,\(grid.name(of: $0)),\(number(Double($1)))"
          }
      }
    }
  }

  private static func number(_ value: Double) -> String { SpectraTable.number(value) }

  private static func quoted(_ text: String) -> String { SpectraTable.quoted(text) }
}
