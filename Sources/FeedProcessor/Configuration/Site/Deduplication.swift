/// What counts as the same again.
public struct Deduplication: Sendable, Hashable {
    /// What makes a file the same again.
    public enum FileKey: String, Sendable, CaseIterable {
        /// Its bytes.
        case content
        /// Nothing does.
        case none
    }

    package var file = FileKey.content
    package var interchange = InterchangeDedupe()
    package var document = DocumentDedupe()
    package init() {}
}

extension Deduplication: Declared {
    static let shape = Shape<Deduplication>("dedupe", "What counts as the same again.") {
        $0.notYet("file", except: ["content"], "the same bytes are never taken twice")
        $0.value("file", \.file, .choice, "what makes a file the same")
        $0.value("interchange", \.interchange, .section(orText: "key"), "what makes an interchange the same")
        $0.value("document", \.document, .section(orText: "by"), "what makes a document the same")
    }
}

/// What makes an interchange the same again.
public struct InterchangeDedupe: Sendable, Hashable {
    /// The key.
    public enum Key: String, Sendable, CaseIterable {
        /// Sender, receiver and control number.
        case controlNumber = "control_number"
        /// Nothing does.
        case none
    }

    package var key = Key.controlNumber
    package var window = ConfiguredDuration(90, .days)
    package init() {}
}

extension InterchangeDedupe: Declared {
    static let shape = Shape<InterchangeDedupe>(
        "interchange dedupe", "What makes an interchange the same again."
    ) {
        $0.notYet("window", "control numbers are remembered for good")
        $0.value("key", \.key, .choice, "the key")
        $0.value("window", \.window, .clockDuration, "how long it is remembered")
    }
}

/// What makes a document the same again, and what happens when it is not quite the same.
public struct DocumentDedupe: Sendable, Hashable {
    /// Where the key is said.
    public enum Way: String, Sendable, CaseIterable {
        /// In the channel's `business_key`, or the map's.
        case businessKey = "business_key"
        /// Nothing makes it the same.
        case none
    }

    /// What happens to a known key with other content.
    public enum NewContent: String, Sendable, CaseIterable {
        /// It changes the order, as far as that still can be changed.
        case revision
        /// A person decides.
        case hold
        /// It is refused.
        case refuse
    }

    package var by = Way.businessKey
    package var key: [String] = []
    package var onSameKeyNewContent = NewContent.hold
    package init() {}
}

extension DocumentDedupe: Declared {
    static let shape = Shape<DocumentDedupe>("document dedupe", "What makes a document the same again.") {
        $0.notYet("by", except: ["business_key"], "orders, shipments and receipts are told by their numbers")
        $0.notYet("key", "the map's `key` says what makes a document the same")
        $0.notYet("on_same_key_new_content", except: ["hold", "refuse"], "changed documents are held")
        $0.value("by", \.by, .choice, "where the key is said")
        $0.value(
            "key", \.key, .list(of: .text, orSingle: true), "columns or elements of the key",
            example: "[ Name ]")
        $0.value(
            "on_same_key_new_content", \.onSameKeyNewContent, .choice,
            "what happens to a known key with other content")
    }
}
