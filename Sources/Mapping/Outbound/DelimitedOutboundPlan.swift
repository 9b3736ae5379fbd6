import Canonical
import Diagnostics
import Formats

/// A map compiled for writing rows: for every column what stands in it.
struct DelimitedOutboundPlan: Sendable {
    struct Column: Sendable {
        var name: String
        /// The binding and the scope of its record; the first that has a value is written.
        var values: [(scope: Int, binding: BoundBinding)] = []
    }

    let dialect: DelimitedDialect
    let usesCRLF: Bool
    var columns: [Column] = []
    /// Scope of the records that have a row each; 0 where each document has one.
    var rowScope = 0

    static func compile(
        _ bound: BoundMap, map: MapDeclaration, _ reader: inout DeclarationReader
    ) -> DelimitedOutboundPlan {
        var plan = DelimitedOutboundPlan(
            dialect: DelimitedInboundCompiler.dialect(map.settings.dialect),
            usesCRLF: map.settings.dialect?.usesCRLF ?? true)
        plan.columns = map.settings.columns.map { Column(name: $0.name) }
        if let rows = map.settings.rows {
            if let scope = bound.scopes.firstIndex(where: { $0.path == rows.text }) {
                plan.rowScope = scope
            } else {
                reader.refuse(
                    .mapField, at: rows.location, "'\(rows.text)' has no bindings", found: rows.text,
                    expected: "a group whose fields are bound", remedy: "correct `rows`, or bind its fields")
            }
        }
        for (index, scope) in bound.scopes.enumerated() {
            guard index == 0 || index == plan.rowScope else {
                // Groups with one record a document are read from columns of their own, and not written.
                continue
            }
            for binding in scope.bindings {
                guard let place = binding.places.first else { continue }
                let name = DelimitedColumns.normalized(place.text)
                let position = plan.columns.firstIndex { DelimitedColumns.normalized($0.name) == name }
                if let position {
                    plan.columns[position].values.append((index, binding))
                } else {
                    plan.columns.append(Column(name: place.text, values: [(index, binding)]))
                }
            }
        }
        return plan
    }

    func render(
        _ documents: [CanonicalDocument], _ bound: BoundMap, drop name: String, _ context: RenderContext
    ) -> RenderedDrop {
        var drop = RenderedDrop()
        var log = RenderLog()
        var writer = DelimitedWriter(drop: name, dialect: dialect, lineEnd: usesCRLF ? .crlf : .lf)
        writer.write(row: columns.map(\.name))
        var sequence = 0
        for (index, document) in documents.enumerated() {
            let start = writer.byteCount
            var scope = RenderScope(document, bound, context)
            if rowScope == 0 {
                scope.ordinals[0] = sequence
                sequence += 1
                write(&writer, scope, bound, document: index, &drop, &log)
            } else {
                for (ordinal, record) in document.header.groups[bound.scopes[rowScope].group].enumerated() {
                    scope.enter(rowScope, record, ordinal: ordinal)
                    write(&writer, scope, bound, document: index, &drop, &log)
                }
            }
            drop.spans.append(start..<writer.byteCount)
        }
        drop.bytes = writer.takeBytes()
        log.add(writer.log.kept)
        drop.findings = log.findings
        return drop
    }

    private func write(
        _ writer: inout DelimitedWriter, _ scope: RenderScope, _ bound: BoundMap, document: Int,
        _ drop: inout RenderedDrop, _ log: inout RenderLog
    ) {
        var texts: [String] = []
        var origins: [(column: Int, origin: (scope: Int, record: Int, field: Int))] = []
        for (position, column) in columns.enumerated() {
            var text = ""
            for value in column.values {
                let found = value.binding.value(scope, in: value.scope, &log, map: bound.map, key: bound.key)
                guard let found else { continue }
                text = found.text
                if let origin = found.origin { origins.append((position, origin)) }
                break
            }
            texts.append(text)
        }
        let ranges = writer.write(row: texts)
        for (column, origin) in origins where column < ranges.count {
            drop.origins.append(OutboundOrigin(ranges[column], document: document, origin))
        }
    }
}

extension OutboundOrigin {
    init(_ range: Range<Int>, document: Int, _ origin: (scope: Int, record: Int, field: Int)) {
        offset = Int64(range.lowerBound)
        length = Int32(clamping: range.count)
        self.document = Int32(clamping: document)
        scope = Int16(clamping: origin.scope)
        field = Int16(clamping: origin.field)
        record = Int32(clamping: origin.record)
    }
}
