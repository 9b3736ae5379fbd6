/// The shape of a section without its type: what the reference page is written from.
final class SectionOutline: Sendable {
    struct Key: Sendable {
        let key: String
        let kind: KindOutline
        let isRequired: Bool
        let defaultText: String?
        let text: String
        let example: String?
        let notYet: NotYet?
    }

    let name: String
    let text: String
    private let makeKeys: @Sendable () -> [Key]

    /// The keys, made when asked for: shapes may name each other.
    var keys: [Key] { makeKeys() }

    init<Section: Declared>(_ type: Section.Type) {
        name = Section.shape.name
        text = Section.shape.text
        makeKeys = {
            Section.shape.fields.map {
                Key(
                    key: $0.key, kind: $0.kind, isRequired: $0.isRequired, defaultText: $0.defaultText,
                    text: $0.text,
                    example: $0.example, notYet: $0.notYet)
            }
        }
    }
}
