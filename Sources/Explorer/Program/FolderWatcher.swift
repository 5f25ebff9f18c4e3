import Dispatch
import Foundation
import Synchronization

/// Tells when a file of some folders was written or put in its place. The kernel reports it, so watching costs
/// nothing while nothing happens.
///
/// It guards an inotify descriptor. Folders are watched and not files, because editors replace a file by a new one.
package final class FolderWatcher {
  private let source: (any DispatchSourceRead)?
  private let flag = Flag()

  private final class Flag: Sendable {
    let isRaised = Atomic<Bool>(false)
  }

  /// - Parameters:
  ///   - folders: paths; what is not there is not watched.
  ///   - ending: of the files' names that count.
  ///   - notify: called on a thread of its own when there is something to `take`.
  package init(folders: [String], ending: String, notify: @escaping @Sendable () -> Void) {
    #if os(Linux)
      let descriptor = inotify_init1(Int32(O_NONBLOCK) | Int32(O_CLOEXEC))
      guard descriptor >= 0 else {
        source = nil
        return
      }
      // Only complete files: closed after writing, or renamed into the folder.
      let events = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO)
      for folder in Set(folders) { inotify_add_watch(descriptor, folder, events) }
      let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global(qos: .utility))
      source.setEventHandler { [flag] in
        guard Self.names(from: descriptor).contains(where: { $0.hasSuffix(ending) }) else { return }
        flag.isRaised.store(true, ordering: .releasing)
        notify()
      }
      source.setCancelHandler { close(descriptor) }
      source.activate()
      self.source = source
    #else
      // Elsewhere `t` reads the themes again when it comes round to them.
      source = nil
    #endif
  }

  deinit { source?.cancel() }

  /// Whether something was written since the last time.
  package func take() -> Bool { flag.isRaised.exchange(false, ordering: .acquiringAndReleasing) }

  #if os(Linux)
    /// The names in all events that are waiting.
    private static func names(from descriptor: Int32) -> [String] {
      var names: [String] = []
      var bytes = [UInt8](repeating: 0, count: 4096)
      let header = MemoryLayout<inotify_event>.size
      while true {
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return names }
        var place = 0
        while place + header <= count {
          // The header is watch, mask, cookie and length, four bytes each; then the name, padded with zeros.
          let length = bytes.withUnsafeBytes {
            Int($0.loadUnaligned(fromByteOffset: place + 12, as: UInt32.self))
          }
          let name = bytes[(place + header)..<min(count, place + header + length)].prefix { $0 != 0 }
          names.append(String(decoding: name, as: UTF8.self))
          place += header + length
        }
      }
    }
  #endif
}
