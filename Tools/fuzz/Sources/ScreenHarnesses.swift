import Console
import Explorer
import Foundation
import Pictures
import Training
import Widgets

/// In bursts that end at zeros, also between the bytes of one key.
func fuzzTerminal(_ input: [UInt8]) {
  var decoder = InputDecoder(keys: CursesKeys.meanings)
  for burst in input.split(separator: 0, omittingEmptySubsequences: false) {
    let isSettled = burst.count.isMultiple(of: 2)
    let codes = burst.map { $0 == 0xFF ? KeySequences.pasteBegins : Int32($0) }
    _ = decoder.receive(codes)
    if isSettled { _ = decoder.settle() }
  }
  // Nothing is stuck for ever.
  _ = decoder.decode([27] + Array(repeating: 7, count: 200) + [KeySequences.pasteEnds, 7])
  precondition(!decoder.isInDoubt)
  var inquiry = TerminalInquiry(asksColor: true, cells: CellSize(columns: 80, rows: 24))
  for answer in decoder.takeAnswers() {
    _ = inquiry.nextQuestion()
    inquiry.take(answer)
  }
}

func fuzzTextField(_ input: [UInt8]) {
  var field = TextField()
  for scalar in String(decoding: input, as: UTF8.self).unicodeScalars {
    switch scalar.value % 16 {
    case 1: _ = field.handle(.left)
    case 2: _ = field.handle(.backspace)
    case 3: _ = field.handle(.delete)
    case 4: _ = field.handle(.character("w"), .control)
    default: _ = field.handle(.character(Character(scalar)))
    }
    precondition((0...field.text.count).contains(field.cursor))
  }
  var buffer = CellBuffer(width: 9, height: 1)
  field.draw(into: &buffer, in: buffer.bounds, theme: .dark)
}

func fuzzActions(_ input: [UInt8]) {
  guard let file = try? ActionFile(input, name: "x.jsonl") else { return }
  for line in file.lines { _ = line.messages.prefix(10).count }
}

/// As `mezzotint curves` draws them into cells, pixels and SVG.
func drawCurves(of records: [TrainingRecord], _ key: TrainingRecord.CodingKeys) {
  let known = records.filter { $0.value(of: key) != nil }
  for isLogarithmic in [false, true] {
    var plot = LinePlot(
      title: "x",
      lines: [
        LinePlot.Line(
          name: "y", x: known.map { $0.value(of: .images) ?? .nan },
          y: known.map { $0.value(of: key) ?? .nan },
          isMarked: key == .validation)
      ], xName: "x", yName: "y")
    plot.isLogarithmicY = isLogarithmic
    var buffer = CellBuffer(width: 40, height: 10)
    LinePlotCells(plot).draw(into: &buffer, in: buffer.bounds, theme: .dark)
    _ = plot.svg()
    // Pixels are slow: one scale of them is enough.
    if isLogarithmic { _ = plot.picture(width: 160, height: 120) }
  }
}
