import Environment

/// Reads the text in which SFTP servers describe a directory: one line as `ls -l` writes it for each entry.
/// The protocol leaves its form open, so everything before the name is read as loosely as it can be without
/// guessing.
enum SFTPListing {
    enum Line: Equatable {
        case entry(DirectoryEntry, FileStatus.Kind, byteCount: Int?)
        /// A line that is no entry: a name with a line break in it, or a server with its own ideas.
        case unreadable(String)
    }

    /// The lines without `.` and `..`.
    static func entries(in text: [UInt8]) -> [Line] {
        var lines: [Line] = []
        for bytes in text.split(separator: 0x0A) {
            let line = bytes.last == 0x0D ? bytes.dropLast() : bytes
            if line.isEmpty { continue }
            guard let entry = entry(line) else {
                lines.append(.unreadable(String(decoding: line, as: UTF8.self)))
                continue
            }
            if case .entry(let name, _, _) = entry, name.name == "." || name.name == ".." { continue }
            lines.append(entry)
        }
        return lines
    }

    /// `-rw-r--r--    1 owner    group        1234 Nov 24 00:56 name with blanks`
    private static func entry(_ line: ArraySlice<UInt8>) -> Line? {
        guard let kind = kind(line) else { return nil }
        let fields = fieldRanges(line)
        // Owner and group may have blanks, so the date is looked for: a month's name, then a day and a time
        // or year.
        guard let month = fields.indices.dropFirst(2).first(where: { isDate(line, fields, at: $0) }),
            let size = number(line[fields[month - 1]])
        else { return nil }
        // One blank parts the name from the time; any more belong to the name.
        let start = fields[month + 2].upperBound + 1
        guard start < line.endIndex else { return nil }
        var name = line[start...]
        if kind == .link, let arrow = arrowOffset(name) { name = name[..<arrow] }
        if let text = String(validating: name, as: UTF8.self) {
            return .entry(DirectoryEntry(name: text), kind, byteCount: size)
        }
        let repaired = String(decoding: name, as: UTF8.self)
        return .entry(DirectoryEntry(name: repaired, isUTF8: false), kind, byteCount: size)
    }

    private static func kind(_ line: ArraySlice<UInt8>) -> FileStatus.Kind? {
        let permissions = line.dropFirst().prefix(9)
        guard let first = line.first, permissions.count == 9,
            permissions.allSatisfy({ "rwxsStTlL-?".utf8.contains($0) })
        else { return nil }
        switch first {
        case UInt8(ascii: "-"): return .regular
        case UInt8(ascii: "d"): return .directory
        case UInt8(ascii: "l"): return .link
        case UInt8(ascii: "b"), UInt8(ascii: "c"), UInt8(ascii: "p"), UInt8(ascii: "s"), UInt8(ascii: "?"):
            return .other
        default: return nil
        }
    }

    private static func fieldRanges(_ line: ArraySlice<UInt8>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start: Int?
        for index in line.indices {
            if line[index] == 0x20 {
                if let from = start { ranges.append(from..<index) }
                start = nil
                // No server has more fields than that before the name.
                if ranges.count == 24 { return ranges }
            } else if start == nil {
                start = index
            }
        }
        if let start { ranges.append(start..<line.endIndex) }
        return ranges
    }

    private static let months: Set<[UInt8]> = Set(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].map {
            Array($0.utf8)
        })

    private static func isDate(_ line: ArraySlice<UInt8>, _ fields: [Range<Int>], at index: Int) -> Bool {
        guard index + 2 < fields.count, months.contains(Array(line[fields[index]])),
            let day = number(line[fields[index + 1]]), (1...31).contains(day)
        else { return false }
        let time = line[fields[index + 2]]
        return time.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ":") } && time.count >= 4
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.count <= 18 else { return nil }
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }

    private static func arrowOffset(_ name: ArraySlice<UInt8>) -> Int? {
        name.indices.first { name[$0...].starts(with: Array(" -> ".utf8)) }
    }
}
