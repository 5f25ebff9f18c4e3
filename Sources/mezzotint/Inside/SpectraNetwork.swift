import ArgumentParser
import Denoising
import Models
import Pictures
import Recipes

/// What `spectra --network` does.
extension SpectraCommand {
  func requireAllBlocks() throws {
    guard network else { return }
    for (name, isGiven) in [
      ("maps", maps), ("relative", relative), ("over", over != nil), ("stage", stage != nil),
      ("concatenation", concatenation != nil),
    ] where isGiven {
      throw ValidationError("--\(name): --network draws every block's distance; leave one of the two out.")
    }
  }

  /// Features of all panels are kept for the one step: each is compared with the first.
  func sayNetwork() throws {
    let looks = try inside.look(allSteps: false, checking: { _ = try compared($0) }, making: { [$0] }) {
      guard !$0.stages.isEmpty else {
        throw ModelError.unused(option: "spectra", reason: "no skips come into this network")
      }
      return .features($0.featurePlaces)
    }
    let places = try compared(looks.recipe)
    for (place, panel) in looks.recipe.panels.enumerated() where !places.contains(place) {
      complain("\(panel.name): not compared, for its model is another than that of \(looks.panels[0])")
    }
    let found = looks.found.filter { places.contains($0.panel) }
    if let first = found.first, let other = found.first(where: { $0.timestep != first.timestep }) {
      throw UsageError(
        description:
          "--network: step \(first.number) of \(looks.panels[other.panel]) is at timestep \(other.timestep), that of "
          + "\(looks.panels[first.panel]) at \(first.timestep); give panels of the same steps")
    }
    guard let network = NetworkPlot(found, names: looks.panels, in: looks.description(0)) else {
      throw UsageError(description: "this engine does not say that of a network; leave out --engine")
    }
    let sheet = PlotSheet([network.plot])
    if try !inside.write({ sheet }, { network.table }) { try sheet.show { network.table } }
  }

  /// Places of the panels that have the first one's model, its own among them.
  private func compared(_ recipe: Recipe) throws -> Set<Int> {
    let first = recipe.panels[0].own?.model
    let places = recipe.panels.indices.filter { recipe.panels[$0].own?.model == first }
    guard places.count > 1 else {
      throw UsageError(
        description:
          "--network: expected a second panel of the first one's model, to compare; give another --panel")
    }
    return Set(places)
  }
}
