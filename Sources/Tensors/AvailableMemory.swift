import Foundation

/// How much memory this process may still take: what the machine has free, and no more than its limits leave.
package enum AvailableMemory {
  package static var bytes: Int {
    [machine, controlGroup, addressSpace].compactMap(\.self).min()
      ?? Int(clamping: ProcessInfo.processInfo.physicalMemory)
  }

  /// A number of bytes for a person, in 10⁶ or 10⁹ as everywhere: `9.5 GB`.
  package static func text(_ bytes: Int) -> String {
    bytes < 1_000_000_000
      ? "\(max(1, bytes / 1_000_000)) MB" : String(format: "%.1f GB", Double(bytes) / 1e9)
  }

  private static var machine: Int? {
    kilobytes("MemAvailable:", in: "/proc/meminfo").map { $0 << 10 }
  }

  /// Of a container, as control groups (version 2) have it.
  private static var controlGroup: Int? {
    func number(_ name: String) -> Int? {
      text(ofFile: "/sys/fs/cgroup/" + name).flatMap { Int($0.split(separator: "\n").first ?? "") }
    }
    guard let limit = number("memory.max"), let used = number("memory.current") else { return nil }
    return max(0, limit - used)
  }

  /// What `ulimit -v` leaves.
  private static var addressSpace: Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < UInt64(Int.max)
    else {
      return nil
    }
    let used = kilobytes("VmSize:", in: "/proc/self/status") ?? 0
    return max(0, Int(limit.rlim_cur) - used << 10)
  }

  private static func kilobytes(_ field: String, in file: String) -> Int? {
    let line = text(ofFile: file)?.split(separator: "\n").first { $0.hasPrefix(field) }
    return line.flatMap { Int($0.dropFirst(field.count).filter(\.isNumber)) }
  }

  /// The kernel's files have no size, so they are read to their end.
  private static func text(ofFile path: String) -> String? {
    guard let file = FileHandle(forReadingAtPath: path), let data = try? file.readToEnd() else { return nil }
    return String(decoding: data, as: UTF8.self)
  }
}

/// More memory than there is would be taken: found out before.
package struct MemoryError: Error, Hashable, CustomStringConvertible {
  package let what: String
  package let needed: Int
  package let available: Int

  package var description: String {
    "\(what): it would take \(AvailableMemory.text(needed)) of memory, and "
      + "\(AvailableMemory.text(available)) are free; choose something smaller, or free some memory"
  }

  /// - Throws: `MemoryError` where it is not there.
  package static func require(
    _ needed: Int, for what: @autoclosure () -> String, available: Int = AvailableMemory.bytes
  ) throws(MemoryError) {
    guard needed > available else { return }
    throw MemoryError(what: what(), needed: needed, available: available)
  }
}
