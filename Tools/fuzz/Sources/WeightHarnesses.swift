import Checkpoints
import Denoising
import Foundation
import Models

func fuzzSafetensors(_ input: [UInt8]) {
  guard let file = try? CheckpointFile.open(Scratch.file("m.safetensors", input)) else { return }
  readTensors(of: file)
}

func fuzzPyTorch(_ input: [UInt8]) {
  guard let file = try? CheckpointFile.open(Scratch.file("m.pth", input), prefersAverage: true) else {
    return
  }
  readTensors(of: file)
}

/// An index beside one file, which it may name.
func fuzzShards(_ input: [UInt8]) {
  let folder = Scratch.folder(["m.index.json": input, "s": shard])
  guard let file = try? CheckpointFile.open(folder.appending(path: "m.index.json")) else { return }
  readTensors(of: file)
}

private let shard = safetensors([("a", [2]), ("b", [1, 3])])

/// Names and shapes of a checkpoint, a tensor in each line: `NAME LENGTH LENGTH …`. Whatever they are, the file says
/// which model it is or is refused with a line.
func fuzzSingleFile(_ input: [UInt8]) {
  var tensors: [(name: String, shape: [Int])] = []
  var numbers = 0
  for line in input.split(separator: 0x0A).prefix(256) {
    let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
    guard let name = words.first, words.count <= 6 else { continue }
    let shape = words.dropFirst().map { Int($0).map { min(max(0, $0), 1 << 20) } ?? 1 }
    let count = shape.reduce(1) { min($0 * $1, 1 << 20) }
    // What is large stands for itself by a length of 0, which takes no bytes.
    numbers += count
    tensors.append((name, numbers < 4096 ? shape : [0] + shape.dropFirst()))
  }
  let url = Scratch.file("single.safetensors", safetensors(tensors))
  guard let model = try? ModelRegistry.model(at: url) else { return }
  precondition(!model.facts.isEmpty)
}

/// Names of what a LoRA adds to, one in each line.
func fuzzLoRA(_ input: [UInt8]) {
  for line in input.split(separator: 0x0A).prefix(64) {
    let name = LDMModule.diffusersName(String(decoding: line, as: UTF8.self), layers: line.count % 4)
    precondition(name.map { !$0.isEmpty } ?? true)
  }
}

/// Of zeros; a name that comes again is left out.
private func safetensors(_ tensors: [(name: String, shape: [Int])]) -> [UInt8] {
  var (entries, place, names) = ([UInt8](), 0, Set<String>())
  for (name, shape) in tensors where names.insert(name).inserted {
    let end = place + 4 * shape.reduce(1, *)
    let key = name.utf8.filter { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    entries += Array((entries.isEmpty ? "{\"" : ",\"").utf8) + key
    entries += Array("\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(place),\(end)]}".utf8)
    place = end
  }
  entries += Array((entries.isEmpty ? "{}" : "}").utf8)
  let length = (0..<8).map { UInt8(truncatingIfNeeded: entries.count >> (8 * $0)) }
  return length + entries + [UInt8](repeating: 0, count: place)
}

private func readTensors(of file: any TensorSource) {
  for name in file.names.prefix(8) {
    guard let shape = try? file.shape(of: name),
      shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).0 }) < 1 << 16
    else { continue }
    _ = try? file.tensor(named: name)
    _ = try? file.integers(named: name)
  }
}
