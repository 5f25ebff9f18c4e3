import Checkpoints
import Foundation
import Tensors

/// A golden model written again under another configuration, for tests with several models.
///
/// - Parameters:
///   - url: the file to write.
///   - fields: of the configuration that are to be others; `mask_kernels` 0 leaves the mask out.
///   - scale: of every number, so that the weights are others.
package func rewriteGolden(
  _ path: String = "labelled/model.safetensors", to url: URL, _ fields: [String: Any] = [:], scale: Float = 1
) throws {
  let file = try SafetensorsFile(golden(path))
  let json = Data((file.metadata["mezzotint"] ?? "{}").utf8)
  var configuration = try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]
  configuration.merge(fields) { _, new in new }
  let text = try JSONSerialization.data(withJSONObject: configuration, options: .sortedKeys)
  var writer = SafetensorsWriter(metadata: ["mezzotint": String(decoding: text, as: UTF8.self)])
  for name in file.names where configuration["mask_kernels"] as? Int != 0 || !name.contains(".mask.") {
    var tensor = try file.tensor(named: name)
    for index in tensor.values.indices { tensor.values[index] *= scale }
    writer.add(name, tensor)
  }
  try writer.write(to: url)
}

/// The golden model with labels in a folder of its own, beside the same without its mask and one whose labels are
/// called otherwise.
package final class ModelFolder {
  private let folder: TemporaryFolder

  package init() throws {
    folder = try TemporaryFolder()
    try rewriteGolden(to: file("masked"))
    try rewriteGolden(to: file("plain"), ["mask_kernels": 0])
    try rewriteGolden(to: file("named"), ["label_names": ["left", "right"]], scale: 1.01)
  }

  package var url: URL { folder.url }

  package func file(_ name: String) -> URL { folder.file(name + ".safetensors") }
}
