/// Between interchanges: looking for the next ISA, and reading it.
extension EnvelopeWalker {
    mutating func seekHeader() throws -> Step {
        let start = window.origin + cursor
        gapHead.removeAll()
        if start == 0 { try readMark() }
        var isAtFirst = true
        while true {
            while cursor < window.count, Self.isBlank(window[cursor]) { cursor += 1 }
            guard try ensure(X12Limits.headerByteCountMax * 2) else {
                state = .ended
                segmentStart = cursor
                segmentEnd = cursor
                return window.origin + cursor > start ? .gap(start..<window.origin + cursor) : .end
            }
            if Self.isBlank(window[cursor]) { continue }
            if isHeader(at: cursor, isAtFirst: isAtFirst) {
                let found = window.origin + cursor
                // The gap is told first; the next call comes back here with nothing before the header.
                return found > start ? .gap(start..<found) : try readHeader()
            }
            if gapHead.count < 64 {
                gapHead.append(contentsOf: window.bytes(cursor..<min(cursor + 64, window.count)))
            }
            isAtFirst = false
            cursor = window.first(0x49, from: cursor + 1) ?? window.count
        }
    }

    /// Passes over a mark of byte order at the beginning of the drop.
    private mutating func readMark() throws {
        _ = try ensure(4)
        startsWithMark = window.count >= 3 && window[0] == 0xEF && window[1] == 0xBB && window[2] == 0xBF
        if startsWithMark { cursor = 3 }
    }

    /// Makes `count` bytes available from `cursor` on, or all there are; false where there is none.
    private mutating func ensure(_ count: Int) throws -> Bool {
        while window.count - cursor < count {
            if try fill(keep: cursor) == nil { break }
        }
        return cursor < window.count
    }

    /// Whether an ISA stands here. In the midst of other text its shape must be right, at the beginning its name will do.
    private func isHeader(at index: Int, isAtFirst: Bool) -> Bool {
        guard index + 3 <= window.count, window[index] == 0x49, window[index + 1] == 0x53,
            window[index + 2] == 0x41
        else { return false }
        guard index + 7 <= window.count else { return isAtFirst }
        let separator = window[index + 3]
        if X12HeaderReader.isWord(separator) || separator == 0x20 {
            guard isAtFirst, index + 18 <= window.count else { return false }
            return separator != 0x20 && window[index + 6] == separator && window[index + 17] == separator
        }
        return isAtFirst || window[index + 6] == separator
    }

    private mutating func readHeader() throws -> Step {
        segmentStart = cursor
        segmentEnd = cursor
        let place = segmentPlace()
        let end = min(cursor + X12Limits.headerByteCountMax * 2, window.count)
        var reader = X12HeaderReader(
            bytes: window.bytes(cursor..<end), isAtEnd: window.isAtEnd && end == window.count,
            byteOffset: window.origin + cursor, place: place, options: options)
        let reading = reader.read()
        segmentCount = 1
        setSegmentCount = 0
        isInSet = false
        if let delimiters = reading.delimiters {
            self.delimiters = delimiters
            terminatorFirst = delimiters.terminator[0]
            terminatorCount = delimiters.terminator.count
            isFirstSegment = true
            cursor += reading.byteCount
            state = .inside
        } else {
            cursor += min(max(3, reading.byteCount), end - cursor)
            state = .lost
        }
        return .interchange(reading)
    }

    /// An interchange that cannot be read goes on to the next ISA or the end of the drop.
    mutating func skipLost() throws -> Step {
        while true {
            guard try ensure(X12Limits.headerByteCountMax) else {
                state = .ended
                segmentStart = cursor
                segmentEnd = cursor
                return .end
            }
            if window[cursor] == 0x49, isHeader(at: cursor, isAtFirst: false) {
                state = .outside
                segmentStart = cursor
                segmentEnd = cursor
                return .control(.isa)
            }
            cursor = window.first(0x49, from: cursor + 1) ?? window.count
        }
    }
}
