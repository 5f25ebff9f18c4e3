import Foundation
import Testing

import Training

struct TrainingFilesTests {
  @Test func theyLieBesideTheModel() {
    let files = TrainingFiles(of: URL(filePath: "/models/avatars.safetensors"))
    #expect(files.checkpoint.path == "/models/avatars.training.safetensors")
    #expect(files.sheet.path == "/models/avatars.png")
    #expect(files.sheet(step: 1200).path == "/models/avatars.step-0001200.png")
    #expect(files.sheet(step: 12_345_678).path == "/models/avatars.step-12345678.png")
    #expect(TrainingFiles(of: URL(filePath: "a.safetensors")).sheet.relativePath == "a.png")
    #expect(TrainingFiles(of: URL(filePath: "b/a.safetensors")).log.relativePath == "b/a.log.jsonl")
    #expect([files.log.path, files.table.path] == ["/models/avatars.log.jsonl", "/models/avatars.log.csv"])
  }

  /// A model's own name may be as long as file systems allow.
  @Test(arguments: [String(repeating: "x", count: 243), String(repeating: "日", count: 81)])
  func longNamesAreCut(name: String) {
    let files = TrainingFiles(of: URL(filePath: "/models/\(name).safetensors"))
    let all = [files.checkpoint, files.sheet, files.sheet(step: 1), files.log, files.table].map(
      \.lastPathComponent)
    #expect(all.allSatisfy { $0.utf8.count <= 255 && $0.hasPrefix("\(name.prefix(60))") })
    #expect(Set(all).count == all.count)
  }
}
