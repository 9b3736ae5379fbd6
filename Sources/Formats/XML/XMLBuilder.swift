import CLibXML2
import Diagnostics

/// Turns libxml2's events into documents. The callbacks find it by its address; it cannot be copied, because
/// an event must not copy it.
///
/// Once a failure is set every later event is ignored: libxml2 is not stopped in the middle of its work, it
/// is not fed any more.
struct XMLBuilder: ~Copyable {
    /// From libxml2's positions to the drop's.
    var places = XMLPlaces()
    var names: XMLNameTable
    /// Documents that are complete and not yet taken.
    var ready: [XMLRecord] = []
    /// What quarantines the drop.
    var failure: Diagnostic? {
        didSet { isFailed = failure != nil }
    }
    /// The root element is another one: told at the end, unless something is found that weighs more.
    private(set) var rootFailure: Diagnostic?
    /// Whether there is a failure: looked at in every event, where the finding itself is too large to touch.
    private(set) var isFailed = false
    /// Where libxml2 is in its own buffer.
    var cursor: XMLCursor?

    private(set) var elementCount = 0
    private(set) var documentCount = 0
    private(set) var rootName: XMLName?
    /// An element called like a document, in another namespace.
    private(set) var nearMiss: (name: XMLName, location: SourceLocation)?
    /// Line starts from the open document on, or from where libxml2 is.
    var lines = XMLLines()

    let drop: String
    let selection: XMLSelection
    let limits: XMLLimits
    /// Whether documents are built, or only counted.
    let keepsDocuments: Bool
    private let documentIDs: Set<XMLNameID>
    private let inclusionID: XMLNameID

    private var depth = 0
    /// Bytes of text since the last tag.
    private var runByteCount = 0
    /// Depth of the open document's element; 0 when none is open.
    private var documentDepth = 0
    private var documentElementCount = 0

    private var nodes: [XMLTree.Node] = []
    private var attributes: [XMLTree.Attribute] = []
    private var laterTexts: [XMLTree.LaterText] = []
    private var bytes: [UInt8] = []
    /// Positions in `nodes` of the open elements of the document.
    private var open: [Int] = []
    /// Where the text since the last tag begins in `bytes`.
    private var runStart = 0

    init(drop: String, selection: XMLSelection, limits: XMLLimits, keepsDocuments: Bool) {
        self.drop = drop
        self.selection = selection
        self.limits = limits
        self.keepsDocuments = keepsDocuments
        var names = XMLNameTable()
        documentIDs = Set(selection.documents.map { names.id($0) })
        inclusionID = names.id(XMLName("include", namespace: "http://www.w3.org/2001/XInclude"))
        self.names = names
    }

    /// libxml2's place, counted from the first byte pushed.
    var position: Int { cursor?.position ?? 0 }

    /// How many elements are open.
    var openElementCount: Int { depth }
    /// Whether one of them is a document.
    var isInDocument: Bool { documentDepth > 0 }
    /// Whether the lines of the open document are still asked for.
    var needsLines: Bool { documentDepth > 0 && keepsDocuments }

    // MARK: Events

    mutating func start(
        local: UnsafePointer<UInt8>, prefix: UnsafePointer<UInt8>?, namespace: UnsafePointer<UInt8>?,
        attributeCount: Int, values: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
    ) {
        guard !isFailed, let cursor, let cur = cursor.current else { return }
        depth += 1
        elementCount += 1
        runByteCount = 0
        let id = names.id(local: local, namespace: namespace)
        let tag = cursor.tag(endingAt: cur)
        if depth > limits.depthMax {
            fail(
                "XML.LIMIT.DEPTH", tag.start, "element is nested too deep: depth > \(limits.depthMax)",
                expected: "at most \(limits.depthMax) elements inside each other")
            return
        }
        if names.names.count > limits.nameCountMax {
            fail(
                "XML.LIMIT.NAMES", tag.start,
                "drop has too many different names: names > \(limits.nameCountMax)",
                expected: "at most \(limits.nameCountMax) names")
            return
        }
        if id == inclusionID {
            let prefixed = (prefix.map { String(cString: $0) + ":" } ?? "") + names[id].local
            fail(
                "XML.ELEMENT.UNKNOWN", tag.start,
                "element \(prefixed) is not read here: nothing is ever included",
                found: prefixed, expected: "documents that are whole")
            return
        }
        if documentDepth == 0 {
            guard outside(id, at: tag.start) else { return }
        }
        documentElementCount += 1
        if keepsDocuments {
            append(id, tag: tag, isEmpty: cur.pointee == UInt8(ascii: "/"))
            if attributeCount > 0, let values { append(attributeCount, values, tagStart: cur - tag.length) }
        }
        checkDocumentSize(at: tag.start)
    }

