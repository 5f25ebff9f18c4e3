import Denoising
import Engines
import Foundation
import Models
import Tensors
import TestSupport
import Testing

/// Models of several panels on one engine.
struct ModelShelfTests {
  private static func load(_ folder: ModelFolder) throws -> LoadedModel {
    try LoadedModel(folder.file("masked"), precision: .fp32, threads: 1)
  }

  private static func open(_ url: URL, on model: LoadedModel) throws -> KnownModel {
    try model.withShelf { try $0.open(url, reference: url.path) }
  }

  @Test func aModelOfAnotherImageSizeIsRefused() throws {
    let folder = try ModelFolder()
    let model = try Self.load(folder)
    #expect(throws: ModelShelfError.imageShape(model: "model", expected: [3, 16, 16], found: [3, 32, 32])) {
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
    try model.withShelf { shelf in
      #expect(shelf.count == 2)
      let (plain, twin) = (try shelf.model(first), try shelf.model(second))
      #expect(plain === twin)
      let (own, common) = (try shelf.model(masked), try shelf.model(nil))
      #expect(own === common)
      shelf.keep(only: [second])
      #expect(shelf.count == 2)
      shelf.keep(only: [])
      #expect(shelf.count == 1)
      let again = try shelf.model(first)
      #expect(!again.description.hasMask, "it is loaded again")
      shelf.keep(only: [])
    }
    try rewriteGolden(to: folder.file("twin"), scale: 2)
    #expect(throws: ModelShelfError.changed(model: "twin")) {
      try model.withShelf { _ = try $0.model(second) }
    }
  }
}
