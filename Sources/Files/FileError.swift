import Foundation

/// Why a file could not be written: one line that names it and ends with what to do.
package enum FileError: Error, Hashable, CustomStringConvertible {
  case folderMissing(file: String)
  case noSpace(file: String)
  /// A file of that name is there, and is not to be written over.
  case taken(file: String)
  /// `reason` is the system's own word for it.
  case unwritable(file: String, reason: String)

  /// What the system's error number says about writing a file.
  init(_ number: Int32, writing file: String) {
    switch number {
    case ENOENT, ENOTDIR: self = .folderMissing(file: file)
    case ENOSPC, EDQUOT: self = .noSpace(file: file)
    default: self = .unwritable(file: file, reason: systemMessage(number))
    }
  }

  package var description: String {
    switch self {
    case .folderMissing(let file):
      "\(file): cannot be written, its folder does not exist; create the folder"
    case .noSpace(let file):
      "\(file): cannot be written, the disk is full; free some space"
    case .taken(let file):
      "\(file): it is there already; give another name"
    case .unwritable(let file, let reason):
      "\(file): cannot be written (\(reason)); choose another place"
    }
  }
}

/// The system's word for an error number, as in "Permission denied".
package func systemMessage(_ number: Int32) -> String {
  String(cString: strerror(number))
}
