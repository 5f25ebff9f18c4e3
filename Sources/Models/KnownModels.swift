import Denoising

/// Which weights: the name that people know, and a fingerprint that tells other weights of that name apart.
package struct ModelIdentity: Hashable, Sendable, Codable {
  package let name: String
  package let fingerprint: String

  package init(name: String, fingerprint: String) { (self.name, self.fingerprint) = (name, fingerprint) }
}

/// A model that was opened, without its weights.
package struct KnownModel: Sendable {
  package let identity: ModelIdentity
  /// How it is called on the command line: a bundled model's name, or a file.
  package var reference: String
  package let description: ModelDescription

  package init(identity: ModelIdentity, reference: String, description: ModelDescription) {
    (self.identity, self.reference, self.description) = (identity, reference, description)
  }
}

/// The model that panels have in common, and those that single panels have for themselves.
package struct KnownModels: Sendable {
  package var common: KnownModel
  private var others: [ModelIdentity: KnownModel] = [:]

  package init(_ common: KnownModel, others: [KnownModel] = []) {
    self.common = common
    others.forEach { insert($0) }
  }

  /// - Parameter description: of a common model that is known by nothing else.
  package init(_ description: ModelDescription) {
    self.init(KnownModel(identity: .init(name: "", fingerprint: ""), reference: "", description: description))
  }

  package mutating func insert(_ model: KnownModel) {
    if model.identity != common.identity { others[model.identity] = model }
  }

  /// Every one, the common one first, then by name.
  package var all: [KnownModel] {
    let sorted = others.values.sorted {
      ($0.identity.name, $0.identity.fingerprint) < ($1.identity.name, $1.identity.fingerprint)
    }
    return [common] + sorted
  }

  /// - Parameter own: what a panel has for itself; nil for the common model.
  package subscript(own: ModelIdentity?) -> KnownModel {
    guard let own else { return common }
    guard let model = others[own] else { preconditionFailure("\(own.name) was never opened") }
    return model
  }

  /// What a panel with this model has for itself: nothing where it is the common one.
  package func own(_ identity: ModelIdentity) -> ModelIdentity? {
    identity == common.identity ? nil : identity
  }
}
