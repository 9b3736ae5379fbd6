/// The part of a drop that a reader is at, as UTF-8: pulls bytes from the source, skips the byte order mark,
/// converts other charsets, and knows where every byte stands in the drop.
///
/// - Limit: holds what the reader has not yet taken, plus one chunk.
struct TextBuffer {
    /// The text at hand.
    private(set) var bytes: [UInt8] = []
    /// Positions in `bytes` that stand for something that could not be decoded; converted drops only.
    private(set) var badPositions: [Int] = []
    /// Whether everything was read.
    private(set) var isAtEnd = false
    /// NUL bytes at the very end of the drop, which are not handed on. Counted once `isAtEnd`.
    private(set) var trailingNULCount = 0
    /// Bytes pulled from the source so far.
    private(set) var rawByteCount = 0
    /// What the drop is in; settled by `start()`.
    private(set) var charset: TextCharset

    private var source: any ByteSource
    private let chunkByteCount: Int
    /// NUL bytes handed on at most before text that follows them: more than any row or text may have.
    private static let heldNULCountMax = 2_097_152
    private var converter: TextConverter?
    /// Offset in the drop of position 0 of `bytes`.
    private var base = 0
    /// For converted drops: the offset of each position, relative to `base`.
    private var origins: [UInt32] = []
    /// The head, read for a look at the format and not yet in `bytes`.
    private var head: [UInt8] = []
    private var chunk: [UInt8] = []

    init(source: any ByteSource, charset: TextCharset, chunkByteCount: Int) {
        self.source = source
        self.charset = charset
        self.chunkByteCount = max(1, chunkByteCount)
    }

    /// Reads the first bytes, up to 4 KiB, for a look at them. They stay to be read.
    mutating func peek() throws -> [UInt8] {
        while head.count < DropSniffer.headByteCount {
            let count = try pull()
            if count == 0 { break }
            head += chunk[..<count]
        }
        return head
    }

    /// Settles the charset from the byte order mark and what was declared, here or at the beginning. Call
    /// once.
    mutating func start(declared: TextCharset? = nil) throws {
        _ = try peek()
        if let declared { charset = declared }
        var isBigEndian = false
        var markByteCount = 0
        if head.starts(with: [0xEF, 0xBB, 0xBF]) {
            (charset, markByteCount) = (.utf8, 3)
        } else if head.starts(with: [0xFF, 0xFE]) {
            (charset, markByteCount) = (.utf16, 2)
        } else if head.starts(with: [0xFE, 0xFF]) {
            (charset, markByteCount, isBigEndian) = (.utf16, 2, true)
        } else if charset == .utf16 {
            isBigEndian = DropSniffer.looksBigEndian(head)
        }
        converter = TextConverter(charset: charset, isBigEndian: isBigEndian)
        base = markByteCount
        let first = head.dropFirst(markByteCount)
        let offset = markByteCount
        head = []
        take(first, rawOffset: offset)
    }

    /// Appends one chunk to `bytes`; at the end sets `isAtEnd`.
    mutating func fill() throws {
        guard !isAtEnd else { return }
        let offset = rawByteCount
        let count = try pull()
        if count == 0 {
            isAtEnd = true
            if converter != nil {
                convert([], rawOffset: offset - trailingNULCount, isLast: true)
            }
            return
        }
        take(chunk[..<count], rawOffset: offset)
    }

    /// Forgets the first `count` bytes of `bytes`.
    mutating func forget(_ count: Int) {
        guard count > 0 else { return }
        advanceBase(count)
        bytes.removeFirst(count)
    }

    /// Hands over all of `bytes`, and keeps a copy of what stands from `position` on as the new beginning.
    mutating func hand(upTo position: Int) -> (bytes: [UInt8], origin: OffsetOrigin) {
        let origin = self.origin
        var rest: [UInt8] = []
        rest.reserveCapacity(bytes.count - position + chunkByteCount)
        rest += bytes[position...]
        swap(&rest, &bytes)
        advanceBase(position)
        return (rest, origin)
    }

    /// Where the text at hand stands in the drop, as a value of its own.
    var origin: OffsetOrigin {
        OffsetOrigin(base: base, converted: converter == nil ? nil : origins + [endOrigin])
    }

    /// Offset in the drop of a position in `bytes`.
    func offset(_ position: Int) -> Int {
        guard let converter else { return base + position }
        if position < origins.count { return base + Int(origins[position]) }
        return rawByteCount - trailingNULCount - converter.pendingByteCount
    }

    /// The offset of what comes behind `bytes`, relative to `base`.
    private var endOrigin: UInt32 { UInt32(clamping: offset(bytes.count) - base) }

    private mutating func advanceBase(_ count: Int) {
        guard converter != nil else {
            base += count
            return
        }
        let shift = count < origins.count ? origins[count] : endOrigin
        origins = origins.dropFirst(count).map { $0 - shift }
        base += Int(shift)
        badPositions = badPositions.filter { $0 >= count }.map { $0 - count }
    }

    /// Reads into `chunk`; returns how many bytes.
    private mutating func pull() throws -> Int {
        if chunk.count != chunkByteCount { chunk = [UInt8](repeating: 0, count: chunkByteCount) }
        let count = try chunk.withUnsafeMutableBytes { try source.read(into: $0) }
        let taken = min(max(0, count), chunkByteCount)
        rawByteCount += taken
        return taken
    }

    /// Appends a piece; NUL bytes at its end are held back until something follows them.
    private mutating func take(_ piece: ArraySlice<UInt8>, rawOffset: Int) {
        if charset == .utf16 {
            convert(piece, rawOffset: rawOffset, isLast: false)
            return
        }
        var end = piece.endIndex
        while end > piece.startIndex, piece[end - 1] == 0 { end -= 1 }
        let text = piece[piece.startIndex..<end]
        let nulCount = piece.endIndex - end
        if text.isEmpty {
            trailingNULCount += nulCount
            return
        }
        if trailingNULCount > 0 {
            let held = [UInt8](repeating: 0, count: min(trailingNULCount, Self.heldNULCountMax))
            append(held[...], rawOffset: rawOffset - trailingNULCount)
        }
        append(text, rawOffset: rawOffset)
        trailingNULCount = nulCount
    }

    private mutating func append(_ piece: ArraySlice<UInt8>, rawOffset: Int) {
        if converter == nil {
            bytes += piece
        } else {
            convert(piece, rawOffset: rawOffset, isLast: false)
        }
    }

    private mutating func convert(_ piece: ArraySlice<UInt8>, rawOffset: Int, isLast: Bool) {
        converter?.convert(
            piece, rawOffset: rawOffset, base: base, isLast: isLast, into: &bytes, origins: &origins,
            bad: &badPositions)
    }
}
