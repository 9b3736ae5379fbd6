import CScan

/// Finds rows and fields in text at hand: 64 bytes at a time, stopping only at delimiters, quotes and line
/// ends.
struct DelimitedScanner {
    /// A row as scanned. Offsets are positions in the text.
    struct Row {
        var start: Int
        var end: Int
        var firstField: Int
        var fieldCount: Int
        /// Line ends inside quotes.
        var innerLineCount: Int
        /// First byte of text behind a closing quote; -1 when there is none.
        var trailingAt: Int
        /// First quote inside an unquoted field; -1 when there is none.
        var strayAt: Int
        /// Whether a line end closes the row, or only the end of the drop.
        var isTerminated: Bool
    }

    /// Where scanning stopped.
    struct Rest {
        /// Where the first row that is not complete begins.
        var start: Int
        /// Where a quote was opened that passes the limit, or that the drop ends in; -1 when none.
        var unclosedAt: Int
        /// Whether the row at `start` is longer than the limit.
        var isTooLong: Bool
    }

    private enum State {
        case plain, quoted, closed
    }

    var delimiter: UInt8
    let quote: UInt8?
    let limits: DelimitedLimits
    /// Whether `="…"` is no stray quote.
    let allowsGuards: Bool

    /// Ends of all fields of the rows, with the flags of `DelimitedBlock`; only the first `endCount` count.
    private(set) var ends: [UInt32] = []
    private(set) var endCount = 0
    private(set) var rows: [Row] = []

    init(dialect: DelimitedDialect, limits: DelimitedLimits) {
        delimiter = dialect.delimiter
        quote = dialect.quote
        allowsGuards = dialect.stripsSpreadsheetGuards
        self.limits = limits
    }

    /// Scans from the beginning of `bytes`, which is the beginning of a row.
    ///
    /// - Shape: complete rows go to `rows`, blank lines included. With `isLast` the row that the end closes
    ///   is complete too.
    mutating func scan(_ bytes: [UInt8], isLast: Bool) -> Rest {
        rows.removeAll(keepingCapacity: true)
        endCount = 0
        if ends.count < bytes.count + 1 { ends = [UInt32](repeating: 0, count: bytes.count + 1) }
        var scan = Scan(self, byteCount: bytes.count, isLast: isLast)
        let rest = bytes.withUnsafeBufferPointer { text in
            ends.withUnsafeMutableBufferPointer { ends in
                scan.run(text, ends, into: &rows)
            }
        }
        endCount = scan.endCount
        return rest
    }

    /// The state of one pass. Apart from the scanner so that it lives in registers.
    private struct Scan {
        let delimiter: UInt8
        let quote: UInt8
        let hasQuote: Bool
        let allowsGuards: Bool
        let quotedMax: Int
        let rowMax: Int
        let count: Int
        let isLast: Bool

        var endCount = 0
        var state = State.plain
        var rowStart = 0
        var rowFirst = 0
        var fieldStart = 0
        var quoteAt = -1
        var closedAt = -1
        /// A position that was dealt with already: the second of two quotes.
        var skipAt = -1
        var isDoubled = false
        var innerLines = 0
        var trailingAt = -1
        var strayAt = -1

        init(_ scanner: DelimitedScanner, byteCount: Int, isLast: Bool) {
            delimiter = scanner.delimiter
            hasQuote = scanner.quote != nil
            quote = scanner.quote ?? scanner.delimiter
            allowsGuards = scanner.allowsGuards
            quotedMax = scanner.limits.quotedByteCountMax
            rowMax = scanner.limits.rowByteCountMax
            count = byteCount
            self.isLast = isLast
        }

        mutating func run(
            _ text: UnsafeBufferPointer<UInt8>, _ ends: UnsafeMutableBufferPointer<UInt32>,
            into rows: inout [Row]
        ) -> Rest {
            var base = 0
            while base < count {
                var mask = Self.mask(text, base, delimiter, quote)
                while mask != 0 {
                    let at = base + mask.trailingZeroBitCount
                    mask &= mask &- 1
                    let byte = text[at]
                    if byte == delimiter, state == .plain {
                        ends[endCount] = UInt32(truncatingIfNeeded: at)
                        endCount += 1
                        fieldStart = at + 1
                    } else if let rest = special(byte, at, text, ends, &rows) {
                        return rest
                    }
                }
                base += 64
            }
            return finish(ends, &rows)
        }

