import CLibXML2
public import Diagnostics
import Glibc

/// Reads XML document by document over libxml2's push parser, in memory bounded by one document. No DTD, no
/// entity of the drop's own, no inclusion; no file and no socket is ever opened.
///
/// - Throws: what quarantines the whole drop, as a located `Diagnostic` that is also in `log`:
///   `XML.MALFORMED`, `XML.DTD.FORBIDDEN`, `XML.CHAR.DECODE`, `XML.NAMESPACE`, `XML.ELEMENT.UNKNOWN`,
///   `XML.LIMIT.*`, `FILE.EMPTY`, `FILE.NUL_TAIL`, `FILE.NOT_EXPECTED_FORMAT`; and what the source throws.
///   Documents before the place are delivered first.
/// - Limit: `XMLLimits`.
/// - Source: XML 1.0 (Fifth Edition), Namespaces in XML 1.0.
public final class XMLReader {
    /// What was found so far.
    public private(set) var log = DiagnosticLog()
    /// Elements seen so far, in and around documents.
    public var elementCount: Int { builder.pointee.elementCount }
    /// Documents seen so far; those delivered may be fewer.
    public var documentCount: Int { builder.pointee.documentCount }
    /// The root element, once it was seen.
    public var rootName: XMLName? { builder.pointee.rootName }
    /// Bytes pulled from the source so far.
    public var byteCount: Int { buffer.rawByteCount }

    /// Whether the drop is read as it is, in UTF-8.
    var isUnconverted: Bool { buffer.charset == .utf8 }

    let drop: String
    let limits: XMLLimits
    /// At an address of its own, where libxml2's callbacks find it.
    let builder: UnsafeMutablePointer<XMLBuilder>
    var buffer: TextBuffer
    var bytesGuard: XMLGuard
    var context: xmlParserCtxtPtr?
    var isStarted = false
    var isEnded = false
    var nextReady = 0
    /// Bytes no longer in `buffer`; of those there, bytes looked at, and of those, bytes pushed.
    var forgottenCount = 0
    var approvedCount = 0
    var pushedCount = 0

    /// A reader of one drop. `drop` is the name that locations carry; nothing is opened by it.
    public convenience init(
        drop: String, source: any ByteSource, selection: XMLSelection = .wholeDrop,
        limits: XMLLimits = XMLLimits()
    ) {
        self.init(drop: drop, source: source, selection: selection, limits: limits, keepsDocuments: true)
    }

    init(
        drop: String, source: any ByteSource, selection: XMLSelection, limits: XMLLimits, keepsDocuments: Bool
    ) {
        self.drop = drop
        self.limits = limits
        buffer = TextBuffer(source: source, charset: .utf8, chunkByteCount: limits.chunkByteCount)
        bytesGuard = XMLGuard(limits: limits, allowsBareDoctype: selection.allowsBareDoctype)
        builder = UnsafeMutablePointer<XMLBuilder>.allocate(capacity: 1)
        builder.initialize(
            to: XMLBuilder(drop: drop, selection: selection, limits: limits, keepsDocuments: keepsDocuments))
    }

    deinit {
        if let context {
            if let document = context.pointee.myDoc { xmlFreeDoc(document) }
            xmlFreeParserCtxt(context)
        }
        builder.deinitialize(count: 1)
        builder.deallocate()
    }

    /// The number of a name in this reader's records, for a plan compiled once: ask before the first
    /// `next()`.
    public func intern(_ name: XMLName) -> XMLNameID { builder.pointee.names.id(name) }

    /// The next document, or nil after the last. After a throw there is nothing more to read.
    public func next() throws -> XMLRecord? {
        while true {
            if nextReady < builder.pointee.ready.count {
                nextReady += 1
                return builder.pointee.ready[nextReady - 1]
            }
            builder.pointee.ready.removeAll(keepingCapacity: true)
            nextReady = 0
            guard !isEnded else { return nil }
            if let failure = builder.pointee.failure {
                isEnded = true
                log.add(failure)
                throw failure
            }
            do {
                try pump()
            } catch {
                isEnded = true
                if let finding = error as? Diagnostic { log.add(finding) }
                throw error
            }
        }
    }

    /// Reads one chunk, looks at it, and gives it to libxml2.
    private func pump() throws {
        if isStarted {
            try buffer.fill()
        } else {
            isStarted = true
            try start()
        }
        let isLast = buffer.isAtEnd
        let bytes = buffer.bytes
        let looked = bytesGuard.pass(bytes, from: approvedCount, isLast: isLast)
        let stop = undecodable(from: approvedCount, to: looked.approved, isLast: isLast)
        let approved = stop?.at ?? looked.approved
        builder.pointee.places.origin = buffer.origin
        builder.pointee.places.originStart = forgottenCount
        noteLines(bytes, from: approvedCount, to: approved)
        approvedCount = approved
        push(bytes, from: pushedCount, to: approved)
        pushedCount = approved
        if !builder.pointee.isFailed {
            if let stop, stop.isFinal {
                builder.pointee.failure = bytes[stop.at] == 0 ? zeroByte(stop.at) : notText(stop.at)
            } else if let violation = looked.violation {
                builder.pointee.failure = finding(for: violation, at: looked.at)
            } else if isLast {
                finish()
            }
        }
        forgetConsumed()
    }

