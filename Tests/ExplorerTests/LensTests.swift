import Console
import Denoising
import Explorer
import Models
import Pictures
import Sampling
import Testing
import Widgets

/// The part of large pictures that is looked at.
@Suite struct LensTests {
  private let size = PixelSize(width: 64, height: 32)
  private let room = PixelSize(width: 16, height: 8)

  private var picture: Picture {
    var picture = Picture(width: 64, height: 32)
    for y in 0..<32 { for x in 0..<64 { picture[x, y] = RGB(UInt8(x), UInt8(y), 0) } }
    return picture
  }

  @Test func onePixelForEachPixelShowsTheMiddleFirst() {
    let part = Lens().part(of: picture, of: size, in: room)
    #expect(part.width == 16 && part.height == 8)
    #expect(part[0, 0] == RGB(24, 12, 0) && part[15, 7] == RGB(39, 19, 0))
  }

  @Test func aPreviewOfFewerPixelsShowsTheSamePart() {
    let small = picture.resized(width: 16, height: 8, .nearest)
    let part = Lens().part(of: small, of: size, in: room)
    #expect(part.width == 4 && part.height == 2)
    #expect(part[0, 0] == RGB(24, 12, 0))
  }

  @Test func aPictureSmallerThanTheRoomIsSeenWhole() {
    let part = Lens().part(of: picture, of: size, in: PixelSize(width: 100, height: 100))
    #expect(part == picture)
  }

  // MARK: In the explorer

  /// Three panels of 256 x 256 pixels, of which each says where it is.
  private static func state() -> ExplorerState {
    let traits = ModelDescription(
      family: "U-Net", fingerprint: "", parameterCount: 0, sampleShape: [3, 256, 256],
      schedule: NoiseSchedule(.cosine), prediction: .v, stages: [], attention: [])
    var picture = Picture(width: 256, height: 256)
    for y in 0..<256 { for x in 0..<256 { picture[x, y] = RGB(UInt8(x), UInt8(y), 0) } }
    var state = Fixture.state(columns: 120, rows: 40, steps: 1, traits: traits)
    for panel in state.settings.panels {
      let step = StepPictures(index: 0, prediction: picture, input: picture, milliseconds: 1)
      _ = state.update(.stepped(panel: panel.id, plan: state.settings.plan(of: panel), step))
    }
    return state
  }

  /// The upper left pixels of what is shown of the panels, and how much that is.
  private static func corners(_ state: ExplorerState, _ count: Int) -> [(RGB, PixelSize)] {
    ExplorerView(state, theme: .dark).draw().pictures.prefix(count).map {
      ($0.picture[0, 0], PixelSize(width: $0.picture.width, height: $0.picture.height))
    }
  }

  @Test func zGoesToThePictureThenToItsPixelsThenBack() throws {
    var state = Self.state()
    state.press("z")
    #expect(state.panelsView.arrangement == .zoom && state.panelsView.lens == nil)
    state.press("z")
    #expect(state.panelsView.lens?.scale == 1)
    let area = try #require(ExplorerLayout(state).panels.first?.picture)
    let (middle, size) = try #require(Self.corners(state, 1).first)
    #expect(
      size == PixelSize(width: area.columns, height: 2 * area.rows), "half blocks show a pixel a column")
    #expect(abs(Int(middle.red) - (256 - area.columns) / 2) <= 1)
    state.press("right down")
    let (moved, _) = try #require(Self.corners(state, 1).first)
    #expect(moved.red > middle.red && moved.green > middle.green)
    for _ in 0..<30 { state.press("right") }
    #expect(
      Int(try #require(Self.corners(state, 1).first).0.red) == 256 - area.columns, "not beyond the edge")
    state.press("z")
    #expect(state.panelsView.lens == nil && state.panelsView.arrangement == .panels)
  }

  @Test func theWheelEnlargesTheSamePartInAllPanelsAndGoesBack() throws {
    var state = Self.state()
    let area = try #require(ExplorerLayout(state).panels.first?.picture)
    func wheel(_ action: MouseEvent.Action) {
      let point = CellPoint(column: area.column, row: area.row)
      _ = state.update(.input(.mouse(MouseEvent(point: point, button: .none, action: action))))
    }
    for _ in 0..<3 { wheel(.wheelUp) }
    let corners = Self.corners(state, 3)
    #expect(corners.count == 3 && Set(corners.map(\.0)).count == 1, "what is compared is at one place")
    #expect(corners[0].1.width < 200)
    #expect(corners[0].0.red < 20, "what is under the mouse stays there")
    // A drag moves it, as a hand would.
    let from = CellPoint(column: area.column + 9, row: area.row + 4)
    let to = CellPoint(column: area.column + 1, row: area.row + 4)
    for (point, action) in [(from, MouseEvent.Action.press), (to, .drag), (to, .release)] {
      _ = state.update(.input(.mouse(MouseEvent(point: point, button: .left, action: action))))
    }
    #expect(Self.corners(state, 1)[0].0.red > corners[0].0.red)
    for _ in 0..<6 { wheel(.wheelDown) }
    #expect(state.panelsView.lens == nil)
    wheel(.wheelUp)
    state.press("esc")
    #expect(state.panelsView.lens == nil)
  }

  @Test func differencesAreSeenThroughItToo() {
    var state = Self.state()
    state.press("z z d tab")
    #expect(state.panelsView.lens != nil)
    #expect(Self.corners(state, 1)[0].1.width < 256)
  }
}
