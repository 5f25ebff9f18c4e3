import Foundation

/// Which file a path leads to, through symbolic and hard links, whether it is there yet or not.
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64
  /// Of a file that is not there yet, in the folder that the numbers are of.
  private let name: String?

  /// nil for what cannot be taken for a file: folders, devices and pipes, and a path whose folder is not there.
  package init?(_ path: String) {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG else { return nil }
      self.init(status, name: nil)
    } else {
      let url = URL(filePath: path).resolvingSymlinksInPath()
      guard stat(url.deletingLastPathComponent().path, &status) == 0 else { return nil }
      self.init(status, name: url.lastPathComponent)
    }
  }

  private init(_ status: stat, name: String?) {
    (device, inode, self.name) = (UInt64(status.st_dev), UInt64(status.st_ino), name)
  }
}
