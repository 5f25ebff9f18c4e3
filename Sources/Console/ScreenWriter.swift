/// Shows cell buffers on the real terminal. There are two, for many colours and for few.
protocol ScreenWriter: AnyObject {
  /// Bytes of the last frame still have to go.
  var isBusy: Bool { get }
  /// To be polled for POLLOUT while `isBusy`; nil where it never is.
  var descriptor: Int32? { get }
  /// Sends what the terminal takes now.
  func pump()
  func draw(_ buffer: CellBuffer)
  /// The next frame writes every cell.
  func forget()
  /// Throws away what was not sent; true: a sequence may have been cut in half.
  func discard() -> Bool
  var bytesInLastFrame: Int? { get }
}
