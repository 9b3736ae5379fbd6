public import Canonical
import Diagnostics
import Environment
public import Ledger

/// Where one value of an order came from: the bytes of the partner's file.
public struct FieldTrace: Sendable, Hashable {
    /// The path asked for: `shipTo.postalCode`, `lines[2].sku`.
    public var field: String
    /// The value in the order, as text; not masked.
    public var value: String
    /// The drop that the order came in.
    public var drop: DropID
    /// The partner's name of that drop; empty where its row is gone.
    public var file: String
    /// 0-based; nil where the value came from no byte.
    public var byteOffset: Int64?
    /// Bytes; 0 where the value came from none.
    public var byteCount: Int
    /// The bytes at that place, read from the staged drop now.
    public var found: String?
    /// The map that read it.
    public var map: String?
}

extension Site {
    /// Follows a field of an order back to its bytes.
    ///
    /// - Parameter path: `shipTo.postalCode`, `lines[2].sku`.
    public func trace(_ path: String, of order: OrderDetail) throws -> FieldTrace {
        let row = order.state.row
        guard let document = CanonicalCodec.decode(row.document) else {
            throw Diagnostic(
                "STORE.CORRUPT", .error, "document of order \(visibleText(row.number)) cannot be read",
                remedy: "run crossdock verify", move: .ours)
        }
        guard let (value, source) = Self.find(path, in: document) else {
            throw Diagnostic(
                "USAGE", .error, "order \(visibleText(row.number)) has no field '\(visibleText(path))'",
                found: path,
                expected:
                    "a field as in `crossdock show --canonical`, such as shipTo.postalCode or lines[1].sku",
                remedy: "name another field", move: .ours)
        }
        let name = order.drop?.file.name ?? ""
        var trace = FieldTrace(
            field: path, value: value.description, drop: row.drop, file: name, byteOffset: nil, byteCount: 0,
            found: nil,
            map: configuration.inbound(row.channel)?.channel.map)
        guard !source.isNone, let drop = order.drop else { return trace }
        trace.byteOffset = source.offset
        trace.byteCount = Int(source.length)
        trace.found = String(
            decoding: try state.bytes(of: drop.file.digest, from: source.offset, count: Int(source.length)),
            as: UTF8.self)
        return trace
    }

    private static func find(_ path: String, in document: CanonicalDocument) -> (FieldValue, SourceRange)? {
        if let index = document.kind.schema.fieldIndex(path) {
            return document.header.values[index].map { ($0, document.header.sources[index]) }
        }
        guard let open = path.firstIndex(of: "["), let close = path.firstIndex(of: "]"), open < close,
            let number = Int(path[path.index(after: open)..<close]), number > 0,
            let group = document.kind.schema.groupIndex(String(path[..<open]))
        else { return nil }
        let records = document.header.groups[group]
        let name = String(path[path.index(after: close)...].dropFirst())
        guard records.indices.contains(number - 1),
            let index = document.kind.schema.groups[group].fieldIndex(name)
        else { return nil }
        let record = records[number - 1]
        return record.values[index].map { ($0, record.sources[index]) }
    }
}

extension StateFolder {
    /// Some bytes of a staged drop.
    func bytes(of digest: [UInt8], from offset: Int64, count: Int) throws -> [UInt8] {
        let reader = try store.open(stagedPath(digest))
        var skipped: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var bytes: [UInt8] = []
        while bytes.count < count {
            let wanted =
                skipped < offset
                ? Int(min(Int64(buffer.count), offset - skipped)) : min(buffer.count, count - bytes.count)
            let read = try buffer.withUnsafeMutableBytes {
                try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<wanted]))
            }
            guard read > 0 else { break }
            if skipped < offset { skipped += Int64(read) } else { bytes += buffer[..<read] }
        }
        return bytes
    }
}
