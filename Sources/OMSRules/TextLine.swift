/// A sentence under construction: bytes instead of strings, since there are six of them in every order.
struct TextLine {
    private var bytes: [UInt8] = []

    mutating func word(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func add(_ number: Int64) {
        if number < 0 { bytes.append(0x2D) }
        let magnitude = number.magnitude
        var power: UInt64 = 1
        while magnitude / power >= 10 { power *= 10 }
        while power > 0 {
            bytes.append(0x30 + UInt8(magnitude / power % 10))
            power /= 10
        }
    }

    /// The sentence; the next one begins empty.
    mutating func take() -> String {
        defer { bytes.removeAll(keepingCapacity: true) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
