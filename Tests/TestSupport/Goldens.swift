import Foundation

/// Files that the PyTorch reference wrote, kept beside the tests.
package func golden(_ path: String) -> URL {
  URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens").appending(path: path)
}
