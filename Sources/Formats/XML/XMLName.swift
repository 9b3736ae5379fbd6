/// The name of an element or attribute: namespace URI and local name. Prefixes are free and never compared.
public struct XMLName: Sendable, Hashable, CustomStringConvertible {
    /// The namespace URI; empty for none.
    public let namespace: String
    /// The name without a prefix.
    public let local: String

    /// A name; without a namespace unless one is given.
    public init(_ local: String, namespace: String = "") {
        self.local = local
        self.namespace = namespace
    }

    /// `{urn:x}local`, or the local name alone outside every namespace (James Clark's notation).
    public var description: String { namespace.isEmpty ? local : "{\(namespace)}\(local)" }
}

/// A name as one reader numbers it: compared as an integer. The same name has the same number in every record
/// of one reader, and numbers of two readers have nothing to do with each other.
public struct XMLNameID: Sendable, Hashable {
    let number: UInt32
}
