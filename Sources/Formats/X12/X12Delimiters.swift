/// The separators of one interchange, as its ISA declares them.
public struct X12Delimiters: Sendable, Hashable {
    /// ISA byte 3.
    public var element: UInt8
    /// ISA16.
    public var component: UInt8
    /// ISA11 from version 00402 on; nil where it is the constant `U`.
    public var repetition: UInt8?
    /// What stands after ISA16: one byte, or the two or three UTF-8 bytes of NEL and the like.
    public var terminator: [UInt8]

    /// The separators most partners use, unless others are named.
    public init(
        element: UInt8 = UInt8(ascii: "*"), component: UInt8 = UInt8(ascii: ">"), repetition: UInt8? = nil,
        terminator: [UInt8] = [UInt8(ascii: "~")]
    ) {
        self.element = element
        self.component = component
        self.repetition = repetition
        self.terminator = terminator
    }

    /// Whether a byte has a meaning of its own and may not stand in data.
    public func contains(_ byte: UInt8) -> Bool {
        byte == element || byte == component || byte == repetition || terminator.contains(byte)
    }
}
