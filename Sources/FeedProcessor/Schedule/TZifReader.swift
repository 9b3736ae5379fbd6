/// Reads a compiled zone file (`/usr/share/zoneinfo/Europe/Berlin`).
///
/// - Shape: versions 1 to 4; from 2 on the 64-bit part and the footer are used. Leap seconds are not counted, as UTC
///   clocks of computers do not count them.
/// - Limit: 64 KiB; the largest real one has 4.
/// - Source: RFC 8536 section 3.
enum TZifReader {
    static let byteCountMax = 64 << 10

    /// Nil when the bytes are no zone file.
    static func read(_ bytes: [UInt8], name: String) -> ZoneRules? {
        guard bytes.count <= byteCountMax, let first = Header(bytes, at: 0) else { return nil }
        guard first.version >= 0x32 else {
            return zone(bytes, first, at: 44, timeSize: 4, name: name, footer: nil)
        }
        let second = 44 + first.byteCount(timeSize: 4)
        guard let header = Header(bytes, at: second) else { return nil }
        let footerStart = second + 44 + header.byteCount(timeSize: 8)
        guard footerStart < bytes.count, bytes[footerStart] == 0x0A,
            let end = bytes[(footerStart + 1)...].firstIndex(of: 0x0A)
        else { return nil }
        let text = bytes[(footerStart + 1)..<end]
        let future = PosixZone(text)
        // A rule that cannot be read would make every later year wrong without a word.
        guard text.isEmpty || future != nil else { return nil }
        return zone(bytes, header, at: second + 44, timeSize: 8, name: name, footer: future)
    }

    private struct Header {
        let version: UInt8
        let isUTCount, isStandardCount, leapCount, timeCount, typeCount, characterCount: Int

        init?(_ bytes: [UInt8], at start: Int) {
            guard start >= 0, start + 44 <= bytes.count, bytes[start..<(start + 4)].elementsEqual("TZif".utf8)
            else {
                return nil
            }
            version = bytes[start + 4]
            var counts: [Int] = []
            for field in 0..<6 {
                let at = start + 20 + field * 4
                let value = TZifReader.integer(bytes[at..<(at + 4)])
                guard (0...Int64(TZifReader.byteCountMax)).contains(value) else { return nil }
                counts.append(Int(value))
            }
            isUTCount = counts[0]
            isStandardCount = counts[1]
            leapCount = counts[2]
            timeCount = counts[3]
            typeCount = counts[4]
            characterCount = counts[5]
        }

        func byteCount(timeSize: Int) -> Int {
            timeCount * (timeSize + 1) + typeCount * 6 + characterCount + leapCount * (timeSize + 4)
                + isStandardCount + isUTCount
        }
    }

    private static func zone(
        _ bytes: [UInt8], _ header: Header, at start: Int, timeSize: Int, name: String, footer: PosixZone?
    ) -> ZoneRules? {
        guard start + header.byteCount(timeSize: timeSize) <= bytes.count, header.typeCount > 0 else {
            return nil
        }
        let indexes = start + header.timeCount * timeSize
        let types = indexes + header.timeCount
        var typeOffsets: [Int32] = []
        for type in 0..<header.typeCount {
            let at = types + type * 6
            typeOffsets.append(Int32(truncatingIfNeeded: integer(bytes[at..<(at + 4)])))
        }
        guard typeOffsets.allSatisfy({ abs(Int64($0)) <= 26 * 3_600 }) else { return nil }
        var times: [Int64] = []
        var offsets: [Int32] = []
        for index in 0..<header.timeCount {
            let at = start + index * timeSize
            let time = integer(bytes[at..<(at + timeSize)])
            let type = Int(bytes[indexes + index])
            guard type < typeOffsets.count, time > times.last ?? Int64.min else { return nil }
            times.append(time)
            offsets.append(typeOffsets[type])
        }
        return ZoneRules(
            name: name, times: times, offsets: offsets, firstOffset: typeOffsets[0], future: footer)
    }

    /// A big-endian integer in two's complement.
    static func integer(_ bytes: ArraySlice<UInt8>) -> Int64 {
        var value: Int64 = (bytes.first ?? 0) & 0x80 != 0 ? -1 : 0
        for byte in bytes { value = value << 8 | Int64(byte) }
        return value
    }
}
