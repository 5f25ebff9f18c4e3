import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

/// Files that PyTorch itself wrote, see `Goldens/torch/make.py`.
@Suite struct TorchFileTests {
  @Test(arguments: ["types.pth", "types-legacy.pth", "types-protocol4.pth"])
  func everyTypeAndLayoutIsReadAsItIs(name: String) throws {
    let expected = try SafetensorsFile(golden("torch/expected.safetensors"))
    let source = try CheckpointFile.open(golden("torch/\(name)"))
    let names = expected.names.filter { !$0.hasPrefix("weights.") && !$0.hasPrefix("ema.") }
    #expect(Set(source.names) == Set(names))
    for name in names {
      #expect(try source.type(of: name) == expected.type(of: name), "\(name)")
      #expect(try source.shape(of: name) == expected.shape(of: name), "\(name)")
      let (found, wanted) = try (
        source.withBytes(of: name) { Array($0) }, expected.withBytes(of: name) { Array($0) }
      )
      #expect(found == wanted, "\(name)")
    }
    #expect(try source.tensor(named: "transposed", shape: [3, 5]).values.count == 15)
    #expect(try source.integers(named: "i16") == [-300])
    #expect(source.metadata.isEmpty)
    #expect(!source.contains("_metadata"))
  }

  @Test func whoAsksThroughAScopeDoesNotKnowTheFormat() throws {
    let scope = TensorScope(try CheckpointFile.open(golden("torch/types.pth")))
    #expect(try scope["shared"].tensor("a", [3, 4]).values.count == 12)
    #expect(try scope["shared"].type(of: "b") == .float32)
    let error = #expect(throws: CheckpointError.self) { try scope["shared"].requireNothingLeft() }
    #expect(error?.description.contains("nothing uses 2 tensors: 'shared.b', 'shared.c'") == true)
    let missing = #expect(throws: CheckpointError.self) { try scope.tensor("module.f32", [2, 3]) }
    #expect(missing?.description.contains("there is no tensor 'module.f32', but a 'f32'") == true)
  }

  @Test(arguments: [(false, "weights."), (true, "ema.")])
  func theWeightsAreFoundBesideWhatATrainerKeeps(prefersAverage: Bool, prefix: String) throws {
    let expected = try SafetensorsFile(golden("torch/expected.safetensors"))
    let source = try CheckpointFile.open(golden("torch/trainer.pth"), prefersAverage: prefersAverage)
    #expect(Set(source.names) == ["0.weight", "0.bias", "1.weight", "1.bias"])
    for name in source.names {
      #expect(try source.tensor(named: name) == expected.tensor(named: prefix + name))
    }
  }

  @Test(arguments: ["bin", "safetensors"])
  func shardsAreOneSource(ending: String) throws {
    let expected = try SafetensorsFile(golden("torch/expected.safetensors"))
    let source = try CheckpointFile.open(golden("torch/part.\(ending).index.json"))
    #expect(Set(source.names) == ["a.weight", "b.weight", "model.c"])
    #expect(try source.tensor(named: "a.weight", shape: [2, 3]) == expected.tensor(named: "f32"))
    #expect(try source.tensor(named: "b.weight") == expected.tensor(named: "f16"))
    #expect(try source.type(of: "b.weight") == .float16)
    #expect(try source.tensor(named: "model.c").values == [0.25])
    #expect(throws: CheckpointError.self) { try source.tensor(named: "d") }
    #expect(try source.fingerprint().count == 16)
    #expect(try source.fingerprint() != expected.fingerprint())
  }

  /// Shared storages, strides and transposed views, in any order, with the file read in one go.
  @Test(arguments: ["types.pth", "types-legacy.pth", "part.bin.index.json"], [false, true])
  func aFileReadInOneGoHasTheSameTensorsAndFingerprint(name: String, backwards: Bool) throws {
    let plain = try CheckpointFile.open(golden("torch/\(name)"))
    let once = try CheckpointFile.open(golden("torch/\(name)"), once: true)
    for name in backwards ? once.names.reversed() : once.names {
      let (found, expected) = try (
        once.withBytes(of: name) { Array($0) }, plain.withBytes(of: name) { Array($0) }
      )
      #expect(found == expected, "\(name)")
    }
    #expect(try once.fingerprint() == plain.fingerprint())
    #expect(try once.withBytes(of: once.names[0]) { $0.count } > 0, "asked again")
  }

  @Test(arguments: [
    (
      "whole-model.pth",
      "it holds no named tensors but an object of class 'torch.nn.modules.container.Sequential'; "
        + "save the model's state_dict()"
    ),
    (
      "complex.pth",
      "it has numbers of type 'torch.ComplexFloatStorage', which is none of "
        + "F32, F16, BF16, F64, I64, I32, I16, I8, U8, BOOL; convert it to float32"
    ),
    (
      "float8.pth",
      "it has numbers of type 'torch.float8_e4m3fn', which is none of "
        + "F32, F16, BF16, F64, I64, I32, I16, I8, U8, BOOL; convert it to float32"
    ),
    (
      "expanded.pth",
      "tensor 'a' has shape [1000, 3], and only 3 numbers are stored for it; save it again with torch.save"
    ),
    (
      "script.pt", "it is a TorchScript program and not weights alone; save the model's state_dict()"
    ),
  ])
  func whatIsNoStateDictIsSaidSo(name: String, line: String) throws {
    let url = golden("torch/\(name)")
    let error = #expect(throws: CheckpointError.self) { try CheckpointFile.open(url) }
    #expect(error?.description == "\(url.relativePath): \(line)")
  }

  @Test(arguments: ["code.pth", "code-legacy.pth"])
  func codeIsNamedAndNotRun(name: String) throws {
    let url = golden("torch/\(name)")
    let error = #expect(throws: CheckpointError.self) { try CheckpointFile.open(url) }
    #expect(
      error?.description
        == "\(url.relativePath): its pickle would call 'posix.system', which is code and no weights; "
        + "nothing was run; ask whoever made it for a safetensors file")
    #expect(!FileManager.default.fileExists(atPath: "mezzotint-ran-code"))
  }

  @Test func aFileThatIsCutDownWhileOpenIsOneLineAndNoCrash() throws {
    let folder = try TemporaryFolder()
    let url = folder.file("a.pth")
    try FileManager.default.copyItem(at: golden("torch/types.pth"), to: url)
    let source = try CheckpointFile.open(url)
    #expect(truncate(url.path, 100) == 0)
    let error = #expect(throws: CheckpointError.self) { try source.tensor(named: "f32") }
    #expect(error?.description.contains("it became shorter while it was being read") == true)
  }
}
