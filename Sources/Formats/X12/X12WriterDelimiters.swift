/// Which separators an interchange is written with.
enum X12WriterDelimiters {
    /// Stand for separators that are still to be chosen; control characters, which no value keeps.
    static let held = X12Delimiters(
        element: SegmentBuffer.element, component: SegmentBuffer.component, repetition: 0x1C,
        terminator: [SegmentBuffer.terminator])

    /// In the order of preference: what partners are used to, then rarer ones, then those of the standard's examples,
    /// which are control characters and therefore always free.
    private static let candidates: [UInt8] = Array("*~>|^:!`{}<\\;+[]%=@#$\"_&?".utf8) + [0x1C, 0x1D, 0x1E, 0x1F]

    /// The separators asked for; a repetition separator only where the version knows one.
    ///
    /// - Source: X12.5: ISA11 is the standards identifier up to 00401 and the repetition separator from 00402 on.
    static func effective(_ wanted: X12Delimiters, _ header: X12InterchangeHeader) -> X12Delimiters {
        var delimiters = wanted
        if Array(header.version.utf8).lexicographicallyPrecedes("00402".utf8) { delimiters.repetition = nil }
        return delimiters
    }

    /// Separators that no value holds: those wanted where possible.
    static func choose(_ wanted: X12Delimiters, avoiding used: [Bool]) -> X12Delimiters {
        var taken: Set<UInt8> = []
        // What can stay is taken first, so that it is not given away as a replacement of another.
        let all = [wanted.element, wanted.component] + (wanted.repetition.map { [$0] } ?? [])
        let stays = { (byte: UInt8) in byte < 0x80 && !used[Int(byte)] }
        for byte in all + wanted.terminator where stays(byte) { taken.insert(byte) }
        func pick(_ byte: UInt8) -> UInt8 {
            if stays(byte) { return byte }
            let found = candidates.first { !used[Int($0)] && !taken.contains($0) } ?? byte
            taken.insert(found)
            return found
        }
        var chosen = wanted
        chosen.element = pick(wanted.element)
        chosen.component = pick(wanted.component)
        chosen.repetition = wanted.repetition.map(pick)
        if !wanted.terminator.allSatisfy(stays), let first = wanted.terminator.first { chosen.terminator = [pick(first)] }
        return chosen
    }

    /// Puts the chosen separators in the place of the held ones.
    static func translate(
        _ bytes: inout [UInt8], from start: Int, to chosen: X12Delimiters, lineEnd: [UInt8]
    ) {
        let terminator = chosen.terminator + lineEnd
        if terminator.count == 1 {
            for index in start..<bytes.count { bytes[index] = single(bytes[index], chosen, terminator[0]) }
            return
        }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count - start + bytes.count / 16)
        for byte in bytes[start...] {
            if byte == SegmentBuffer.terminator {
                result.append(contentsOf: terminator)
            } else {
                result.append(single(byte, chosen, byte))
            }
        }
        bytes.replaceSubrange(start..., with: result)
    }

    private static func single(_ byte: UInt8, _ chosen: X12Delimiters, _ terminator: UInt8) -> UInt8 {
        switch byte {
        case SegmentBuffer.element: chosen.element
        case SegmentBuffer.component: chosen.component
        case 0x1C: chosen.repetition ?? byte
        case SegmentBuffer.terminator: terminator
        default: byte
        }
    }
}
