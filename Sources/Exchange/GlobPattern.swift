/// A pattern for file names: `*` any run of characters, `?` one character, `[a-z]` and `[!a-z]` one of (not)
/// a set. Case matters; everything else stands for itself, and so does a `[` without its `]`.
public struct GlobPattern: Sendable, Hashable, CustomStringConvertible {
    private enum Token: Sendable, Hashable {
        case any, one
        case scalar(UInt32)
        case set([ClosedRange<UInt32>], isExcluding: Bool)
    }

    /// The pattern as written.
    public let description: String
    private let tokens: [Token]

    /// Reads a pattern; every text is one.
    public init(_ pattern: String) {
        description = pattern
        let scalars = pattern.unicodeScalars.map(\.value)
        var tokens: [Token] = []
        var index = 0
        while index < scalars.count {
            switch scalars[index] {
            case 0x2A:
                // Two stars mean what one means; keeping one keeps matching linear in practice.
                if tokens.last != .any { tokens.append(.any) }
            case 0x3F: tokens.append(.one)
            case 0x5B:
                if let (token, end) = Self.set(scalars, from: index + 1) {
                    tokens.append(token)
                    index = end
                } else {
                    tokens.append(.scalar(0x5B))
                }
            case let other: tokens.append(.scalar(other))
            }
            index += 1
        }
        self.tokens = tokens
    }

    /// Whether the whole name fits.
    ///
    /// - Limit: time at most proportional to the lengths of pattern and name multiplied; no recursion.
    public func matches(_ name: String) -> Bool {
        let scalars = name.unicodeScalars.map(\.value)
        var position = 0
        var token = 0
        // Where the last star stood and how much of the name it has swallowed: on a mismatch it takes one
        // more.
        var star: (token: Int, position: Int)?
        while position < scalars.count {
            if token < tokens.count, tokens[token] == .any {
                star = (token, position)
                token += 1
            } else if token < tokens.count, fits(tokens[token], scalars[position]) {
                token += 1
                position += 1
            } else if let last = star {
                star = (last.token, last.position + 1)
                token = last.token + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .any }
    }

    private func fits(_ token: Token, _ scalar: UInt32) -> Bool {
        switch token {
        case .any, .one: true
        case .scalar(let wanted): wanted == scalar
        case .set(let ranges, let isExcluding): ranges.contains { $0.contains(scalar) } != isExcluding
        }
    }

    /// Reads `a-z0-9]`; a `]` in the first place is a member of the set.
    private static func set(_ scalars: [UInt32], from start: Int) -> (Token, end: Int)? {
        var index = start
        let isExcluding = index < scalars.count && (scalars[index] == 0x21 || scalars[index] == 0x5E)
        if isExcluding { index += 1 }
        let first = index
        var ranges: [ClosedRange<UInt32>] = []
        while index < scalars.count {
            let low = scalars[index]
            if low == 0x5D && index > first { return (.set(ranges, isExcluding: isExcluding), index) }
            if index + 2 < scalars.count, scalars[index + 1] == 0x2D, scalars[index + 2] != 0x5D {
                let high = scalars[index + 2]
                if low <= high { ranges.append(low...high) }
                index += 3
            } else {
                ranges.append(low...low)
                index += 1
            }
        }
        return nil
    }
}
