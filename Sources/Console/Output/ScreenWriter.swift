/// Shows screens on the real terminal. There are two, for many colours and for few.
///
/// A screen comes with its pictures as pictures: one that has a protocol for them need not make cells of them.
protocol ScreenWriter: AnyObject {
  /// Bytes of the last frame still have to go.
  var isBusy: Bool { get }
  /// To be polled for POLLOUT while `isBusy`; nil where it never is.
  var descriptor: Int32? { get }
  /// Sends what the terminal takes now.
  func pump()
  /// In which ways it can show pictures, from coarse to fine.
  var pictureModes: [PictureMode] { get }
  /// How they look from the next frame on: one of these.
  var pictures: PictureMode { get set }
  /// What the terminal can; it may come late.
  var abilities: TerminalAbilities { get set }
  /// What takes pictures away that stand on the terminal beside its cells.
  var pictureRemoval: [UInt8] { get }
  /// Shows a frame, on a slow line in parts: `goOn` sends the next one.
  func draw(_ buffer: CellBuffer)
  /// When the rest of the last frame is to be sent; nil: all of it has been, or is on its way.
  var restIsDue: ContinuousClock.Instant? { get }
  /// Sends the next part of the last frame, where there is one and nothing is on its way.
  func goOn()
  /// The next frame writes every cell.
  func forget()
  /// Throws away what was not sent; true: a sequence may have been cut in half.
  func discard() -> Bool
  var bytesInLastFrame: Int? { get }
}
