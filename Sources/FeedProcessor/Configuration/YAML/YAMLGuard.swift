import Diagnostics

/// Looks through a YAML text before it is composed, and refuses what the product never uses and what makes YAML
/// dangerous: anchors and aliases (nine lines can stand for a gigabyte), tags, tabs as indentation, odd line ends,
/// nesting beyond a limit.
///
/// It follows the scanner of YAML 1.1 closely enough to know text, quotes, comments and block scalars apart; what it
/// reads otherwise than the parser is caught again when the composed nodes are looked at.
struct YAMLGuard {
    /// Open `[` and `{` at once; guides, the deepest declarations, have about ten.
    static let depthMax = 64

    private let bytes: [UInt8]
    private let positions: TextPositions
    private var at: Int
    /// Columns of the open block collections, innermost last.
    private var indents: [Int] = []
    private var depth = 0

    private init(_ bytes: [UInt8], _ positions: TextPositions) {
        self.bytes = bytes
        self.positions = positions
        at = positions.textStart
    }

    /// The first thing that is refused.
    static func check(_ bytes: [UInt8], _ positions: TextPositions) throws(Diagnostic) {
        var scan = YAMLGuard(bytes, positions)
        try scan.checkCharacters()
        while scan.at < bytes.count { try scan.readLine() }
    }

    /// Control characters and line ends other than LF and CR LF: they make people and programs see different lines.
    private func checkCharacters() throws(Diagnostic) {
        var index = positions.textStart
        while index < bytes.count {
            let byte = bytes[index]
            var isOdd = byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D || byte == 0x7F
            if byte == 0x0D { isOdd = peek(index + 1) != 0x0A }
            if byte == 0xC2 { isOdd = (0x80...0x9F).contains(peek(index + 1)) }
            if byte == 0xE2 { isOdd = peek(index + 1) == 0x80 && (0xA8...0xA9).contains(peek(index + 2)) }
            if isOdd {
                throw problem(
                    "CONFIG.YAML", index, "line \(positions.line(of: index)) has a control character",
                    expected: "text with LF or CR LF at the end of each line")
            }
            index += 1
        }
    }

    /// One line in block context, with what it opens: it ends behind the line in which that is closed.
    private mutating func readLine() throws(Diagnostic) {
        let lineStart = at
        while peek(at) == 0x20 { at += 1 }
        if peek(at) == 0x09 {
            var next = at
            while peek(next) == 0x20 || peek(next) == 0x09 { next += 1 }
            guard isLineEnd(next) || peek(next) == 0x23 else {
                throw problem(
                    "CONFIG.YAML", at, "line \(positions.line(of: at)) is indented with a tab",
                    expected: "blanks", remedy: "replace the tab by blanks")
            }
        }
        try readTokens(lineStart: lineStart)
        skipLineEnd()
    }

    private mutating func readTokens(lineStart: Int) throws(Diagnostic) {
        var isFirst = true
        while true {
            while peek(at) == 0x20 || peek(at) == 0x09 { at += 1 }
            if isLineEnd(at) { return }
            let column = at - lineStart
            let byte = peek(at)
            if byte == 0x23 { return skipLine() }
            if isFirst, column == 0, byte == 0x25 {
                throw problem(
                    "CONFIG.YAML", at, "line \(positions.line(of: at)) is a YAML directive",
                    expected: "a declaration", remedy: "remove the line")
            }
            isFirst = false
            if (byte == 0x2D || byte == 0x3F || byte == 0x3A) && isBlank(at + 1) {
                if byte == 0x2D { open(column) }
                at += 1
                continue
            }
            try refuseMark()
            let start = at
            switch byte {
            case 0x7C, 0x3E:
                if isBlockScalarHeader() { return skipBlockScalar() }
                skipPlain()
            case 0x22, 0x27: skipQuoted()
            case 0x5B, 0x7B: try readFlow()
            default: skipPlain()
            }
            var next = at
            while peek(next) == 0x20 { next += 1 }
            if peek(next) == 0x3A, isBlank(next + 1) || byte == 0x22 || byte == 0x27 {
                open(max(0, min(column, start - lineStart)))
                at = next + 1
            } else if isLineEnd(at), byte != 0x22, byte != 0x27, byte != 0x5B, byte != 0x7B {
                return skipContinuation(column)
            }
        }
    }

    /// Notes that a block collection stands at a column.
    private mutating func open(_ column: Int) {
        while let last = indents.last, last > column { indents.removeLast() }
        if indents.last != column { indents.append(column) }
    }

    /// Lines that belong to the plain text before them: those indented deeper than the collection it stands in.
    private mutating func skipContinuation(_ column: Int) {
        while let last = indents.last, last > column { indents.removeLast() }
        var parent = indents.last ?? -1
        if parent == column { parent = indents.count > 1 ? indents[indents.count - 2] : -1 }
        while at < bytes.count {
            var next = at
            if peek(next) == 0x0D { next += 1 }
            if peek(next) == 0x0A { next += 1 }
            let lineStart = next
            while peek(next) == 0x20 { next += 1 }
            guard next < bytes.count else { return }
            if isLineEnd(next) {
                at = next
                continue
            }
            guard next - lineStart > parent, peek(next) != 0x23, peek(next) != 0x09 else { return }
            var end = next
            while !isLineEnd(end) {
                // A key, or a comment: no longer the plain text.
                if peek(end) == 0x3A, isBlank(end + 1) { return }
                if peek(end) == 0x23, peek(end - 1) == 0x20 { break }
                end += 1
            }
            if peek(next) == 0x2D, isBlank(next + 1) { return }
            at = end
            skipLine()
        }
    }

