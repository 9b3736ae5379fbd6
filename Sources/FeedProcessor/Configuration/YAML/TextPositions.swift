import Diagnostics

/// The lines of a text file: turns offsets into lines and columns, and a parser's marks into offsets.
struct TextPositions: Sendable {
    let path: String
    /// The first byte behind a byte order mark.
    let textStart: Int
    private let bytes: [UInt8]
    private let lineStarts: [Int]

    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
        textStart = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var starts = [textStart]
        for index in bytes.indices where bytes[index] == 0x0A { starts.append(index + 1) }
        lineStarts = starts
    }

    /// The 1-based line of an offset.
    func line(of offset: Int) -> Int {
        var (low, high) = (0, lineStarts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    func location(of offset: Int, byteCount: Int = 0) -> SourceLocation {
        let line = line(of: offset)
        return SourceLocation(
            drop: path, byteOffset: offset, byteCount: byteCount, line: line,
            column: max(1, offset - lineStarts[line - 1] + 1))
    }

    /// The offset of a 1-based line and a 1-based column counted in Unicode scalars, as libyaml marks places.
    func offset(line: Int, scalarColumn: Int) -> Int {
        guard line >= 1, line <= lineStarts.count else { return bytes.count }
        var offset = lineStarts[line - 1]
        var left = scalarColumn - 1
        while left > 0, offset < bytes.count, bytes[offset] != 0x0A {
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            left -= 1
        }
        return offset
    }
}
