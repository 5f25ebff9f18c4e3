import Pictures
import Testing

@Suite struct LabelledGridTests {
  private let numbers = LabelledGrid.Axis(name: "b", values: ["1.0", "1.1", "1.2"])
  private let long = LabelledGrid.Axis(
    name: "a name wider than all of the grid", values: ["euler-ancestral", "", "dpmpp-2m", "i"])
  private let caption = ["avatars", "robot", "seed 0", "dpmpp-2m", "20 steps", "mask strength 0.5"]

  @Test(arguments: [1, 4, 8, 32, 64, 128, 400], [0, 1, 2])
  func nothingIsCutOffAndNothingOverlaps(cell: Int, kind: Int) {
    let axes = [(numbers, long), (long, numbers), (nil, long)][kind]
    let layout = LabelledGridLayout(
      x: axes.0, y: axes.1, cellWidth: cell, cellHeight: max(1, cell / 2), caption: caption)
    typealias Box = (name: String, x: Int, y: Int, width: Int, height: Int)
    var boxes: [Box] = layout.texts.map { ($0.text, $0.x, $0.y, $0.width, $0.height) }
    for (row, y) in layout.rows.enumerated() {
      for (column, x) in layout.columns.enumerated() {
        boxes.append(("cell \(column) \(row)", x, y, cell, max(1, cell / 2)))
      }
    }
    for box in boxes {
      #expect(box.x >= 0 && box.y >= 0, "\(box)")
      #expect(box.x + box.width <= layout.width && box.y + box.height <= layout.height, "\(box)")
    }
    for (index, a) in boxes.enumerated() where a.width > 0 {
      for b in boxes[(index + 1)...] where b.width > 0 {
        let areApart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
        #expect(areApart, "\(a) and \(b)")
      }
    }
    let written = layout.texts.filter { $0.role == .value }.map(\.text)
    #expect(written == (axes.0?.values ?? []) + axes.1.values)
  }

  @Test func cellsStandWhereTheLayoutSaysPixelForPixel() {
    let cells = (0..<6).map { Picture(width: 8, height: 8, color: RGB(UInt8(40 * $0), 255, 0)) }
    let y = LabelledGrid.Axis(name: "s", values: ["0", "1"])
    let picture = LabelledGrid.picture(cells, x: numbers, y: y, enlargement: 5, caption: caption)
    let layout = LabelledGridLayout(x: numbers, y: y, cellWidth: 40, cellHeight: 40, caption: caption)
    #expect(picture.width == layout.width && picture.height == layout.height)
    for index in 0..<6 {
      let (left, top) = (layout.columns[index % 3], layout.rows[index / 3])
      for (dx, dy) in [(0, 0), (39, 0), (0, 39), (39, 39), (17, 23)] {
        #expect(picture[left + dx, top + dy] == cells[index][0, 0])
      }
    }
  }

  @Test func valuesThatDoNotFitAreTurned() {
    let narrow = LabelledGridLayout(x: long, y: nil, cellWidth: 16, cellHeight: 16, caption: [])
    #expect(narrow.texts.filter { $0.role == .value }.allSatisfy { $0.isTurned })
    let wide = LabelledGridLayout(x: numbers, y: nil, cellWidth: 128, cellHeight: 128, caption: [])
    #expect(wide.texts.allSatisfy { !$0.isTurned })
    #expect(wide.scale == 2)
  }

  @Test func theDefaultEnlargementIsLegibleAndBounded() {
    let factor = LabelledGrid.defaultEnlargement
    #expect(factor(32, 7) == 4)
    #expect(factor(64, 7) == 2)
    #expect(factor(32, 64) == 2)
    #expect(factor(256, 64) == 1)
  }
}
