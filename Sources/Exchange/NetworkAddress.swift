import Glibc

/// An IP address, to tell the ones of the public network from those of ours.
struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16 bytes, most significant first.
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter socketAddress: a `sockaddr_in` or `sockaddr_in6`.
    /// - Returns: nil for any other family.
    init?(socketAddress raw: UnsafeRawBufferPointer) {
        guard raw.count >= 2 else { return nil }
        switch CInt(raw.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET where raw.count >= 8: bytes = Array(raw[4..<8])
        case AF_INET6 where raw.count >= 24: bytes = Array(raw[8..<24])
        default: return nil
        }
    }

    /// - Parameter literal: an address in figures as it stands in a URL, IPv6 with or without brackets.
    /// - Returns: nil for a name.
    init?(literal: String) {
        var version4 = in_addr()
        if inet_pton(AF_INET, literal, &version4) == 1 {
            bytes = withUnsafeBytes(of: &version4) { Array($0) }
            return
        }
        var version6 = in6_addr()
        let text = literal.hasPrefix("[") ? String(literal.dropFirst().prefix { $0 != "]" }) : literal
        guard inet_pton(AF_INET6, text, &version6) == 1 else { return nil }
        bytes = withUnsafeBytes(of: &version6) { Array($0) }
    }

    /// Whether the address belongs to the public network: not private, loopback, link-local, shared,
    /// multicast, reserved or a way round to one of these.
    ///
    /// - Source: IANA special-purpose address registries (RFC 6890), 6to4 (RFC 3056), NAT64 (RFC 6052).
    var isPublic: Bool { bytes.count == 4 ? isPublicVersion4(bytes[...]) : isPublicVersion6 }

    private var isPublicVersion6: Bool {
        guard bytes.count == 16 else { return false }
        let head = bytes.prefix(12)
        // ::ffff:0:0/96 and ::/96 hold an IPv4 address; ::1 is among the latter.
        if head.prefix(10).allSatisfy({ $0 == 0 })
            && (head.suffix(2) == [0, 0] || head.suffix(2) == [0xFF, 0xFF])
        {
            return isPublicVersion4(bytes[12...])
        }
        if head == [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] { return isPublicVersion4(bytes[12...]) }
        if bytes[0] == 0x20 && bytes[1] == 0x02 { return isPublicVersion4(bytes[2..<6]) }
        // 2001::/23 is set aside for protocols (Teredo among them), 2001:db8::/32 for documentation.
        if bytes[0] == 0x20 && bytes[1] == 0x01 && (bytes[2] < 2 || (bytes[2] == 0x0D && bytes[3] == 0xB8)) {
            return false
        }
        // Of all the rest only 2000::/3 is given out.
        return bytes[0] & 0xE0 == 0x20
    }

    private func isPublicVersion4(_ bytes: ArraySlice<UInt8>) -> Bool {
        let (a, b, c) = (bytes[bytes.startIndex], bytes[bytes.startIndex + 1], bytes[bytes.startIndex + 2])
        return switch (a, b, c) {
        case (0, _, _), (10, _, _), (127, _, _): false
        case (100, 64...127, _): false
        case (169, 254, _): false
        case (172, 16...31, _): false
        case (192, 168, _), (192, 0, 0), (192, 0, 2), (192, 88, 99): false
        case (198, 18...19, _), (198, 51, 100), (203, 0, 113): false
        case (224...255, _, _): false
        default: true
        }
    }

    var description: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        var text = [CChar](repeating: 0, count: 64)
        guard bytes.count == 16, inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count)) != nil else {
            return "unknown address"
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
