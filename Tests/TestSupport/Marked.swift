/// Text with named marks in it, so that a test points at a byte by name and counts nothing:
/// `Marked("PO1*3*⟦quantity⟧1O*EA~")` has `offsets["quantity"] == 6`.
public struct Marked: Sendable {
    /// The text without the marks.
    public let text: String
    /// 0-based byte offset of each mark in `bytes`.
    public let offsets: [String: Int]
    /// The text's UTF-8.
    public var bytes: [UInt8] { Array(text.utf8) }

    /// Takes the marks out of a text.
    public init(_ marked: String) {
        var text = ""
        var offsets: [String: Int] = [:]
        var name: String?
        for character in marked {
            switch (character, name) {
            case ("⟦", nil): name = ""
            case ("⟧", .some(let mark)):
                offsets[mark] = text.utf8.count
                name = nil
            case (let other, .some(let mark)): name = mark + String(other)
            case (let other, nil): text.append(other)
            }
        }
        self.text = text
        self.offsets = offsets
    }
}
