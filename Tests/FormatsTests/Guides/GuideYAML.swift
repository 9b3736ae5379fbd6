import Diagnostics

/// Reads the little of YAML that guides are written in, so that this module is tested without the loader above it:
/// block mappings and sequences by indentation, flow ones, quoted and plain scalars, comments.
struct GuideYAML {
    private let bytes: [UInt8]
    private var index = 0
    private let name: String

    static func parse(_ text: String, name: String = "guide.yaml") -> DeclarationNode {
        var reader = GuideYAML(text, name: name)
        reader.skip()
        return reader.block(reader.column)
    }

    private init(_ text: String, name: String) {
        bytes = Array(text.utf8)
        self.name = name
    }

    private var column: Int {
        var start = index
        while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
        return index - start
    }

    private func at(_ offset: Int) -> SourceLocation { SourceLocation(drop: name, byteOffset: offset) }

    /// Passes over blanks, line ends and comments.
    private mutating func skip() {
        while index < bytes.count {
            if bytes[index] == 0x23 {
                while index < bytes.count, bytes[index] != 0x0A { index += 1 }
            } else if bytes[index] == 0x20 || bytes[index] == 0x0A {
                index += 1
            } else {
                return
            }
        }
    }

    private mutating func block(_ indent: Int) -> DeclarationNode {
        let start = index
        guard index < bytes.count else { return DeclarationNode(.null, at: at(start)) }
        if bytes[index] == 0x2D, index + 1 < bytes.count, bytes[index + 1] == 0x20 { return sequence(indent) }
        if bytes[index] == 0x7B || bytes[index] == 0x5B { return flow() }
        let key = scalar(isFlow: false)
        guard index < bytes.count, bytes[index] == 0x3A else {
            return DeclarationNode(.scalar(key), at: at(start))
        }
        index = start
        return mapping(indent)
    }

    private mutating func sequence(_ indent: Int) -> DeclarationNode {
        let start = index
        var items: [DeclarationNode] = []
        while index < bytes.count, column == indent, bytes[index] == 0x2D {
            index += 1
            skip()
            items.append(block(column))
            skip()
        }
        return DeclarationNode(.sequence(items), at: at(start))
    }

    private mutating func mapping(_ indent: Int) -> DeclarationNode {
        let start = index
        var entries: [DeclarationNode.Entry] = []
        while index < bytes.count, column == indent, bytes[index] != 0x2D {
            let place = index
            let key = scalar(isFlow: false)
            index += 1
            skip()
            let value =
                column > indent || (index < bytes.count && bytes[index] == 0x2D && column >= indent)
                ? block(column) : DeclarationNode(.null, at: at(index))
            entries.append(.init(key: key, keyLocation: at(place), value: value))
            skip()
        }
        return DeclarationNode(.mapping(entries), at: at(start))
    }

    private mutating func flow() -> DeclarationNode {
        let start = index
        let isMapping = bytes[index] == 0x7B
        guard isMapping || bytes[index] == 0x5B else {
            return DeclarationNode(.scalar(scalar(isFlow: true)), at: at(start))
        }
        index += 1
        var entries: [DeclarationNode.Entry] = []
        var items: [DeclarationNode] = []
        skip()
        while index < bytes.count, bytes[index] != 0x7D, bytes[index] != 0x5D {
            if isMapping {
                let place = index
                let key = scalar(isFlow: true)
                index += 1
                skip()
                entries.append(.init(key: key, keyLocation: at(place), value: flow()))
            } else {
                items.append(flow())
            }
            skip()
            if index < bytes.count, bytes[index] == 0x2C { index += 1 }
            skip()
        }
        index += 1
        return DeclarationNode(isMapping ? .mapping(entries) : .sequence(items), at: at(start))
    }

    private mutating func scalar(isFlow: Bool) -> String {
        var text: [UInt8] = []
        if bytes[index] == 0x22 {
            index += 1
            while index < bytes.count, bytes[index] != 0x22 {
                if bytes[index] == 0x0A {
                    // A line end inside quotes folds to a blank.
                    while index + 1 < bytes.count, bytes[index + 1] == 0x20 { index += 1 }
                    text.append(0x20)
                } else {
                    text.append(bytes[index])
                }
                index += 1
            }
            index += 1
            return String(decoding: text, as: UTF8.self)
        }
        while index < bytes.count, bytes[index] != 0x0A {
            let byte = bytes[index]
            if byte == 0x3A, index + 1 >= bytes.count || bytes[index + 1] == 0x20 || bytes[index + 1] == 0x0A
            {
                break
            }
            if isFlow && (byte == 0x2C || byte == 0x7D || byte == 0x5D) { break }
            text.append(byte)
            index += 1
        }
        while text.last == 0x20 { text.removeLast() }
        return String(decoding: text, as: UTF8.self)
    }
}
