import Foundation

extension SheetPage {
  /// As a PDF file of one page (ISO 32000-1): pictures keep their own pixels, which readers are asked not to smooth, and words are
  /// drawn in the letters of the PNG, so that every sign is there. A pixel of the page is 3/4 point.
  package func pdf() -> [UInt8] {
    var file = PDFBytes()
    let pictures = images.indices.map { 5 + $0 }
    file.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
    file.object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
    let names = pictures.map { "/I\($0) \($0) 0 R" }.joined(separator: " ")
    let box = "[0 0 \(points(width)) \(points(height))]"
    file.object(
      3,
      "<< /Type /Page /Parent 2 0 R /MediaBox \(box) /Contents 4 0 R "
        + "/Resources << /XObject << \(names) >> >> >>")
    file.stream(4, "", Array(content(pictures).utf8))
    for (image, number) in zip(images, pictures) {
      let picture = image.picture
      file.stream(
        number,
        "/Type /XObject /Subtype /Image /Width \(picture.width) /Height \(picture.height) "
          + "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Interpolate false ",
        picture.pixels)
    }
    return file.finished()
  }

  /// In pixels from the lower left corner.
  private func content(_ pictures: [Int]) -> String {
    var lines = ["0.75 0 0 0.75 0 0 cm", fill(theme.background), "0 0 \(width) \(height) re f"]
    for (image, number) in zip(images, pictures) {
      let (across, down) = (image.picture.width * image.factor, image.picture.height * image.factor)
      lines.append("q \(across) 0 0 \(down) \(image.x) \(height - image.y - down) cm /I\(number) Do Q")
    }
    for text in texts {
      lines.append(fill(theme.color(text.role)))
      let dots = dots(of: text).map { "\($0.x) \(height - $0.y - textScale) \(textScale) \(textScale) re" }
      if !dots.isEmpty { lines.append(dots.joined(separator: "\n") + " f") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func dots(of text: LabelledGridLayout.Text) -> [(x: Int, y: Int)] {
    BitmapFont.dots(of: text.text).map { dot in
      let length = BitmapFont.width(of: text.text)
      let (x, y) = text.isTurned ? (dot.y, length - 1 - dot.x) : (dot.x, dot.y)
      return (text.x + x * textScale, text.y + y * textScale)
    }
  }

  private func fill(_ color: RGB) -> String {
    let parts = [color.red, color.green, color.blue].map { String(format: "%.4f", Double($0) / 255) }
    return parts.joined(separator: " ") + " rg"
  }

  private func points(_ pixels: Int) -> String { String(format: "%.2f", Double(pixels) * 0.75) }
}

/// A PDF file as it grows: objects, and where each begins.
private struct PDFBytes {
  private var bytes = Array("%PDF-1.4\n%".utf8) + [0xE2, 0xE3, 0xCF, 0xD3, 0x0A]
  private var offsets: [Int] = []

  /// Objects come in the order of their numbers, from 1.
  mutating func object(_ number: Int, _ text: String) {
    begin(number)
    bytes += Array("\(text)\nendobj\n".utf8)
  }

  mutating func stream(_ number: Int, _ entries: String, _ content: [UInt8]) {
    begin(number)
    bytes += Array("<< \(entries)/Length \(content.count) >>\nstream\n".utf8)
    bytes += content
    bytes += Array("\nendstream\nendobj\n".utf8)
  }

  func finished() -> [UInt8] {
    let count = offsets.count + 1
    let table = offsets.map { String(format: "%010d 00000 n \n", $0) }.joined()
    let end =
      "xref\n0 \(count)\n0000000000 65535 f \n\(table)trailer\n<< /Size \(count) /Root 1 0 R >>\n"
      + "startxref\n\(bytes.count)\n%%EOF\n"
    return bytes + Array(end.utf8)
  }

  private mutating func begin(_ number: Int) {
    precondition(number == offsets.count + 1, "object \(number) after \(offsets.count)")
    offsets.append(bytes.count)
    bytes += Array("\(number) 0 obj\n".utf8)
  }
}
