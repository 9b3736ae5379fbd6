import Diagnostics

/// One JSON object on one line, members in the order given.
struct JSONLine {
    enum Value {
        case text(String)
        /// `null` where there is none.
        case optional(String?)
        case number(Int)
        case flag(Bool)
        /// Already JSON.
        case raw(String)
        case list([String])
    }

    let text: String

    init(_ members: [(String, Value)]) {
        let parts = members.map { name, value in
            let rendered =
                switch value {
                case .text(let text): jsonText(text)
                case .optional(let text): text.map { jsonText($0) } ?? "null"
                case .number(let number): String(number)
                case .flag(let flag): flag ? "true" : "false"
                case .raw(let json): json
                case .list(let list): "[" + list.map { jsonText($0) }.joined(separator: ",") + "]"
                }
            return "\"\(name)\":\(rendered)"
        }
        text = "{" + parts.joined(separator: ",") + "}"
    }
}