    mutating func end() {
        guard !isFailed, depth > 0 else { return }
        defer {
            depth -= 1
            runByteCount = 0
        }
        guard documentDepth > 0 else { return }
        if keepsDocuments { closeElement() }
        if depth == documentDepth { finishDocument() }
    }

    mutating func text(_ text: UnsafePointer<UInt8>, count: Int) {
        guard !isFailed else { return }
        runByteCount += count
        if runByteCount > limits.textByteCountMax {
            fail(
                "XML.LIMIT.TEXT", position, "text is too long: text > \(limits.textByteCountMax) bytes",
                expected: "at most \(limits.textByteCountMax) bytes between two tags")
            return
        }
        if documentDepth > 0, keepsDocuments {
            bytes.append(contentsOf: UnsafeBufferPointer(start: text, count: count))
        }
    }

    /// Sets the failure, unless there is one. `at` is counted from the first byte pushed.
    mutating func fail(
        _ code: DiagnosticCode, _ at: Int, _ message: String, found: String? = nil, expected: String? = nil,
        remedy: String = "ask the partner to send the drop again, corrected"
    ) {
        guard failure == nil else { return }
        failure = Diagnostic(
            code, at: location(at), message, found: found, expected: expected, remedy: remedy)
    }

    func location(_ at: Int) -> SourceLocation {
        let offset = places.dropOffset(at)
        let place = lines.place(of: offset)
        return SourceLocation(drop: drop, byteOffset: offset, line: place.line, column: place.column)
    }

    // MARK: Documents

    /// An element that stands in no document. Returns whether it begins one.
    private mutating func outside(_ id: XMLNameID, at start: Int) -> Bool {
        let name = names[id]
        if depth == 1 {
            rootName = name
            if let root = selection.root, root != name { refuseRoot(name, expected: root, at: start) }
        }
        guard rootFailure == nil else { return false }
        let isDocument = documentIDs.isEmpty ? depth == 1 : documentIDs.contains(id)
        if !isDocument {
            if nearMiss == nil, selection.documents.contains(where: { $0.local == name.local }) {
                nearMiss = (name, location(start))
            }
            return false
        }
        documentDepth = depth
        places.documentStart = places.dropOffset(start)
        documentElementCount = 0
        lines.forget(before: places.documentStart)
        return true
    }

    private mutating func refuseRoot(_ name: XMLName, expected: XMLName, at start: Int) {
        if name.local == expected.local {
            rootFailure = Diagnostic(
                "XML.NAMESPACE", at: location(start),
                "root element \(name.local) is in namespace '\(name.namespace)'",
                found: name.namespace, expected: expected.namespace,
                remedy: "ask the partner which version of the document this is")
        } else {
            rootFailure = Diagnostic(
                "XML.ELEMENT.UNKNOWN", at: location(start), "root element is '\(name.local)'",
                found: name.description, expected: expected.description,
                remedy: "check that the drop belongs to this channel")
        }
    }

    private mutating func append(_ id: XMLNameID, tag: (start: Int, length: Int), isEmpty: Bool) {
        let start = places.relative(tag.start)
        if let parent = open.last { closeRun(of: parent, before: start, hasChild: true) }
        var node = XMLTree.Node(name: id)
        node.parent = UInt32(truncatingIfNeeded: open.last ?? 0)
        node.startOffset = start
        let behind = places.relative(tag.start + tag.length + (isEmpty ? 2 : 1))
        node.rawTextStart = behind
        node.rawTextEnd = behind
        node.firstAttribute = UInt32(truncatingIfNeeded: attributes.count)
        node.textStart = UInt32(truncatingIfNeeded: bytes.count)
        node.textEnd = node.textStart
        open.append(nodes.count)
        nodes.append(node)
        runStart = bytes.count
    }

    /// Ends the text since the last tag. Blank text beside child elements is layout, and nothing refers to
    /// it.
    private mutating func closeRun(of element: Int, before rawEnd: UInt32, hasChild: Bool) {
        let hasEarlierChild = nodes.count > element + 1
        if hasChild || hasEarlierChild, bytes[runStart...].allSatisfy({ $0 <= 0x20 }) {
            return
        }
        let (start, end) = (UInt32(truncatingIfNeeded: runStart), UInt32(truncatingIfNeeded: bytes.count))
        if hasEarlierChild {
            laterTexts.append(
                XMLTree.LaterText(element: UInt32(truncatingIfNeeded: element), start: start, end: end))
        } else {
            nodes[element].textStart = start
            nodes[element].textEnd = end
            nodes[element].rawTextEnd = rawEnd
        }
    }

