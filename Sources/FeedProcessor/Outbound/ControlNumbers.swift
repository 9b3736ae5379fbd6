import Canonical
import Environment
import Ledger

/// Draws numbers for the documents of one rendering transaction; they are kept only if it commits.
///
/// - Twice: a transaction that was rolled back draws the same numbers again.
struct ControlNumbers {
    private let ledger: any LedgerStore
    private(set) var drawn: [String: Int64] = [:]

    init(_ ledger: any LedgerStore) { self.ledger = ledger }

    /// The next number of a scope, `start` for its first.
    mutating func next(_ scope: String, start: Int64) throws -> Int64 {
        let last = try drawn[scope] ?? ledger.controlNumber(scope)
        let number = last.map { $0 + 1 } ?? start
        drawn[scope] = number
        return number
    }
}

/// The name of a file at the partner's, from the channel's `filename` with its placeholders filled in.
struct FileNaming {
    /// What a placeholder stands for; `<isa_control>` is nine digits.
    var values: [(name: String, text: String)]

    /// - Returns: the name; an unknown placeholder stays as it is written, where `config check` has refused it before.
    func name(_ pattern: String) -> String {
        var text = ""
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
            text += rest[..<open]
            let word = rest[rest.index(after: open)..<close]
            text += values.first { $0.name == word }?.text ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }
}