    private mutating func skipPlain() {
        while !isLineEnd(at) {
            if peek(at) == 0x3A, isBlank(at + 1) { return }
            if peek(at) == 0x23, peek(at - 1) == 0x20 || peek(at - 1) == 0x09 { return skipLine() }
            at += 1
        }
    }

    private mutating func skipQuoted() {
        let quote = bytes[at]
        at += 1
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == 0x5C, quote == 0x22 {
                at += 1
            } else if byte == quote {
                guard quote == 0x27, peek(at) == 0x27 else { return }
                at += 1
            }
        }
        at = min(at, bytes.count)
    }

    /// `|` or `>` with its indicators and nothing more but a comment.
    private func isBlockScalarHeader() -> Bool {
        var next = at + 1
        while peek(next) == 0x2B || peek(next) == 0x2D || (0x30...0x39).contains(peek(next)) { next += 1 }
        while peek(next) == 0x20 { next += 1 }
        return isLineEnd(next) || peek(next) == 0x23
    }

    private mutating func skipBlockScalar() {
        let parent = indents.last ?? -1
        skipLine()
        while at < bytes.count {
            var next = at
            if peek(next) == 0x0D { next += 1 }
            if peek(next) == 0x0A { next += 1 }
            let lineStart = next
            while peek(next) == 0x20 { next += 1 }
            guard next < bytes.count, isLineEnd(next) || next - lineStart > parent else { return }
            at = next
            skipLine()
        }
    }

    /// `[ … ]` or `{ … }`, over as many lines as it takes.
    private mutating func readFlow() throws(Diagnostic) {
        depth = 0
        var isTokenStart = true
        repeat {
            let byte = peek(at)
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: break
            case 0x23 where isBlank(at - 1): skipLine()
            case 0x5B, 0x7B:
                depth += 1
                isTokenStart = true
                if depth > Self.depthMax {
                    throw problem(
                        "CONFIG.LIMIT.DEPTH", at, "line \(positions.line(of: at)) is nested too deeply",
                        expected: "at most \(Self.depthMax) levels")
                }
            case 0x5D, 0x7D:
                depth -= 1
                isTokenStart = false
            case 0x2C: isTokenStart = true
            case 0x3A, 0x3F: isTokenStart = isTokenStart || isBlank(at + 1) || isFlowIndicator(at + 1)
            case 0x22 where isTokenStart, 0x27 where isTokenStart:
                skipQuoted()
                at -= 1
                // A quoted key may have its value right behind the colon.
                if peek(at + 1) == 0x3A {
                    at += 1
                    isTokenStart = true
                } else {
                    isTokenStart = false
                }
            default:
                if isTokenStart { try refuseMark() }
                isTokenStart = false
            }
            if at < bytes.count, !(peek(at) == 0x0A && byte == 0x23) { at += 1 }
        } while depth > 0 && at < bytes.count
    }

    /// Refuses an anchor, an alias or a tag that begins here.
    private func refuseMark() throws(Diagnostic) {
        let line = positions.line(of: at)
        switch peek(at) {
        case 0x26 where !isBlank(at + 1), 0x2A where !isBlank(at + 1):
            throw problem(
                "CONFIG.LIMIT.ALIASES", at, "line \(line) has YAML anchors or aliases",
                expected: "every value written out; text that begins with '*' or '&' in quotes",
                remedy: "write the value out, or put it in quotes")
        case 0x21:
            throw problem(
                "CONFIG.TAG", at, "line \(line) has a YAML tag: tag not allowed",
                expected: "a value without '!'; text that begins with '!' in quotes", remedy: "remove the tag"
            )
        default: break
        }
    }

    private mutating func skipLine() { while !isLineEnd(at) { at += 1 } }

    private mutating func skipLineEnd() {
        if peek(at) == 0x0D { at += 1 }
        if peek(at) == 0x0A { at += 1 }
    }

    private func peek(_ index: Int) -> UInt8 { bytes.indices.contains(index) ? bytes[index] : 0x0A }
    private func isLineEnd(_ index: Int) -> Bool { peek(index) == 0x0A || peek(index) == 0x0D }
    private func isBlank(_ index: Int) -> Bool {
        isLineEnd(index) || peek(index) == 0x20 || peek(index) == 0x09
    }
    private func isFlowIndicator(_ index: Int) -> Bool {
        [0x2C, 0x5B, 0x5D, 0x7B, 0x7D].contains(peek(index))
    }

    private func problem(
        _ code: DiagnosticCode, _ offset: Int, _ message: String, expected: String, remedy: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            code, at: positions.location(of: offset, byteCount: 1), message, expected: expected,
            remedy: remedy)
    }
}