    private mutating func closeElement() {
        guard let element = open.popLast(), let cursor, let cur = cursor.current else { return }
        let end = cursor.position
        var rawEnd = nodes[element].rawTextStart
        // An end tag: its `<` is the last one before here. `<a/>` has none, and no text.
        if nodes[element].rawTextStart != places.relative(end) {
            rawEnd = places.relative(cursor.tag(endingAt: cur).start)
        }
        closeRun(of: element, before: rawEnd, hasChild: false)
        nodes[element].end = UInt32(truncatingIfNeeded: nodes.count)
        nodes[element].endOffset = places.relative(end)
        runStart = bytes.count
    }

    private mutating func finishDocument() {
        documentDepth = 0
        documentCount += 1
        guard keepsDocuments else { return }
        let range = places.documentStart..<places.dropOffset(position)
        let first = lines.first
        laterTexts.sort { ($0.element, $0.start) < ($1.element, $1.start) }
        let tree = XMLTree(
            drop: drop, ordinal: documentCount, byteRange: range, nodes: nodes, attributes: attributes,
            laterTexts: laterTexts, bytes: bytes, names: names.names, firstLine: first.line,
            firstLineStart: first.start, lineStarts: lines.starts(in: range))
        ready.append(XMLRecord(tree: tree))
        let sizes = (nodes.count, attributes.count, bytes.count)
        (nodes, attributes, laterTexts, bytes, open, runStart) = ([], [], [], [], [], 0)
        // The next document is most often about as large.
        nodes.reserveCapacity(sizes.0)
        attributes.reserveCapacity(sizes.1)
        bytes.reserveCapacity(sizes.2)
    }

    private mutating func checkDocumentSize(at start: Int) {
        guard keepsDocuments || !documentIDs.isEmpty else { return }
        let size = places.dropOffset(start) - places.documentStart
        if size > limits.documentByteCountMax {
            fail(
                "XML.LIMIT.DOCUMENT", start,
                "document is too large: document > \(limits.documentByteCountMax) bytes",
                expected: "at most \(limits.documentByteCountMax) bytes a document")
        } else if documentElementCount > limits.elementCountMax {
            fail(
                "XML.LIMIT.DOCUMENT", start, "document is too large: elements > \(limits.elementCountMax)",
                expected: "at most \(limits.elementCountMax) elements a document")
        } else if lines.count > limits.documentLineCountMax + limits.chunkByteCount {
            fail(
                "XML.LIMIT.DOCUMENT", start, "document is too large: lines > \(limits.documentLineCountMax)",
                expected: "at most \(limits.documentLineCountMax) lines a document")
        } else if attributes.count > limits.documentAttributeCountMax {
            fail(
                "XML.LIMIT.DOCUMENT", start,
                "document is too large: attributes > \(limits.documentAttributeCountMax)",
                expected: "at most \(limits.documentAttributeCountMax) attributes a document")
        }
    }

    // MARK: Attributes

    private mutating func append(
        _ count: Int, _ values: UnsafeMutablePointer<UnsafePointer<UInt8>?>, tagStart: UnsafePointer<UInt8>
    ) {
        guard let cursor, let base = cursor.base, let end = cursor.end, let cur = cursor.current,
            let element = open.last
        else { return }
        let here = cursor.position
        for index in 0..<count {
            let fields = values + index * 5
            guard let local = fields[0], let value = fields[3], let valueEnd = fields[4] else { continue }
            let length = valueEnd - value
            let start = bytes.count
            var raw: Range<Int>
            if value >= base, valueEnd <= end {
                bytes.append(contentsOf: UnsafeBufferPointer(start: value, count: length))
                let offset = here + (value - cur)
                raw = offset..<offset + length
            } else {
                XMLAttributeText.append(UnsafeBufferPointer(start: value, count: length), to: &bytes)
                let tag = UnsafeBufferPointer(start: tagStart, count: cur - tagStart)
                let place = XMLAttributeText.rawRange(ofAttribute: index, inTag: tag) ?? 0..<0
                let offset = here - tag.count
                raw = offset + place.lowerBound..<offset + place.upperBound
            }
            attributes.append(
                XMLTree.Attribute(
                    name: names.id(local: local, namespace: fields[2]),
                    valueStart: UInt32(truncatingIfNeeded: start),
                    valueEnd: UInt32(truncatingIfNeeded: bytes.count),
                    rawStart: places.relative(raw.lowerBound), rawEnd: places.relative(raw.upperBound)))
        }
        nodes[element].attributeCount =
            UInt32(truncatingIfNeeded: attributes.count) - nodes[element].firstAttribute
        runStart = bytes.count
        nodes[element].textStart = UInt32(truncatingIfNeeded: bytes.count)
        nodes[element].textEnd = nodes[element].textStart
    }
}
