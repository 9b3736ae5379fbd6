/// What the first bytes of a drop look like.
public enum DropFormat: String, Sendable, Hashable, CaseIterable {
    case x12, edifact, delimited = "csv", xml, json, fixed
    case html, zip, pdf, png, jpeg, gif, gzip, ole, ebcdicX12 = "ebcdic-x12"
    case empty, blank, binary, text

    /// What a person calls it: `HTML`, `ZIP/XLSX`, `X12`.
    public var words: String {
        switch self {
        case .x12: "X12"
        case .edifact: "EDIFACT"
        case .delimited: "CSV"
        case .xml: "XML"
        case .json: "JSON"
        case .fixed: "fixed width"
        case .html: "HTML"
        case .zip: "ZIP/XLSX"
        case .pdf: "PDF"
        case .png: "PNG"
        case .jpeg: "JPEG"
        case .gif: "GIF"
        case .gzip: "GZIP"
        case .ole: "XLS/DOC"
        case .ebcdicX12: "X12 in EBCDIC"
        case .empty: "nothing"
        case .blank: "blanks"
        case .binary: "binary"
        case .text: "text"
        }
    }
}
