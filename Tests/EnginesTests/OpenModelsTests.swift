import Denoising
import Engines
import Foundation
import Models
import Tensors
import TestSupport
import Testing

/// Models of several panels on one engine.
struct OpenModelsTests {
  private static func load(_ folder: ModelFolder) throws -> LoadedModel {
    try LoadedModel(folder.file("masked"), precision: .fp32, threads: 1)
  }

  private static func open(_ url: URL, on model: LoadedModel) throws -> KnownModel {
    try model.withOpenModels { try $0.open(url, reference: url.path) }
  }

  @Test func aModelOfAnotherImageSizeIsRefused() throws {
    let folder = try ModelFolder()
    let model = try Self.load(folder)
    #expect(throws: OpenModelsError.imageShape(model: "model", expected: [3, 16, 16], found: [3, 32, 32])) {
      try Self.open(golden("plain/model.safetensors"), on: model)
    }
  }

  @Test func theSameWeightsAreLoadedOnceAndLetGoWhenNobodyHasThem() throws {
    let folder = try ModelFolder()
    let model = try Self.load(folder)
    try FileManager.default.copyItem(at: folder.file("plain"), to: folder.file("twin"))
    let (plain, twin) = try (
      Self.open(folder.file("plain"), on: model), Self.open(folder.file("twin"), on: model)
    )
    #expect(plain.identity != twin.identity)
    let (first, masked) = (plain.identity, model.identity)
    let second = twin.identity
    try model.withOpenModels { models in
      #expect(models.count == 2)
      let (plain, twin) = (try models.model(first), try models.model(second))
      #expect(plain === twin)
      let (own, common) = (try models.model(masked), try models.model(nil))
      #expect(own === common)
      models.keep(only: [second])
      #expect(models.count == 2)
      models.keep(only: [])
      #expect(models.count == 1)
      let again = try models.model(first)
      #expect(!again.description.hasMask, "it is loaded again")
      models.keep(only: [])
    }
    try rewriteGolden(to: folder.file("twin"), scale: 2)
    #expect(throws: OpenModelsError.changed(model: "twin")) {
      try model.withOpenModels { _ = try $0.model(second) }
    }
  }
}
