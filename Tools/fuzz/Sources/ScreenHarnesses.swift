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

/// What a terminal says when it is asked, in bursts that end at zeros, and pictures drawn for what it said.
func fuzzAnswers(_ input: [UInt8]) {
  let place = input.first ?? 0
  let environments: [[String: String]] = [[:], ["TMUX": "x"], ["VTE_VERSION": "7006"]]
  let cells = CellSize(columns: Int(place >> 2) * 4, rows: Int(place >> 2))
  var inquiry = TerminalInquiry(
    asksColor: place & 1 == 0, cells: cells, environment: environments[Int(place & 3) % 3])
  var decoder = InputDecoder()
  func hear(_ bytes: some Sequence<UInt8>) {
    _ = decoder.receive(bytes.map(Int32.init))
    for answer in decoder.takeAnswers() { inquiry.take(answer) }
  }
  for burst in input.dropFirst().split(separator: 0, omittingEmptySubsequences: false) {
    _ = inquiry.nextQuestion()
    hear(burst)
    if burst.isEmpty { inquiry.screenChanged(to: cells) }
  }
  // Whatever was said, the last answer of each round ends it.
  hear("\u{18}\u{1B}[201~".utf8)
  for _ in 0..<3 {
    _ = inquiry.nextQuestion()
    hear("\u{1B}[?62c".utf8)
  }
  precondition(!inquiry.isOpen && !inquiry.hasQuestion)
  drawTwice(for: inquiry.abilities)
}

private func drawTwice(for abilities: TerminalAbilities) {
  var buffer = CellBuffer(width: 6, height: 4)
  buffer.place(
    Picture(width: 3, height: 3, color: .white), in: CellRect(column: 1, row: 1, columns: 4, rows: 2),
    ground: .black)
  var painters: [any PixelPainter] = []
  if abilities.hasSixel {
    painters.append(
      SixelPictures(
        cell: abilities.knownCell, colors: abilities.sixelColors, largest: abilities.largestSixel))
  }
  if let way = abilities.kitty {
    painters.append(
      KittyPictures(cell: abilities.knownCell, way: way, isInTmux: abilities.isInTmux, base: 0x010100))
  }
  for var painter in painters {
    _ = painter.frame(buffer)
    let second = painter.frame(buffer)
    precondition(second.before.isEmpty && second.after.isEmpty)
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
