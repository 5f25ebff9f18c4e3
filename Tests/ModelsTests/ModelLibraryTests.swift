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
      #expect("\(error)".hasSuffix("no model of that name (small); give a model's file or folder"))
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
      #expect("\(error)".hasSuffix("; put 'none' beside the picture or into this folder"))
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

/// Models of a person's own, and those that the Hugging Face libraries have downloaded.
struct FindingTests {
  private let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  /// - Parameter age: in seconds.
  private func snapshot(_ repository: String, _ commit: String, age: Double, files: [String]) throws -> URL {
    let hub = home.file("hub/models--" + repository.replacing("/", with: "--"))
    let folder = hub.appending(path: "snapshots/\(commit)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in files { try Data("{}".utf8).write(to: folder.appending(path: file)) }
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: folder.path)
    return folder
  }

  @Test func aRepositoryIsItsNewestSnapshotThatHasAModel() throws {
    _ = try snapshot("google/ddpm-cifar10-32", "a", age: 300, files: ["model_index.json"])
    let newest = try snapshot("google/ddpm-cifar10-32", "c", age: 200, files: ["config.json"])
    _ = try snapshot("google/ddpm-cifar10-32", "b", age: 100, files: ["README.md"])
    let library = ModelLibrary(folders: [], hub: HubCache(home.file("hub")))
    let found = try library.file("google/ddpm-cifar10-32")
    #expect(found.path == newest.path)
    #expect(ModelLibrary.name(of: found) == "google/ddpm-cifar10-32")
    #expect(library.reference(to: found) == "google/ddpm-cifar10-32")
    #expect(ModelLibrary.name(of: found.appending(path: "unet")) == "google/ddpm-cifar10-32")
  }

  @Test(arguments: ["openai/else", "../hub", "a/b/c", "google/..", "/etc/none", "-x/y"])
  func whatIsNotThereIsSaid(name: String) throws {
    let library = ModelLibrary(folders: [home.url], hub: HubCache(home.file("hub")))
    let error = #expect(throws: ModelLibraryError.self) { try library.file(name) }
    let text = try #require(error).description
    #expect(text.contains("fetch it with 'hf download openai/else'") == (name == "openai/else"))
    #expect(throws: ModelLibraryError.self) { try library.file(name, fingerprint: nil, or: [home.url]) }
  }

  @Test func theCacheIsWhereTheLibrariesHaveIt() {
    func path(_ environment: [String: String]) -> String { HubCache(environment: environment).url.path }
    #expect(path(["HOME": "/h"]) == "/h/.cache/huggingface/hub")
    #expect(path(["HOME": "/h", "HF_HOME": "/data/hf"]) == "/data/hf/hub")
    #expect(path(["HOME": "/h", "HF_HOME": "/data/hf", "HF_HUB_CACHE": "/hub"]) == "/hub")
  }

  @Test func filesOfEveryKindAndFoldersAreFoundByTheirNames() throws {
    for file in ["one.safetensors", "two.pth", "three.ckpt", "four.txt", "five.training.safetensors"] {
      try Data("x".utf8).write(to: home.file(file))
    }
    for folder in ["six.v1.5", "seven"] {
      try FileManager.default.createDirectory(at: home.file(folder), withIntermediateDirectories: true)
    }
    try Data("{}".utf8).write(to: home.file("six.v1.5/model_index.json"))
    let library = ModelLibrary(folders: [home.url])
    #expect(library.names == ["one", "six.v1.5", "three", "two"])
    for name in library.names { #expect(ModelLibrary.name(of: try library.file(name)) == name) }
    #expect(ModelLibrary.name(of: home.file("six.v1.5/unet")) == "six.v1.5")
  }
}
