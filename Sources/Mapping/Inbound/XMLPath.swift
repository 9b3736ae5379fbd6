import Formats

/// A place in an XML document as a map writes it: `cac:Delivery/cac:DeliveryAddress/cbc:PostalZone`,
/// `o:line/@sku`, `cac:AllowanceCharge[cbc:ChargeIndicator=true]/cbc:Amount`, `.` for the element itself.
struct XMLPath: Sendable {
    struct Filter: Sendable, Hashable {
        var name: String
        var isAttribute: Bool
        var value: String
    }

    struct Step: Sendable, Hashable {
        var name: String
        var filter: Filter?
    }

    var steps: [Step] = []
    var attribute: String?

    /// Nil for text that is no path.
    init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        if text == "." { return }
        for piece in Self.pieces(text) {
            guard attribute == nil, !piece.isEmpty else { return nil }
            if piece.first == "@" {
                attribute = String(piece.dropFirst())
                continue
            }
            guard let bracket = piece.firstIndex(of: "[") else {
                steps.append(Step(name: String(piece)))
                continue
            }
            guard piece.last == "]" else { return nil }
            let inside = piece[piece.index(after: bracket)...].dropLast()
            guard let equals = inside.firstIndex(of: "=") else { return nil }
            var name = inside[..<equals]
            let isAttribute = name.first == "@"
            if isAttribute { name = name.dropFirst() }
            steps.append(
                Step(
                    name: String(piece[..<bracket]),
                    filter: Filter(
                        name: String(name), isAttribute: isAttribute,
                        value: String(inside[inside.index(after: equals)...])
                    )))
        }
    }

    /// The parts between slashes that do not stand in brackets.
    private static func pieces(_ text: String) -> [Substring] {
        var pieces: [Substring] = []
        var start = text.startIndex
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case "[": depth += 1
            case "]": depth -= 1
            case "/" where depth == 0:
                pieces.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        pieces.append(text[start...])
        return pieces
    }
}

/// The prefixes of a map.
struct XMLPrefixes: Sendable {
    let namespaces: [String: String]

    /// The name of an element; nil where its prefix is not declared. Without a prefix it is in the default namespace
    /// that the map declares as `""`, or in none.
    func element(_ text: String) -> XMLName? { name(text, hasDefault: true) }
    /// The name of an attribute: without a prefix it is in no namespace.
    func attribute(_ text: String) -> XMLName? { name(text, hasDefault: false) }

    private func name(_ text: String, hasDefault: Bool) -> XMLName? {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            return XMLName(text, namespace: hasDefault ? namespaces[""] ?? "" : "")
        }
        return namespaces[parts[0]].map { XMLName(parts[1], namespace: $0) }
    }
}
