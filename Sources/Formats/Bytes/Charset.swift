/// How the bytes of a drop are to be read as text.
public enum Charset: String, Sendable, Hashable, CaseIterable {
    case utf8 = "utf-8"
    case latin1 = "iso-8859-1"
    case ascii = "us-ascii"
}
