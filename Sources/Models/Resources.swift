import Foundation

/// Where the program's models and themes are: `make install` puts them in share, a build has them beside it.
package enum Resources {
  /// Folders that may hold a resource folder of this name, nearest first, those that exist.
  ///
  /// Beside the executable that really runs, up its parents, then `../share/mezzotint`.
  package static func folders(_ name: String, executable: URL? = nil) -> [URL] {
    var folder = (executable ?? runningExecutable).resolvingSymlinksInPath().deletingLastPathComponent()
    let shared = folder.deletingLastPathComponent().appending(path: "share/mezzotint/\(name)")
    var candidates: [URL] = []
    while folder.path != "/" {
      candidates.append(folder.appending(path: name))
      folder = folder.deletingLastPathComponent()
    }
    candidates.append(shared)
    return candidates.filter { candidate in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  /// The program's own file.
  ///
  /// On Linux by the kernel: Foundation's `Bundle.main` ends a program whose folder its user may not look into.
  package static var runningExecutable: URL {
    #if os(Linux)
      var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let length = readlink("/proc/self/exe", &path, path.count - 1)
      if length > 0 {
        return URL(filePath: String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
      return URL(filePath: CommandLine.arguments.first ?? "mezzotint")
    #else
      return Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments.first ?? "mezzotint")
    #endif
  }
}