        /// Bytes of interest among 64; what lies behind the text is none.
        private static func mask(
            _ text: UnsafeBufferPointer<UInt8>, _ base: Int, _ delimiter: UInt8, _ quote: UInt8
        ) -> UInt64 {
            guard let start = text.baseAddress else { return 0 }
            let left = text.count - base
            if left >= 64 { return cscan_any4(start + base, delimiter, quote, 0x0A, 0x0D) }
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { padded in
                padded.initialize(repeating: 0)
                for index in 0..<left { padded[index] = text[base + index] }
                guard let address = padded.baseAddress else { return 0 }
                let valid = UInt64.max >> UInt64(64 - left)
                return cscan_any4(address, delimiter, quote, 0x0A, 0x0D) & valid
            }
        }

        /// Everything but a delimiter in plain text. Returns where to stop, when scanning cannot go on.
        private mutating func special(
            _ byte: UInt8, _ at: Int, _ text: UnsafeBufferPointer<UInt8>,
            _ ends: UnsafeMutableBufferPointer<UInt32>, _ rows: inout [Row]
        ) -> Rest? {
            switch state {
            case .quoted: return quoted(byte, at, text)
            case .plain, .closed: break
            }
            if byte == quote, hasQuote {
                if state == .closed {
                    if trailingAt < 0 { trailingAt = closedAt + 1 }
                } else if at == fieldStart {
                    state = .quoted
                    quoteAt = at
                } else if strayAt < 0, !(allowsGuards && text[fieldStart] == UInt8(ascii: "=")) {
                    strayAt = at
                }
                return nil
            }
            // The LF of a CRLF that closed the row before.
            if at < rowStart { return nil }
            if byte == delimiter {
                endField(at, ends)
                fieldStart = at + 1
                return nil
            }
            if byte == 0x0D, at + 1 == count, !isLast {
                return Rest(start: rowStart, unclosedAt: -1, isTooLong: false)
            }
            endField(at, ends)
            return endRow(
                at, next: byte == 0x0D && at + 1 < count && text[at + 1] == 0x0A ? at + 2 : at + 1, &rows)
        }

        private mutating func quoted(_ byte: UInt8, _ at: Int, _ text: UnsafeBufferPointer<UInt8>) -> Rest? {
            if at == skipAt { return nil }
            if byte == quote {
                if at - quoteAt - 1 > quotedMax {
                    return Rest(start: rowStart, unclosedAt: quoteAt, isTooLong: false)
                }
                if at + 1 < count, text[at + 1] == quote {
                    isDoubled = true
                    skipAt = at + 1
                } else if at + 1 < count || isLast {
                    state = .closed
                    closedAt = at
                } else {
                    return Rest(start: rowStart, unclosedAt: -1, isTooLong: false)
                }
            } else if byte == 0x0A || byte == 0x0D && (at + 1 == count || text[at + 1] != 0x0A) {
                if byte != delimiter { innerLines += 1 }
            }
            return nil
        }

        private mutating func endField(_ at: Int, _ ends: UnsafeMutableBufferPointer<UInt32>) {
            var end = UInt32(truncatingIfNeeded: at)
            if state == .closed {
                end |= DelimitedBlock.quotedFlag
                if isDoubled { end |= DelimitedBlock.doubledFlag }
                if closedAt + 1 != at, trailingAt < 0 { trailingAt = closedAt + 1 }
                state = .plain
                isDoubled = false
            }
            ends[endCount] = end
            endCount += 1
        }

        private mutating func endRow(_ end: Int, next: Int, _ rows: inout [Row]) -> Rest? {
            if end - rowStart > rowMax { return Rest(start: rowStart, unclosedAt: -1, isTooLong: true) }
            rows.append(
                Row(
                    start: rowStart, end: end, firstField: rowFirst, fieldCount: endCount - rowFirst,
                    innerLineCount: innerLines, trailingAt: trailingAt, strayAt: strayAt,
                    isTerminated: next > end))
            rowStart = next
            fieldStart = next
            rowFirst = endCount
            (innerLines, trailingAt, strayAt) = (0, -1, -1)
            return nil
        }

        /// What the end of the text means.
        private mutating func finish(_ ends: UnsafeMutableBufferPointer<UInt32>, _ rows: inout [Row]) -> Rest
        {
            let isOpen = state == .quoted
            if isOpen, isLast || count - quoteAt - 1 > quotedMax {
                return Rest(start: rowStart, unclosedAt: quoteAt, isTooLong: false)
            }
            if count - rowStart > rowMax { return Rest(start: rowStart, unclosedAt: -1, isTooLong: true) }
            if isLast, rowStart < count {
                endField(count, ends)
                if let rest = endRow(count, next: count, &rows) { return rest }
            }
            return Rest(start: rowStart, unclosedAt: -1, isTooLong: false)
        }
    }
}
