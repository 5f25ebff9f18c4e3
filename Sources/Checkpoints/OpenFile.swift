import Files
import Foundation
import Synchronization

/// A file that is read where it is asked.
///
/// Read and not mapped, because a mapped file that another program cuts down kills whoever looks at it. A file
/// that is replaced by another stays the one that was opened; one that is written over is not read any further, because
/// weights are read as late as they are used, and half of one model and half of another would be neither.
///
/// A class because it owns the descriptor.
final class OpenFile: Sendable {
  /// As it was given, for messages.
  let path: String
  /// In bytes, when it was opened; at least 1.
  let size: Int
  private let descriptor: Int32
  /// When it was last written, as it was opened.
  private let written: Moment
  /// Where the file is read only once; nil where each read stands for itself.
  private let pass = Mutex<SinglePass?>(nil)

  /// - Throws: `CheckpointError` for a file that is missing, empty, unreadable or none.
  init(_ url: URL) throws(CheckpointError) {
    path = url.relativePath
    // Without O_NONBLOCK a named pipe would keep us waiting for its writer.
    descriptor = open(url.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .missing(file: path) }
      throw .unreadable(file: path, reason: systemMessage(errno))
    }
    do throws(CheckpointError) {
      let status = try Self.status(descriptor, shown: path)
      (size, written) = (Int(status.st_size), Moment(status))
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  private struct Moment: Equatable {
    let seconds, nanoseconds: Int

    init(_ status: stat) {
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
  }

  private static func status(_ descriptor: Int32, shown: String) throws(CheckpointError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(file: shown, reason: systemMessage(errno))
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw .directory(file: shown)
    case S_IFREG: break
    default: throw .notAFile(file: shown)
    }
    guard status.st_size > 0 else { throw .empty(file: shown) }
    return status
  }

  /// From now on the file is read in one go however its tensors are asked for, because its fingerprint is wanted when
  /// they are all there. What is small and lies before a tensor is kept until it is asked for itself; what is large is
  /// read again then.
  ///
  /// - Parameter tensors: where each lies, in any order.
  func readOnce(_ tensors: [Range<Int>]) {
    pass.withLock { $0 = SinglePass(size: size, tensors: Self.apart(tensors)) }
  }

  /// In the order of their bytes, without those that share some with one before.
  private static func apart(_ tensors: [Range<Int>]) -> [Range<Int>] {
    var (apart, end) = ([Range<Int>](), 0)
    for tensor in tensors.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) })
    where tensor.lowerBound >= end {
      apart.append(tensor)
      end = tensor.upperBound
    }
    return apart
  }

  /// - Parameter range: within the file, counted from its first byte.
  func bytes(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    try pass.withLock { (pass) throws(CheckpointError) in
      guard var going = pass.take() else { return try read(range) }
      defer { pass = going }
      return try going.bytes(range, read: read)
    }
  }

  /// 16 hexadecimal digits that change when a byte of the file changes, to tell files apart by mistake, not by
  /// malice; goes on with the pass that was begun, or makes one.
  ///
  /// - Throws: `CheckpointError` where the file cannot be read to its end.
  func fingerprint() throws(CheckpointError) -> String {
    try pass.withLock { (pass) throws(CheckpointError) in
      guard var going = pass.take() else {
        var whole = SinglePass(size: size, tensors: [])
        return try whole.fingerprint(read: read)
      }
      defer { pass = going }
      return try going.fingerprint(read: read)
    }
  }

  private func read(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= size, "\(range) of \(size) bytes")
    var problem: CheckpointError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { bytes, count in
      while count < range.count, problem == nil {
        let place = off_t(range.lowerBound + count)
        let got = pread(descriptor, bytes.baseAddress.map { $0 + count }, range.count - count, place)
        if got > 0 {
          count += got
        } else if got == 0 {
          problem = .shortened(file: path)
        } else if errno != EINTR {
          problem = .unreadable(file: path, reason: systemMessage(errno))
        }
      }
    }
    if let problem { throw problem }
    guard try Moment(Self.status(descriptor, shown: path)) == written else { throw .overwritten(file: path) }
    return bytes
  }

  /// The first bytes, `count` of them or as many as there are.
  func start(_ count: Int) throws(CheckpointError) -> [UInt8] { try bytes(0..<min(count, size)) }

  /// What the file's beginning says that it is; nil where it says nothing.
  func kind() throws(CheckpointError) -> FileKind? {
    FileKind(start: try start(FileKind.telling), size: size)
  }
}
