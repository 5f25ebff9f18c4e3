import Files
import Models

/// What the web UI loads beside a model, named within the prompt: `<lora:pixels:0.8>`.
enum InfotextNetworks {
  /// A prompt without them, and each of them as it stood between its brackets.
  static func split(_ prompt: String) -> (prompt: String, networks: [String]) {
    var (text, networks) = ("", [String]())
    var rest = prompt[...]
    while let start = rest.firstIndex(of: "<") {
      let inner = rest[rest.index(after: start)...]
      guard let end = inner.firstIndex(where: { "<>".contains($0) }), inner[end] == ">",
        isNetwork(inner[..<end])
      else {
        text += rest[...start]
        rest = inner
        continue
      }
      text += rest[..<start]
      networks.append(String(inner[..<end]))
      rest = inner[inner.index(after: end)...]
    }
    guard !networks.isEmpty else { return (prompt, []) }
    return ((text + rest).split(separator: " ").joined(separator: " "), networks)
  }

  private static func isNetwork(_ inner: Substring) -> Bool {
    ["lora:", "lyco:", "hypernet:"].contains { inner.hasPrefix($0) }
  }

  /// - Parameter lora: as `LoRA.text`.
  static func text(of lora: String) -> String? {
    guard let lora = LoRA(lora) else { return nil }
    // What would end the name.
    let name = lora.url.deletingPathExtension().lastPathComponent.filter { !"<>:".contains($0) }
    return "<lora:\(name):\(lora.weight.plain)>"
  }
}
