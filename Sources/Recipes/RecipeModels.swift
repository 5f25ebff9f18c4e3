import Denoising
import Models

extension Recipe {
  /// Names the models of single panels as they were opened.
  ///
  /// - Throws: `ModelLibraryError` for one that was not.
  /// - Returns: the name of a model whose weights are not those of the recipe.
  package mutating func adopt(_ models: KnownModels) throws -> String? {
    var changed: String?
    for place in panels.indices {
      guard let wanted = panels[place].own?.model else { continue }
      let sameName = models.all.filter { $0.identity.name == wanted.name }
      guard let model = sameName.first(where: { $0.identity == wanted }) ?? sameName.first else {
        throw ModelLibraryError.unknown(reference: wanted.name, known: models.all.map(\.identity.name))
      }
      if model.identity != wanted { changed = wanted.name }
      panels[place].own?.model = models.own(model.identity)
    }
    return changed
  }

  /// Models that single panels have for themselves, each once.
  package var ownModels: [ModelIdentity] {
    Set(panels.compactMap { $0.own?.model }).sorted { ($0.name, $0.fingerprint) < ($1.name, $1.fingerprint) }
  }
}
