import Checkpoints

/// A file as it would lie on the disk: length, header text, `data` bytes of data.
func file(_ header: String, data: Int = 0, claimed: UInt64? = nil) -> [UInt8] {
  let text = Array(header.utf8)
  let length = claimed ?? UInt64(text.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + text
    + [UInt8](repeating: 1, count: data)
}

func parse(_ bytes: [UInt8]) throws -> SafetensorsHeader {
  try bytes.withUnsafeBytes { try SafetensorsHeader($0) }
}

/// One tensor's member of the header.
func member(_ name: String, _ type: String, _ shape: String, _ begin: Int, _ end: Int) -> String {
  #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
}

func member(_ name: String, _ shape: String, _ begin: Int, _ end: Int) -> String {
  member(name, "F32", shape, begin, end)
}
