import Denoising
import Engines
import Foundation
import Models
import Tensors

/// What an engine elsewhere says, to whoever asks it for a model, an evaluation and a look inside: a message for each
/// request.
func fuzzEngine(_ input: [UInt8]) {
  signal(SIGPIPE, SIG_IGN)
  let (front, back) = linkedPair()
  let said = messages(in: input)
  let thread = Thread {
    let reader = EngineMessageReader { back.read($0) }
    // With its last word it ends: whoever waits for more must hear of that.
    for (place, part) in said.enumerated() {
      guard back.write(part, patience: 1), place < said.count - 1, let request = try? reader.next(),
        request.kind != .bye
      else { break }
    }
    back.close()
  }
  thread.start()
  let patience = EngineConnection.Patience(greeting: 1, silence: 1)
  let engine = try? RemoteEngine { try EngineConnection(front, name: "x", patience: patience) }
  guard let engine else { return }
  do {
    let opened = try engine.open(ModelSource(URL(filePath: "x")), precision: .fp32)
    let shape = [1] + opened.description.sampleShape
    guard shape.reduce(1, *) <= 1 << 16 else { return }
    let row = DenoisingRow(timestep: 0, condition: Condition(label: 0))
    _ = try engine.evaluate(Tensor(shape), [row], by: opened.key)
    _ = try engine.probe(Tensor(shape), row, .features(opened.description.featurePlaces), of: opened.key)
    _ = try engine.pictures(of: Tensor(shape), by: .full, of: opened.key)
  } catch {
    precondition(!"\(error)".unicodeScalars.contains { $0.value < 32 }, "more than a line")
  }
}

/// The greeting with its first message, then message by message; what is none is a part of its own, the last.
private func messages(in input: [UInt8]) -> [[UInt8]] {
  var (place, start) = (0, 0)
  var parts: [[UInt8]] = []
  let reader = EngineMessageReader { most in
    let part = Array(input[place..<min(place + most, input.count)])
    place += part.count
    return part
  }
  try? reader.takeFirstLine()
  while let _ = try? reader.next() {
    parts.append(Array(input[start..<place]))
    start = place
  }
  return start < input.count ? parts + [Array(input[start...])] : parts
}

private func linkedPair() -> (front: EngineLink, back: EngineLink) {
  var (there, home) = ([Int32](repeating: 0, count: 2), [Int32](repeating: 0, count: 2))
  precondition(pipe(&there) == 0 && pipe(&home) == 0)
  return (
    EngineLink(reading: home[0], writing: there[1]), EngineLink(reading: there[0], writing: home[1])
  )
}

/// What a front end asks an engine for.
func fuzzFrontEnd(_ input: [UInt8]) {
  signal(SIGPIPE, SIG_IGN)
  let file = Scratch.file("frontend", input)
  let link = EngineLink(reading: open(file.path, O_RDONLY), writing: open("/dev/null", O_WRONLY))
  let server = try? EngineServer(link, program: "x", threads: 1) { _ in model }
  try? server?.serve()
}

private let model = URL(filePath: "Tests/Goldens/labelled/model.safetensors")
