/// Line and column of a byte, for people.
enum LinePlace {
    /// Counts the line ends (CRLF, LF or CR, each one) between `start`, which is column 1 of `line`, and
    /// `position`.
    ///
    /// - Unit: both 1-based, columns in bytes.
    static func of(_ position: Int, from start: Int, line: Int, in bytes: [UInt8]) -> (line: Int, column: Int)
    {
        var line = line
        var lineStart = start
        var index = start
        let end = min(position, bytes.count)
        while index < end {
            let byte = bytes[index]
            index += 1
            if byte == 0x0D, index < bytes.count, bytes[index] == 0x0A { continue }
            if byte == 0x0A || byte == 0x0D {
                line += 1
                lineStart = index
            }
        }
        return (line, position - lineStart + 1)
    }
}
