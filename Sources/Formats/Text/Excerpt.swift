/// The text of a finding's `found`.
enum Excerpt {
    /// Characters kept, as everywhere in findings.
    static let characterCountMax = 40

    /// The beginning of some bytes as text; what is not UTF-8 becomes U+FFFD.
    static func of(_ bytes: some Collection<UInt8>) -> String {
        String(String(decoding: bytes.prefix(characterCountMax * 4), as: UTF8.self).prefix(characterCountMax))
    }

    /// `0xE9`
    static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return byte < 16 ? "0x0\(digits)" : "0x\(digits)"
    }
}
