import Checkpoints
import Foundation
import Models
import TestSupport
import Testing

/// Models found by their names, paths and weights.
struct ModelLibraryTests {
  @Test func modelsAreFoundByNameAndByPath() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("small.safetensors")
    try Data("x".utf8).write(to: file)
    let library = ModelLibrary(folders: [folder.url])
    #expect(library.names == ["small"])
    #expect(try library.file("small") == file)
    #expect(try library.file(file.path).path == file.path)
    do {
      _ = try library.file("large")
      Issue.record("found what is not there")
    } catch {
      #expect("\(error)".hasSuffix("(small); give a .safetensors file"))
    }
  }

  @Test func aModelOfARecipeIsFoundByItsWeights() throws {
    let (folder, other) = try (ModelFolder(), ModelFolder())
    try rewriteGolden(to: other.file("masked"), scale: 2)
    let fingerprint = try SafetensorsFile(other.file("masked")).fingerprint()
    let library = ModelLibrary(folders: [folder.url])
    let file = try library.file("masked", fingerprint: fingerprint, or: [other.url])
    #expect(file == other.file("masked"))
    #expect(library.reference(to: file) == other.file("masked").path)
    #expect(try library.file("masked", fingerprint: "else", or: [other.url]) == folder.file("masked"))
    #expect(library.reference(to: folder.file("masked")) == "masked")
    do {
      _ = try library.file("none", fingerprint: nil, or: [other.url])
      Issue.record("found what is not there")
    } catch {
      #expect("\(error)".hasSuffix("; put none.safetensors beside the picture or into this folder"))
    }
  }

  @Test func modelFilesAreListedWithTheirTraits() throws {
    let folder = try ModelFolder()
    try rewriteGolden(to: folder.file("plain.training"))
    try Data("no model".utf8).write(to: folder.file("noise"))
    let listings = ModelLibrary(folders: []).listings(and: folder.url)
    #expect(listings.map(\.name) == ["masked", "named", "plain"])
    #expect(listings.map(\.reference)[2] == "plain.safetensors")
    #expect(listings[0].traits == ["16x16", "mask K = 3", "label 0, label 1, label 2, label 3"])
    #expect(listings[1].traits[2] == "left, right")
    #expect(listings[2].traits[1] == "no mask")
  }

  @Test func resourcesAreFoundUpTheParentsAndInShare() throws {
    let folder = try TemporaryFolder()
    for path in ["build/release", "models", "usr/bin", "usr/share/mezzotint/models"] {
      try FileManager.default.createDirectory(
        at: folder.file(path), withIntermediateDirectories: true)
    }
    let built = Resources.folders("models", executable: folder.file("build/release/mezzotint"))
    #expect(built.first?.path == folder.file("models").resolvingSymlinksInPath().path)
    let installed = Resources.folders("models", executable: folder.file("usr/bin/mezzotint"))
    #expect(
      installed.map(\.path).contains(
        folder.file("usr/share/mezzotint/models").resolvingSymlinksInPath().path))
  }
}
