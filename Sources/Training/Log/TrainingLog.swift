import Files
import Foundation

/// The log of a training on disk: a line of JSON for each record, CSV and TensorBoard's events beside it where asked
/// for. A class because it guards files; readable at any moment, also after a kill.
package final class TrainingLog {
  private struct Files {
    let lines: LineFile
    let table: LineFile?
    let events: TensorBoardFile?

    func append(_ record: TrainingRecord) {
      if let json = try? JSONText.bytes(of: record) { lines.append(json) }
      table?.append(Array(record.csv.utf8))
      events?.append(record)
    }

    var failures: [String] { [lines.failure, table?.failure, events?.failure].compactMap { $0 } }
  }

  private let beside: TrainingFiles
  private let writesTable: Bool
  private let tensorBoard: URL?
  private let step: Int
  /// Of the training so far.
  private let before: [TrainingRecord]
  /// nil before the first record: a training that cannot begin leaves no empty log.
  private var files: Files?
  /// Failures that were told.
  private var told = 0
  private var cannotBegin = false

  /// - Parameters:
  ///   - step: at which the training goes on. What an earlier run wrote beyond it, after its last checkpoint, goes:
  ///     it will be lived through again.
  ///   - isNew: it begins a log; one that goes on from step 0 has its own there.
  ///   - writesTable: CSV too.
  ///   - tensorBoard: the folder for an event file; it is made where it is not there.
  /// - Throws: `FileError`; `TrainingError.logExists` where a new training would write over another's log.
  package init(of model: URL, from step: Int, isNew: Bool, writesTable: Bool, tensorBoard: URL?) throws {
    let beside = TrainingFiles(of: model)
    if isNew {
      for file in [beside.log] + (writesTable ? [beside.table] : []) where Self.hasLines(file) {
        throw TrainingError.logExists(file: file.relativePath)
      }
    }
    before = try Self.records(in: beside.log, ifThere: true).filter { $0.step <= step }
    (self.beside, self.step, self.writesTable, self.tensorBoard) = (beside, step, writesTable, tensorBoard)
  }

  /// - Returns: files that hold this record; nil where a log would be empty, of a number that JSON does not have.
  private func begin(with record: TrainingRecord) throws -> Files? {
    let records = before + [record]
    let lines = records.compactMap { try? JSONText.text(of: $0) }
    guard !lines.isEmpty else { return nil }
    func file(_ url: URL, _ lines: [String]) throws -> LineFile {
      let text = lines.flatMap { Array("\($0)\n".utf8) }
      return try LineFile(replacing: url.relativePath, beginning: text, kind: "log")
    }
    // The log last: where one of them cannot be, it is not there either.
    let events = try tensorBoard.map { try TensorBoardFile(in: $0, from: step) }
    events?.append(record)
    let table =
      writesTable ? try file(beside.table, [TrainingRecord.csvHeader] + records.map(\.csv)) : nil
    return Files(lines: try file(beside.log, lines), table: table, events: events)
  }

  private static func hasLines(_ file: URL) -> Bool {
    ((try? FileManager.default.attributesOfItem(atPath: file.path))?[.size] as? Int ?? 0) > 0
  }

  /// - Returns: why nothing more is written, once for each file that failed; the training goes on.
  package func append(_ record: TrainingRecord) -> [String] {
    guard !cannotBegin else { return [] }
    do {
      if let files { files.append(record) } else { files = try begin(with: record) }
      let failures = files?.failures ?? []
      defer { told = failures.count }
      return Array(failures.dropFirst(told))
    } catch {
      cannotBegin = true
      return ["\(error); the training goes on without a log"]
    }
  }

  /// The records of a log.
  ///
  /// A last line that is cut short, as a killed training leaves it, is left out.
  /// - Parameter ifThere: a file that is not there has none.
  /// - Throws: `TrainingError.notALog`, `FileError`.
  package static func records(in file: URL, ifThere: Bool = false) throws -> [TrainingRecord] {
    let shown = file.relativePath
    if ifThere, !FileManager.default.fileExists(atPath: file.path) { return [] }
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw TrainingError.notALog(file: shown, reason: "it cannot be read")
    }
    return try records(of: data, shown: shown)
  }

  /// - Parameter shown: the file, for messages.
  /// - Throws: `TrainingError.notALog`.
  package static func records(of data: Data, shown: String) throws(TrainingError) -> [TrainingRecord] {
    let lines = data.split(separator: UInt8(ascii: "\n"))
    let decoder = JSONDecoder()
    var records: [TrainingRecord] = []
    for (index, line) in lines.enumerated() {
      if let record = try? decoder.decode(TrainingRecord.self, from: Data(line)) {
        records.append(record)
      } else if index < lines.count - 1 || data.last == UInt8(ascii: "\n") {
        throw TrainingError.notALog(file: shown, reason: "line \(index + 1) is no record of a training")
      }
    }
    return records
  }
}
