import Denoising
import Engines
import Foundation
import Models
import Synchronization
import Tensors
import TestSupport
import Testing

/// Engines that die, babble, stall and lie: whoever asked hears one line, and can go on.
struct EngineFaultTests {
  private static let source = ModelSource(golden("labelled/model.safetensors"))

  /// What a session asks for: a model, an evaluation, a look inside.
  private static func session(_ engine: RemoteEngine) throws -> Tensor {
    let opened = try engine.open(source, precision: .fp32)
    var generator = SeededNoise(seed: 0)
    let samples = generator.normals([1] + opened.description.sampleShape)
    let row = DenoisingRow(timestep: 300, condition: Condition(label: 0), knobs: Knobs(b: 1.2))
    let output = try engine.evaluate(samples, [row], by: opened.key)
    _ = try engine.probe(samples, row, .attention(AttentionPlace()), of: opened.key)
    return output
  }

  private struct Record {
    /// What the engine says first, and its answer to each request.
    let greeting: [UInt8]
    let answers: [[UInt8]]
    let output: Tensor
  }

  private static let record = Result { try recorded() }

  /// A session with somebody in between who keeps the engine's part of it.
  private static func recorded() throws -> Record {
    let ((served, end), (front, back)) = (try servedEngine(), try linkedPair())
    defer { end() }
    Thread {
      while case let bytes = back.read(1 << 16), !bytes.isEmpty { _ = served.write(bytes, patience: 10) }
    }.start()
    let parts = Mutex<[[UInt8]]>([])
    Thread {
      let piece = Mutex<[UInt8]>([])
      let reader = EngineMessageReader { most in
        let bytes = served.read(most)
        piece.withLock { $0 += bytes }
        return bytes
      }
      try? reader.takeFirstLine()
      while let _ = try? reader.next() {
        let bytes = piece.withLock { bytes in
          defer { bytes = [] }
          return bytes
        }
        parts.withLock { $0.append(bytes) }
        _ = back.write(bytes, patience: 10)
      }
    }.start()
    let engine = try RemoteEngine { try EngineConnection(front, name: "test") }
    let output = try session(engine)
    let said = parts.withLock { $0 }
    return Record(greeting: said[0], answers: Array(said.dropFirst()), output: output)
  }

