import Files
import Foundation

/// Looks, before anything is computed, whether a file that is to be written is also read, or written twice, or a folder.
///
/// - Parameters:
///   - outputs: options with their paths.
///   - inputs: what they are, for the message, with their paths.
/// - Throws: `UsageError`.
func requireDistinct(outputs: [(option: String, path: String?)], inputs: [(what: String, path: String?)])
  throws
{
  var known: [FileIdentity: String] = [:]
  for (what, path) in inputs {
    if let identity = path.flatMap(FileIdentity.init) { known[identity] = what }
  }
  for (option, path) in outputs {
    guard let path else { continue }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw UsageError(description: "\(option) \(path): this is a folder; give the name of a file")
    }
    guard let identity = FileIdentity(path) else { continue }
    if let other = known[identity] {
      throw UsageError(description: "\(option) \(path): this file is \(other) too; give another name")
    }
    known[identity] = option
  }
}
