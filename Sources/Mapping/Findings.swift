public import Canonical
public import Diagnostics

/// What a finding of mapping does to what it is about.
public enum FindingEffect: String, Sendable, Hashable {
    /// Nothing: somebody may want to look.
    case none
    /// The row is left out, the rest of its document stands.
    case refuseRow
    case refuseDocument
    /// The document waits until a person or a code table says more.
    case holdDocument
}

/// A code that a table does not have: what one work item is made of, however many documents wait for it.
public struct MissingCode: Sendable, Hashable, Comparable {
    /// The table's id; its file is `config/codes/<table>.yaml`.
    public var table: String
    /// The partner's list in the table.
    public var list: String
    /// The partner's code on the way in, the canonical one on the way out.
    public var code: String
    /// Whether it was missing while writing.
    public var isOutbound: Bool

    /// A code that a list does not have.
    public init(table: String, list: String, code: String, isOutbound: Bool = false) {
        self.table = table
        self.list = list
        self.code = code
        self.isOutbound = isOutbound
    }

    /// By table, list and code.
    public static func < (left: MissingCode, right: MissingCode) -> Bool {
        (left.table, left.list, left.code) < (right.table, right.list, right.code)
    }
}

/// A finding about a value or a document, and what it does.
public struct MappingFinding: Sendable, Hashable {
    /// The finding itself.
    public var diagnostic: Diagnostic
    /// What it does.
    public var effect: FindingEffect
    /// The code that is missing, where the finding is about one.
    public var missingCode: MissingCode?

    /// A finding and what it does.
    public init(_ diagnostic: Diagnostic, effect: FindingEffect, missingCode: MissingCode? = nil) {
        self.diagnostic = diagnostic
        self.effect = effect
        self.missingCode = missingCode
    }
}

/// A document as it was mapped.
public struct MappedDocument: Sendable {
    /// What is to become of a document.
    public enum Disposition: String, Sendable, Hashable { case accepted, held, refused }

    /// What could be read, also of a document that is held or refused.
    public var document: CanonicalDocument
    /// What is to become of it.
    public var disposition: Disposition
    /// At most `MappingLimits.findingsPerDocumentMax`.
    public var findings: [MappingFinding]
    /// Rows of the drop that were left out of the document.
    public var refusedRowCount: Int

    init(_ document: CanonicalDocument, findings: [MappingFinding], refusedRowCount: Int = 0) {
        self.document = document
        self.findings = findings
        self.refusedRowCount = refusedRowCount
        if findings.contains(where: { $0.effect == .refuseDocument }) {
            disposition = .refused
        } else if findings.contains(where: { $0.effect == .holdDocument }) {
            disposition = .held
        } else {
            disposition = .accepted
        }
    }

    /// The codes that the document waits for, each once, in order.
    public var missingCodes: [MissingCode] { Set(findings.compactMap(\.missingCode)).sorted() }
}

/// Bounds of mapping.
public enum MappingLimits {
    /// Findings kept of one document: more help nobody, and a table of bad rows must not fill a disk.
    public static let findingsPerDocumentMax = 50
    /// Records in one group of a document read from rows or XML. An order of 10,000 lines fills about 8 MiB.
    public static let recordsPerGroupMax = 10_000
    /// Documents kept open while their rows may stand apart: 4,096 of 4 KiB are 16 MiB.
    public static let openDocumentsMax = 4_096
    /// Numbers of documents remembered to find one that comes twice in a drop: 8 bytes each, 16 MiB.
    public static let keysRememberedMax = 1_000_000
}