  private static func spoilt(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
    var bytes = bytes
    // Half of them where lengths and kinds are.
    let place = Int.random(
      in: 0..<(Bool.random(using: &dice) ? min(64, bytes.count) : bytes.count), using: &dice)
    switch Int.random(in: 0..<4, using: &dice) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
    case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &dice)))
    case 2:
      bytes.insert(
        contentsOf: (0..<Int.random(in: 1...9, using: &dice)).map { _ in
          UInt8.random(in: 0...255, using: &dice)
        },
        at: place)
    default:
      for _ in 0..<20 {
        bytes[Int.random(in: bytes.indices, using: &dice)] ^= 1 << UInt8.random(in: 0...7, using: &dice)
      }
    }
    return bytes
  }

  @Test func aThousandFaultsAreALineEach() throws {
    let record = try Self.record.get()
    let (greeting, answers) = (record.greeting, record.answers)
    try #require(answers.count == 3)
    let failures = Mutex<[String]>([])
    let done = Mutex(0)
    // Many at once: some have to wait until nothing comes any more.
    let (threads, ended) = (32, DispatchSemaphore(value: 0))
    for part in 0..<threads {
      Thread {
        defer { ended.signal() }
        for number in stride(from: part, to: 1000, by: threads) {
          var dice = Dice(UInt64(number))
          let spoilt = Int.random(in: 0...answers.count, using: &dice)
          let isCut = Int.random(in: 0..<4, using: &dice) == 0
          var parts = [greeting] + answers
          if isCut {
            parts[spoilt] = Array(parts[spoilt].prefix(Int.random(in: 0..<parts[spoilt].count, using: &dice)))
          } else {
            parts[spoilt] = Self.spoilt(parts[spoilt], &dice)
          }
          let said = parts
          do {
            let acted = try ActedEngine(greeting: said[0]) { number, _ in
              // Who broke off is gone.
              isCut && number == spoilt || number + 1 >= said.count ? nil : said[number + 1]
            }
            let patience = EngineConnection.Patience(greeting: 1, silence: 1)
            let engine = try RemoteEngine {
              try EngineConnection(acted.front, name: "test", patience: patience)
            }
            _ = try Self.session(engine)
          } catch let fault as EngineFault {
            let text = fault.description
            if text.contains("\n") || text.contains("\u{1B}") || !text.hasPrefix("engine 'test'") {
              failures.withLock { $0.append("\(number): \(text)") }
            }
          } catch {
            failures.withLock { $0.append("\(number): \(error)") }
          }
          done.withLock { $0 += 1 }
        }
      }.start()
    }
    for _ in 0..<threads { ended.wait() }
    #expect(failures.withLock { $0 } == [])
    #expect(done.withLock { $0 } == 1000)
  }

  @Test func anEngineThatIsLostIsStartedAgain() throws {
    let record = try Self.record.get()
    let (greeting, answers, expected) = (record.greeting, record.answers, record.output)
    let starts = Mutex(0)
    let engine = try RemoteEngine {
      let start = starts.withLock { starts in
        starts += 1
        return starts
      }
      // The first one ends at the evaluation, the second at the greeting.
      let acted = try ActedEngine(greeting: start == 2 ? [] : greeting) { number, _ in
        start < 3 && number > 0 || number >= answers.count ? nil : answers[number]
      }
      if start == 2 { acted.front.close() }
      return try EngineConnection(acted.front, name: "test")
    }
    #expect(complaint { try Self.session(engine) }.hasPrefix("engine 'test' ended"))
    #expect(complaint { try Self.session(engine) }.hasPrefix("engine 'test' ended"))
    #expect(try Self.session(engine) == expected)
    #expect(starts.withLock { $0 } == 3)
  }

  @Test func aModelThatWasOpenIsOpenedAgain() throws {
    let ends = Mutex<[@Sendable () -> Void]>([])
    let engine = try RemoteEngine {
      let (front, end) = try servedEngine()
      ends.withLock { $0.append(end) }
      return try EngineConnection(front, name: "test")
    }
    let opened = try engine.open(Self.source, precision: .fp32)
    var generator = SeededNoise(seed: 0)
    let samples = generator.normals([1] + opened.description.sampleShape)
    let rows = [DenoisingRow(timestep: 300, condition: Condition(label: 0))]
    let before = try engine.evaluate(samples, rows, by: opened.key)
    ends.withLock { $0[0]() }
    // Whoever asks before it was noticed hears that it ended.
    let first = try? engine.evaluate(samples, rows, by: opened.key)
    #expect(first == nil || first == before)
    #expect(try engine.evaluate(samples, rows, by: opened.key) == before)
    #expect(ends.withLock { $0.count } == 2)
  }

  @Test func whatIsWantedNoMoreIsLeft() throws {
    let record = try Self.record.get()
    let (greeting, answers, expected) = (record.greeting, record.answers, record.output)
    let interruption = Interruption()
    let heard = Mutex<[String]>([])
    let acted = try ActedEngine(greeting: greeting) { _, message in
      heard.withLock { $0.append("\(message.kind.rawValue) \(message.id)") }
      switch (message.kind, message.id) {
      case (.open, 1): return answers[0]
      // It works on the first evaluation until it hears that nobody wants it.
      case (.evaluate, 2):
        interruption.ask()
        return []
      case (.cancel, 2): return (try? EngineMessage.bytes(.stopped, id: 2)) ?? []
      default:
        // As it was recorded, for the request that it answers now.
        return Self.renumbered(answers[1], to: message.id)
      }
    }
    let engine = try RemoteEngine(interruption: interruption) {
      try EngineConnection(acted.front, name: "test")
    }
    let opened = try engine.open(Self.source, precision: .fp32)
    var generator = SeededNoise(seed: 0)
    let samples = generator.normals([1] + opened.description.sampleShape)
    let rows = [DenoisingRow(timestep: 300, condition: Condition(label: 0), knobs: Knobs(b: 1.2))]
    #expect(throws: Interrupted.self) { try engine.evaluate(samples, rows, by: opened.key) }
    interruption.clear()
    #expect(try engine.evaluate(samples, rows, by: opened.key) == expected)
    #expect(heard.withLock { $0 } == ["open 1", "evaluate 2", "cancel 2", "evaluate 3"])
  }

  private static func renumbered(_ answer: [UInt8], to id: Int) -> [UInt8]? {
    var rest = answer[...]
    let reader = EngineMessageReader { most in
      defer { rest = rest.dropFirst(most) }
      return Array(rest.prefix(most))
    }
    guard let message = try? reader.next(), let output = message.tensors["output"] else { return nil }
    return try? EngineMessage.bytes(.evaluated, id: id, ["milliseconds": 1.0], [("output", output)])
  }

  @Test func anEngineThatSaysNothingIsNotWaitedForForEver() throws {
    let record = try Self.record.get()
    let (greeting, answers) = (record.greeting, record.answers)
    let acted = try ActedEngine(greeting: greeting) { number, _ in number == 0 ? answers[0] : [] }
    let patience = EngineConnection.Patience(greeting: 10, silence: 1)
    let engine = try RemoteEngine { try EngineConnection(acted.front, name: "test", patience: patience) }
    #expect(complaint { try Self.session(engine) }.hasPrefix("engine 'test' said nothing for 1 seconds"))
    let mute = try linkedPair()
    let greetingPatience = EngineConnection.Patience(greeting: 1)
    #expect(
      complaint { try EngineConnection(mute.front, name: "mute", patience: greetingPatience) }
        .hasPrefix("engine 'mute' said nothing for 1 seconds"))
    mute.back.close()
  }

  /// What a description decides is how much memory is taken, and which places are looked at.
  @Test(arguments: [
    ("\"sample\":[3,16,16]", "\"sample\":[3,0,16]"), ("\"sample\":[3,16,16]", "\"sample\":[3,16,16,16]"),
    ("\"picture\":[3,16,16]", "\"picture\":[3,17,16]"), ("\"previews\":[\"full\"]", "\"previews\":[]"),
    ("\"heads\":", "\"heads\":-"), ("\"family\":\"U-ViT\"", "\"family\":\"U\\u001b[2J\""),
    ("\"stage\":0", "\"stage\":64"), ("\"rows\":", "\"rows\":-"), ("\"alphaBars\":[", "\"alphaBars\":[2,"),
    ("\"steps\":20", "\"steps\":2000000"), ("\"fingerprint\":\"", "\"fingerprint\":\"../"),
  ])
  func aDescriptionThatCannotBeIsRefused(part: String, other: String) throws {
    let record = try Self.record.get()
    let (greeting, answers) = (record.greeting, record.answers)
    let length = Int(answers[0][0]) | Int(answers[0][1]) << 8 | Int(answers[0][2]) << 16
    let header = String(decoding: answers[0][4..<4 + length], as: UTF8.self)
    try #require(header.contains(part))
    let changed = Array(header.replacing(part, with: other).utf8)
    var answer: [UInt8] = withUnsafeBytes(of: UInt32(changed.count).littleEndian) { Array($0) }
    answer += changed
    answer += answers[0][(4 + length)...]
    let said = answer
    let acted = try ActedEngine(greeting: greeting) { _, _ in said }
    let engine = try RemoteEngine { try EngineConnection(acted.front, name: "test") }
    let found = complaint { try engine.open(Self.source, precision: .fp32) }
    #expect(
      found.hasPrefix("engine 'test': ") && !found.contains("\n") && !found.contains("\u{1B}"), "\(found)")
  }
}
