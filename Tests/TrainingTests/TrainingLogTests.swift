import Foundation
import Pictures
import Tensors
import TestSupport
import Testing
import Training

struct TrainingLogTests {
  /// Takes steps and writes its log, with a validation after every third step.
  private func train(
    _ folder: TemporaryFolder, steps: Int, from checkpoint: Bool = false, interval: Int = 2
  ) throws {
    let (model, state) = (folder.file("m.safetensors"), folder.file("m.training.safetensors"))
    let board = folder.file("board")
    try onEngine { engine in
      let settings = smallSettings {
        $0.validation = 0.25; $0.batch = 2
      }
      let run =
        checkpoint
        ? try TrainingRun(engine, resuming: state, settings, eightImages())
        : try TrainingRun(engine, settings, eightImages())
      let log = try TrainingLog(
        of: model, from: run.step, isNew: run.step == 0, writesTable: true, tensorBoard: board)
      var recorder = TrainingRecorder(interval: interval, run)
      for _ in 0..<steps {
        if let record = recorder.note(try run.advance(), of: run) { #expect(log.append(record) == []) }
        if run.step % 3 == 0, let loss = try run.validate() { recorder.note(validation: loss, of: run) }
      }
      if let record = recorder.finish(run) { #expect(log.append(record) == []) }
      try run.save(to: state)
    }
  }

  private func records(_ folder: TemporaryFolder) throws -> [TrainingRecord] {
    try TrainingLog.records(in: folder.file("m.log.jsonl"))
  }

  @Test func aRecordSaysHowItStoodAndAValidationStandsAtItsStep() throws {
    let folder = try TemporaryFolder()
    try train(folder, steps: 6)
    let records = try records(folder)
    #expect(records.map(\.step) == [2, 3, 5, 6])
    #expect(records.map(\.images) == [4, 6, 10, 12])
    // Six of the eight images are trained on.
    let epochs: [Double] = [4, 6, 10, 12].map { $0 / 6 }
    #expect(records.map(\.epoch) == epochs)
    #expect(records.map { $0.validation != nil } == [false, true, false, true])
    #expect(records.allSatisfy { $0.loss > 0 && $0.gradientNorm > 0 && ($0.imagesPerSecond ?? 0) > 0 })
    #expect(records[0].learningRate == LearningRate().value(step: 2, progress: 2.0 / 320))
  }

  @Test func csvHasTheSameNumbers() throws {
    let folder = try TemporaryFolder()
    try train(folder, steps: 5)
    let lines = try String(contentsOf: folder.file("m.log.csv"), encoding: .utf8).split(separator: "\n")
    #expect(
      lines[0]
        == "step,images,epoch,loss,validation,learning_rate,gradient_norm,images_per_second,memory_mb,seconds,time"
    )
    let records = try records(folder)
    #expect(lines.count == records.count + 1)
    for (line, record) in zip(lines.dropFirst(), records) {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      #expect(fields.count == 11)
      for (field, key) in zip(fields, TrainingRecord.CodingKeys.allCases) {
        #expect(Double(field).map { Float($0) } == record.value(of: key).map { Float($0) }, "\(key)")
      }
    }
  }

  @Test func aResumedTrainingForgetsWhatItWillLiveThroughAgain() throws {
    let folder = try TemporaryFolder()
    try train(folder, steps: 4)
    let log = folder.file("m.log.jsonl")
    // As after a kill: two more records than the checkpoint knows, and half a line.
    let text = try String(contentsOf: log, encoding: .utf8)
    let last = try #require(text.split(separator: "\n").last)
    let later = last.replacing("\"step\":4", with: "\"step\":6")
    try Data("\(text)\(later)\n{\"epoch\":1.2,\"gra".utf8).write(to: log)
    try train(folder, steps: 2, from: true)
    #expect(try records(folder).map(\.step) == [2, 3, 4, 6])
    #expect(try records(folder)[3].images == 12)
    let lines = try String(contentsOf: folder.file("m.log.csv"), encoding: .utf8).split(separator: "\n")
    #expect(lines.dropFirst().map { $0.prefix { $0 != "," } } == ["2", "3", "4", "6"])
  }

  private static func record(step: Int) throws -> TrainingRecord {
    let json =
      #"{"epoch":0.5,"gradient_norm":1,"images":2,"learning_rate":0.1,"loss":0.25,"seconds":1,"step":\#(step),"time":2}"#
    return try JSONDecoder().decode(TrainingRecord.self, from: Data(json.utf8))
  }

  @Test func twoTrainingsOfOneMomentHaveEventFilesOfTheirOwn() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] {
      let log = try TrainingLog(
        of: folder.file("\(name).safetensors"), from: 0, isNew: true, writesTable: false,
        tensorBoard: folder.file("board")
      )
      #expect(try log.append(Self.record(step: 1)) == [])
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("board"))
    #expect(names.count == 2 && names.allSatisfy { $0.hasPrefix("events.out.tfevents.") }, "\(names)")
  }

  @Test func aLogThatCannotBeginIsNotThere() throws {
    // A file where TensorBoard's folder would be.
    let folder = try TemporaryFolder(["board": ""])
    let log = try TrainingLog(
      of: folder.file("m.safetensors"), from: 0, isNew: true, writesTable: true,
      tensorBoard: folder.file("board"))
    let told = try log.append(Self.record(step: 1))
    #expect(told.count == 1 && told[0].hasSuffix("the training goes on without a log"), "\(told)")
    #expect(try log.append(Self.record(step: 2)) == [])
    #expect(try folder.names == ["board"])
  }

  /// Killed before its first checkpoint, whose step is still 0.
  @Test func aTrainingThatGoesOnFromItsStartBeginsItsLogAnew() throws {
    let folder = try TemporaryFolder()
    let model = folder.file("m.safetensors")
    for step in [3, 4] {
      let log = try TrainingLog(of: model, from: 0, isNew: step == 3, writesTable: true, tensorBoard: nil)
      #expect(try log.append(Self.record(step: step)) == [])
    }
    #expect(try TrainingLog.records(in: folder.file("m.log.jsonl")).map(\.step) == [4])
    let table = try String(contentsOf: folder.file("m.log.csv"), encoding: .utf8)
    #expect(table.split(separator: "\n").count == 2, "\(table)")
  }

  @Test func aNewTrainingWritesOverNobodysLog() throws {
    let folder = try TemporaryFolder()
    let log = folder.file("m.log.jsonl")
    try Data("{}\n".utf8).write(to: log)
    #expect(throws: TrainingError.logExists(file: log.relativePath)) {
      try TrainingLog(
        of: folder.file("m.safetensors"), from: 0, isNew: true, writesTable: false, tensorBoard: nil)
    }
  }

  @Test func aFileOfAnotherKindIsNamedWithItsLine() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("x.jsonl")
    try Data("{\"a\":1}\n".utf8).write(to: file)
    #expect(
      throws: TrainingError.notALog(file: file.relativePath, reason: "line 1 is no record of a training")
    ) {
      try TrainingLog.records(in: file)
    }
  }

  /// RFC 3720, B.4, and the check value of the CRC catalogue.
  @Test func theChecksumIsCastagnolis() {
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
  }

  /// TensorBoard itself read such a file with the same numbers; here its framing and tags are looked at.
  @Test func eventsAreFramedAsTensorBoardReadsThem() throws {
    let folder = try TemporaryFolder()
    try train(folder, steps: 4)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("board"))
    #expect(files.count == 1)
    let bytes = try [UInt8](Data(contentsOf: folder.file("board/\(files[0])")))
    var (place, events) = (0, [[UInt8]]())
    func number(_ count: Int) -> UInt64 {
      defer { place += count }
      return (0..<count).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * $1) }
    }
    while place < bytes.count {
      let head = Array(bytes[place..<place + 8])
      let length = Int(number(8))
      #expect(number(4) == UInt64(CRC32C.masked(head)))
      events.append(Array(bytes[place..<place + length]))
      place += length
      #expect(number(4) == UInt64(CRC32C.masked(events[events.count - 1])))
    }
    #expect(String(decoding: events[0], as: UTF8.self).contains("brain.Event:2"))
    let records = try records(folder)
    #expect(events.count == 1 + records.count)
    for (event, record) in zip(events.dropFirst(), records) {
      let loss: [UInt8] = withUnsafeBytes(of: record.loss.bitPattern.littleEndian) { Array($0) }
      var value: [UInt8] = [0x0A, 10]
      value += Array("loss/train".utf8)
      value += [0x15] + loss
      let isThere = event.indices.contains { event[$0...].starts(with: value) }
      #expect(isThere)
      // Field 2 is the step.
      let step: [UInt8] = [0x10, UInt8(record.step)]
      #expect(Array(event[9...10]) == step)
    }
  }
}