    /// libxml2 sets up its tables once, before any thread parses.
    private static let initialized: Bool = {
        xmlInitParser()
        return true
    }()

    private func start() throws {
        let head = try buffer.peek()
        let isWhole = head.count < DropSniffer.headByteCount
        if let finding = DropSniffer.finding(head: head, expected: .xml, drop: drop, isWholeDrop: isWhole) {
            throw finding
        }
        try buffer.start(declared: try XMLDeclaration.charset(of: head, drop: drop))
        _ = Self.initialized
        var handlers = XMLCallbacks.handlers()
        guard let context = xmlCreatePushParserCtxt(&handlers, builder, nil, 0, nil) else {
            throw Diagnostic(
                "XML.MALFORMED", at: SourceLocation(drop: drop, byteOffset: 0),
                "no memory is left for an XML parser",
                remedy: "run again when the machine is less busy", move: .wait)
        }
        // The charset is settled above, and what is pushed is UTF-8 whatever the declaration says.
        _ = xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue))
        self.context = context
        builder.pointee.cursor = XMLCursor(context)
    }

    private func push(_ bytes: [UInt8], from start: Int, to end: Int) {
        guard let context, !builder.pointee.isFailed else { return }
        bytes.withUnsafeBytes { raw in
            let address = raw.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
            if end > start { _ = xmlParseChunk(context, address, Int32(clamping: end - start), 0) }
        }
    }

    /// What the end of the drop means.
    private func finish() {
        if buffer.trailingNULCount > 0 {
            builder.pointee.failure = nulTail()
            return
        }
        if builder.pointee.openElementCount > 0 {
            builder.pointee.fail(
                "XML.MALFORMED", forgottenCount + pushedCount, truncated(), expected: "well-formed XML",
                remedy: "ask the partner to send the drop again: it was cut")
            return
        }
        if let context { _ = xmlParseChunk(context, nil, 0, 1) }
        guard !builder.pointee.isFailed else { return }
        if let other = builder.pointee.rootFailure {
            builder.pointee.failure = other
            return
        }
        let selection = builder.pointee.selection
        if builder.pointee.documentCount == 0, let miss = builder.pointee.nearMiss {
            builder.pointee.failure = Diagnostic(
                "XML.NAMESPACE", at: miss.location,
                "element \(miss.name.local) is in namespace '\(miss.name.namespace)'",
                found: miss.name.namespace,
                expected: selection.documents.first { $0.local == miss.name.local }?.namespace,
                remedy: "ask the partner which version of the document this is")
            return
        }
        isEnded = true
        if builder.pointee.documentCount == 0, let wanted = selection.documents.first {
            log.add(
                Diagnostic(
                    "XML.NO_DOCUMENTS", .warning, at: builder.pointee.location(forgottenCount + pushedCount),
                    "drop has 0 documents named \(wanted.local)",
                    found: builder.pointee.rootName?.description,
                    expected: wanted.description, remedy: "check that the partner had nothing to send"))
        }
    }

    /// Lets go of what libxml2 is done with, and of the lines before it.
    private func forgetConsumed() {
        guard context != nil, !builder.pointee.isFailed else { return }
        let consumed = max(0, min(builder.pointee.position - forgottenCount, pushedCount))
        if !builder.pointee.needsLines { builder.pointee.lines.forget(before: buffer.offset(consumed)) }
        buffer.forget(consumed)
        bytesGuard.forget(consumed)
        forgottenCount += consumed
        builder.pointee.places.origin = buffer.origin
        builder.pointee.places.originStart = forgottenCount
        approvedCount -= consumed
        pushedCount -= consumed
    }

    private func noteLines(_ bytes: [UInt8], from start: Int, to end: Int) {
        let origin = builder.pointee.places.origin
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return }
            var index = start
            while index < end, let found = memchr(base + index, 0x0A, end - index) {
                index = UnsafeRawPointer(found) - base + 1
                builder.pointee.lines.append(origin.offset(index))
            }
        }
    }

    /// The first byte that is not text, or a NUL, which libxml2 must never see: it would guess another
    /// encoding. Not final where more bytes may complete a character.
    private func undecodable(from start: Int, to end: Int, isLast: Bool) -> (at: Int, isFinal: Bool)? {
        let bytes = buffer.bytes
        var stop: (at: Int, isFinal: Bool)?
        if buffer.charset == .utf8 {
            switch UTF8Check.verdict(bytes, from: start, to: end) {
            case .valid: break
            case .cut(let at): stop = (at, isLast || end < bytes.count)
            case .invalid(let at): stop = (at, true)
            }
        } else if let bad = buffer.badPositions.first(where: { $0 >= start && $0 < end }) {
            stop = (bad, true)
        }
        let limit = stop?.at ?? end
        let zero = bytes.withUnsafeBytes { raw -> Int? in
            guard let base = raw.baseAddress, let found = memchr(base + start, 0, max(0, limit - start))
            else {
                return nil
            }
            return UnsafeRawPointer(found) - base
        }
        return zero.map { ($0, true) } ?? stop
    }
}
