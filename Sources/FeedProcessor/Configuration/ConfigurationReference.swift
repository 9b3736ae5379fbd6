/// The reference page of the configuration, made from the declarations of its keys.
public enum ConfigurationReference {
    /// `docs/reference/configuration.md`.
    public static func markdown() -> String {
        var page = """
            # Configuration

            Made from the declarations in `Sources/FeedProcessor/Configuration`; changes belong there.

            Unknown keys are refused, with the file, the line and the key that may be meant. Values are read as text by
            the type of their key: `004010` stays six characters, and `no` is a country. Durations are `30s 15m 24h 2d 1w 7y`
            and `2bd` (business days); sizes `64MiB`; times of day `"17:30"`; secrets `{ env: NAME }` or `{ file: PATH }`.
            Anchors, aliases, merge keys and tags of YAML are refused. Keys that are *not obeyed yet* are told by `config check`.

            """
        var seen: Set<String> = []
        write(SectionOutline(SiteConfiguration.self), at: "", &page, &seen)
        write(SectionOutline(RulesConfiguration.self), at: "", &page, &seen)
        return page
    }

    /// A section with its keys, and then the sections below it, each once.
    private static func write(
        _ root: SectionOutline, at path: String, _ page: inout String, _ seen: inout Set<String>
    ) {
        var open = [(section: root, path: path)]
        while let (section, path) = open.popLast() {
            guard seen.insert(section.name).inserted else { continue }
            let keys = section.keys
            page += "\n## \(section.name)\n\n"
            if !path.isEmpty { page += "At `\(path)`. " }
            page += "\(section.text)\n\n| key | type | default | meaning |\n|---|---|---|---|\n"
            for key in keys {
                let fallback =
                    key.isRequired ? "required" : key.defaultText.map { $0.isEmpty ? "" : code($0) } ?? ""
                let example = key.example.map { ", like \(code($0))" } ?? ""
                let mark = key.notYet.map { notYet($0) } ?? ""
                page +=
                    "| `\(key.key)` | \(type(of: key.kind)) | \(fallback) | \(cell(key.text))\(example)\(mark) |\n"
            }
            for key in keys.reversed() {
                guard let below = key.kind.section else { continue }
                open.append((below, (path.isEmpty ? "" : path + ".") + key.key + key.kind.reach))
            }
        }
    }

    private static func notYet(_ mark: NotYet) -> String {
        let values = mark.except.map { code($0) }.joined(separator: ", ")
        return ". *Not obeyed yet\(values.isEmpty ? "" : ", except \(values)")*: \(cell(mark.instead))"
    }

    private static func type(of kind: KindOutline) -> String {
        guard let section = kind.section else { return cell(kind.name) }
        let anchor = section.name.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " }
        return "[\(cell(kind.name))](#\(anchor.split(separator: " ").joined(separator: "-")))"
    }

    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    private static func code(_ text: String) -> String {
        let shown = text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
        return text.contains("`") ? "`` \(shown) ``" : "`\(shown)`"
    }
}
