import Canonical
import Diagnostics

/// A map compiled for writing text by a template: lines with places for values, such as labels in ZPL.
struct TextOutboundPlan: Sendable {
    enum Escape: String, CaseIterable, Sendable {
        case none
        /// `^`, `~` and `_` as hexadecimal, which `^FH` in front of the field undoes.
        case zpl
    }

    enum Piece: Sendable {
        case text([UInt8])
        case value(FieldReference)
        case context(Int)
    }

    struct Line: Sendable {
        var pieces: [Piece]
        var hasValues: Bool
    }

    var lines: [Line] = []
    /// Scope of the records for which the template is written; 0 for each document.
    var scope = 0
    var group = -1
    var escape = Escape.none
    var usesCRLF = false

    static func compile(
        _ bound: BoundMap, map: MapDeclaration, _ reader: inout DeclarationReader
    ) -> TextOutboundPlan {
        var plan = TextOutboundPlan()
        plan.usesCRLF = map.settings.usesCRLF
        var schema = map.kind.schema
        if let each = map.settings.textEach {
            if let group = schema.groupIndex(each.text) {
                plan.group = group
                plan.scope = 1
                schema = schema.groups[group]
            } else {
                reader.refuse(
                    .mapField, at: each.location, "'\(each.text)' is not a group of \(schema.name)",
                    found: each.text,
                    expected: "one of \(schema.groups.map(\.name).joined(separator: ", "))",
                    remedy: "correct `each`")
            }
        }
        if let name = map.settings.textEscape {
            plan.escape = Escape(rawValue: name) ?? .none
            if Escape(rawValue: name) == nil {
                reader.refuse(
                    .mapValue, at: map.location, "escape '\(name)' is not known", found: name,
                    expected: "zpl or none",
                    remedy: "write one of them")
            }
        }
        guard let template = map.settings.template else {
            reader.refuse(
                .mapValue, at: map.location, "template is missing", expected: "template: |",
                remedy: "add `template`")
            return plan
        }
        var text = template.text[...]
        if text.last == "\n" { text = text.dropLast() }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            plan.lines.append(
                plan.line(line, template.location, schema: schema, document: map.kind.schema, bound, &reader))
        }
        return plan
    }

    private func line(
        _ text: Substring, _ location: SourceLocation, schema: RecordSchema, document: RecordSchema,
        _ bound: BoundMap,
        _ reader: inout DeclarationReader
    ) -> Line {
        var line = Line(pieces: [], hasValues: false)
        var rest = text
        while let open = rest.firstIndex(of: "<") {
            let after = rest.index(after: open)
            guard let close = rest[after...].firstIndex(of: ">"), Self.isName(rest[after..<close]) else {
                line.pieces.append(.text(Array(rest[...open].utf8)))
                rest = rest[after...]
                continue
            }
            let before = rest[..<open]
            if !before.isEmpty { line.pieces.append(.text(Array(before.utf8))) }
            let name = String(rest[after..<close])
            if let index = bound.contextNames.firstIndex(of: name) {
                line.pieces.append(.context(index))
            } else if let index = schema.fieldIndex(name) {
                line.pieces.append(.value(FieldReference(isOfDocument: group < 0, field: index)))
            } else if let index = document.fieldIndex(name) {
                line.pieces.append(.value(FieldReference(isOfDocument: true, field: index)))
            } else {
                let names = schema.fields.map(\.name) + document.fields.map(\.name)
                reader.refuse(
                    .mapField, at: location,
                    "'\(name)' is not a field of \(schema.name)"
                        + Suggestion.sentence(for: name, among: names),
                    found: name, expected: "a field of \(schema.name)", remedy: "correct the template")
            }
            if escape == .zpl, !text[..<open].contains("^FH") {
                reader.refuse(
                    .mapValue, at: location,
                    "<\(name)> has no ^FH in front of it, so escaped characters would be printed",
                    found: String(text), expected: "^FH^FD<\(name)>^FS", remedy: "write ^FH before ^FD")
            }
            line.hasValues = true
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { line.pieces.append(.text(Array(rest.utf8))) }
        return line
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first >= 0x41 else { return false }
        return text.utf8.allSatisfy {
            ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x61 && $0 <= 0x7A)
                || $0 == 0x2E
        }
    }

    func render(_ documents: [CanonicalDocument], _ bound: BoundMap, _ context: RenderContext) -> RenderedDrop
    {
        var drop = RenderedDrop()
        for (index, document) in documents.enumerated() {
            let start = drop.bytes.count
            let scope = RenderScope(document, bound, context)
            if group < 0 {
                write(document.header, position: 0, scope, document: index, to: &drop)
            } else {
                for (position, record) in document.header.groups[group].enumerated() {
                    write(record, position: position, scope, document: index, to: &drop)
                }
            }
            drop.spans.append(start..<drop.bytes.count)
        }
        return drop
    }

    /// The template for one record. A line all of whose values are empty is left out.
    private func write(
        _ record: Record, position: Int, _ scope: RenderScope, document: Int, to drop: inout RenderedDrop
    ) {
        for line in lines {
            var bytes: [UInt8] = []
            var origins: [OutboundOrigin] = []
            var isEmpty = line.hasValues
            for piece in line.pieces {
                switch piece {
                case .text(let text): bytes += text
                case .context(let index):
                    guard let value = scope.context[index] else { continue }
                    isEmpty = false
                    bytes += escaped(value.description)
                case .value(let reference):
                    let value = (reference.isOfDocument ? scope.document.header : record).values[
                        reference.field]
                    guard let value else { continue }
                    isEmpty = false
                    let text = escaped(value.description)
                    let offset = drop.bytes.count + bytes.count
                    origins.append(
                        OutboundOrigin(
                            offset..<offset + text.count, document: document,
                            (
                                reference.isOfDocument ? 0 : self.scope,
                                reference.isOfDocument ? 0 : position, reference.field
                            )))
                    bytes += text
                }
            }
            if isEmpty { continue }
            drop.bytes += bytes
            drop.bytes += usesCRLF ? [0x0D, 0x0A] : [0x0A]
            drop.origins += origins
        }
    }

    private func escaped(_ text: String) -> [UInt8] {
        guard escape == .zpl else { return Array(text.utf8) }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "^"), UInt8(ascii: "~"), UInt8(ascii: "_"), 0..<0x20, 0x7F:
                bytes.append(UInt8(ascii: "_"))
                for digit in [byte >> 4, byte & 0xF] {
                    bytes.append(digit < 10 ? 0x30 + digit : 0x37 + digit)
                }
            default: bytes.append(byte)
            }
        }
        return bytes
    }
}
