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
    // The greeting comes by itself, each answer when it is asked for, and then the end: nobody waits for more.
    for (place, part) in said.enumerated() {
      if place > 0 {
        guard let request = try? reader.next(), request.kind != .bye else { break }
      }
      guard back.write(part, patience: 1) else { break }
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
    for question in [ProbeQuestion.features(opened.description.featurePlaces), .attentionStatistics, .words] {
      _ = try engine.probe(Tensor(shape), row, question, of: opened.key)
    }
    _ = try engine.pictures(of: Tensor(shape), by: .full, of: opened.key)
  } catch {
    precondition(!"\(error)".unicodeScalars.contains { $0.value < 32 }, "more than a line")
  }
}

/// The messages one by one, of an engine's the first with the line before it; what is none is a part of its own, the last.
private func messages(in input: [UInt8], hasFirstLine: Bool = true) -> [[UInt8]] {
  var (place, start) = (0, 0)
  var parts: [[UInt8]] = []
  let reader = EngineMessageReader { most in
    let part = Array(input[place..<min(place + most, input.count)])
    place += part.count
    return part
  }
  if hasFirstLine { try? reader.takeFirstLine() }
  while let message = try? reader.next() {
    // A sign of life answers nothing: it goes before what does.
    if hasFirstLine, [.progress, .alive].contains(message.kind) { continue }
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

/// What a front end asks an engine for, one after the other: who is gone is no longer answered.
func fuzzFrontEnd(_ input: [UInt8]) {
  signal(SIGPIPE, SIG_IGN)
  let (front, back) = linkedPair()
  let asked = messages(in: input, hasFirstLine: false)
  let thread = Thread {
    let reader = EngineMessageReader { front.read($0) }
    try? reader.takeFirstLine()
    _ = try? reader.next()
    for request in asked {
      guard front.write(request, patience: 1) else { break }
      // What is no whole message is waited for; `cancel` has no answer.
      guard let kind = kind(of: request), kind != .bye else { break }
      if kind == .cancel { continue }
      var answer = try? reader.next()
      while let sign = answer, [.progress, .alive].contains(sign.kind) { answer = try? reader.next() }
      if answer == nil { break }
    }
    front.close()
  }
  thread.start()
  let server = try? EngineServer(back, program: "x", threads: 1) { _ in model }
  try? server?.serve()
}

private func kind(of request: [UInt8]) -> EngineMessage.Kind? {
  var place = 0
  let reader = EngineMessageReader { most in
    defer { place = min(place + most, request.count) }
    return Array(request[place..<min(place + most, request.count)])
  }
  return (try? reader.next())?.kind
}

private let model = URL(filePath: "Tests/Goldens/labelled/model.safetensors")
