import CScan

/// Looks at an XML drop's bytes before libxml2 does: DOCTYPE, too long start tags, too many attributes and
/// too long comments never reach it.
///
/// - Shape: agrees with XML 1.0 on where markup begins and ends as long as the text is well-formed; where
///   it is not, libxml2 stops first.
struct XMLGuard {
    /// What may not pass.
    enum Violation: Equatable {
        case doctype
        case startTagBytes
        case attributes
        /// A comment, CDATA section, processing instruction or end tag.
        case markupBytes
    }

    private enum State {
        case text, startTag, endTag, comment, cdata, instruction, declaration
    }

    let limits: XMLLimits
    let allowsBareDoctype: Bool
    private var state = State.text
    /// How many bytes before the beginning of the text at hand the open markup began; negative inside it.
    private var openAt = 0
    /// The quote that closes the value being read; 0 outside values.
    private var quote: UInt8 = 0
    private var valueCount = 0
    /// Bytes before this position were looked at together with a `<` before them.
    private var skipTo = 0

    init(limits: XMLLimits, allowsBareDoctype: Bool) {
        self.limits = limits
        self.allowsBareDoctype = allowsBareDoctype
    }

    /// Looks at `text[start...]`.
    ///
    /// - Shape: `approved` is how far the text may be passed on; with `violation`, where it stands is `at`.
    ///   Without `isLast` a `<` near the end waits for what follows it.
    mutating func pass(
        _ text: [UInt8], from start: Int, isLast: Bool
    ) -> (approved: Int, violation: Violation?, at: Int) {
        text.withUnsafeBufferPointer { bytes in
            var from = start
            while from < bytes.count {
                if state == .text { from = plainTags(bytes, from: from) }
                let outcome = closely(bytes, from: from, isLast: isLast)
                switch outcome {
                case .goOn(let next): from = next
                case .wait(let at): return (at, nil, at)
                case .violation(let violation, let at):
                    return (max(start, min(openAt, at)), violation, openAt)
                }
            }
            if let violation = tooLong(bytes.count) { return (max(start, openAt), violation, openAt) }
            return (bytes.count, nil, bytes.count)
        }
    }

    /// Tells that the first `count` bytes of the text are gone.
    mutating func forget(_ count: Int) {
        openAt -= count
        skipTo -= count
    }

    /// Passes over tags that cannot be too long, because the next `<` is near: no `<` can stand in a start
    /// tag, and `attributeCountMax` attributes of five bytes each, the shortest there are, are longer than
    /// that. Returns the `<` that has to be looked at closely: the last, one that is far from the next, or
    /// one that begins no tag.
    private func plainTags(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let address = text.baseAddress else { return text.count }
        let gapMax = min(5 * limits.attributeCountMax, limits.startTagByteCountMax)
        var previous = -1
        var base = start
        while base + 65 <= text.count {
            var mask = cscan_equal(address + base, UInt8(ascii: "<"))
            while mask != 0 {
                let at = base + mask.trailingZeroBitCount
                mask &= mask &- 1
                if previous >= 0, at - previous > gapMax { return previous }
                let next = address[at + 1]
                if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") { return at }
                previous = at
            }
            base += 64
        }
        return previous >= 0 ? previous : base
    }

    /// Looks at every byte that matters until a tag or another piece of markup is behind.
    private mutating func closely(_ text: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool)
        -> Progress
    {
        var base = start
        while base < text.count {
            var mask = Self.mask(text, base)
            while mask != 0 {
                let at = base + mask.trailingZeroBitCount
                mask &= mask &- 1
                if at < skipTo { continue }
                let wasText = state == .text
                switch look(at, text, isLast: isLast) {
                case .goOn: if !wasText, state == .text { return .goOn(at + 1) }
                case .wait: return .wait(at)
                case .violation(let violation): return .violation(violation, at)
                }
            }
            base += 64
        }
        return .goOn(text.count)
    }

    private enum Progress {
        case goOn(Int)
        case wait(Int)
        case violation(Violation, Int)
    }

    /// `<![CDATA[`
    private static let openingByteCount = 9

    private enum Outcome {
        case goOn, wait
        case violation(Violation)
    }

    private static func mask(_ text: UnsafeBufferPointer<UInt8>, _ base: Int) -> UInt64 {
        guard let start = text.baseAddress else { return 0 }
        let (open, close, double, single) = (
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'")
        )
        let left = text.count - base
        if left >= 64 { return cscan_any4(start + base, open, close, double, single) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { padded in
            padded.initialize(repeating: 0)
            for index in 0..<left { padded[index] = text[base + index] }
            guard let address = padded.baseAddress else { return 0 }
            return cscan_any4(address, open, close, double, single)
        }
    }

    private func tooLong(_ end: Int) -> Violation? {
        switch state {
        case .text: nil
        case .startTag: end - openAt > limits.startTagByteCountMax ? .startTagBytes : nil
        case .endTag, .declaration: end - openAt > limits.startTagByteCountMax ? .markupBytes : nil
        case .comment, .cdata, .instruction: end - openAt > limits.textByteCountMax ? .markupBytes : nil
        }
    }

    private mutating func look(_ at: Int, _ text: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Outcome {
        let byte = text[at]
        switch state {
        case .text:
            return byte == UInt8(ascii: "<") ? open(at, text, isLast: isLast) : .goOn
        case .startTag:
            if let violation = tooLong(at) { return .violation(violation) }
            return inTag(byte, at)
        case .endTag, .declaration:
            if byte == UInt8(ascii: ">") { return close(at) }
        case .comment:
            if byte == UInt8(ascii: ">"), at - openAt >= 6, ends(at, text, UInt8(ascii: "-")) {
                return close(at)
            }
        case .cdata:
            if byte == UInt8(ascii: ">"), at - openAt >= 11, ends(at, text, UInt8(ascii: "]")) {
                return close(at)
            }
        case .instruction:
            if byte == UInt8(ascii: ">"), at - openAt >= 3, at > 0, text[at - 1] == UInt8(ascii: "?") {
                return close(at)
            }
        }
        return .goOn
    }

    private func ends(_ at: Int, _ text: UnsafeBufferPointer<UInt8>, _ byte: UInt8) -> Bool {
        at >= 2 && text[at - 1] == byte && text[at - 2] == byte
    }

    private mutating func close(_ at: Int) -> Outcome {
        if let violation = tooLong(at) { return .violation(violation) }
        state = .text
        return .goOn
    }

    private mutating func inTag(_ byte: UInt8, _ at: Int) -> Outcome {
        if quote != 0 {
            if byte == quote { quote = 0 }
            return .goOn
        }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            quote = byte
            valueCount += 1
            return .goOn
        case UInt8(ascii: ">"):
            // Bytes first: a tag is known to be too long before its attributes can be counted.
            if tooLong(at) == nil, valueCount > limits.attributeCountMax { return .violation(.attributes) }
            return close(at)
        default: return .goOn
        }
    }

    /// What a `<` begins.
    private mutating func open(_ at: Int, _ text: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Outcome {
        guard at + Self.openingByteCount <= text.count || isLast else { return .wait }
        openAt = at
        quote = 0
        valueCount = 0
        let next = at + 1 < text.count ? text[at + 1] : 0
        switch next {
        case UInt8(ascii: "/"): state = .endTag
        case UInt8(ascii: "?"): state = .instruction
        case UInt8(ascii: "!"):
            if follows(at, text, "<!--") {
                state = .comment
            } else if follows(at, text, "<![CDATA[") {
                state = .cdata
            } else if follows(at, text, "<!DOCTYPE") {
                return doctype(at, text, isLast: isLast)
            } else {
                state = .declaration
            }
        default: state = .startTag
        }
        return .goOn
    }

    /// A DOCTYPE without internal subset, where tolerated, passes whole or not at all.
    private mutating func doctype(_ at: Int, _ text: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Outcome {
        guard allowsBareDoctype else { return .violation(.doctype) }
        var quote: UInt8 = 0
        for position in at..<min(text.count, at + limits.startTagByteCountMax) {
            let byte = text[position]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "[") {
                return .violation(.doctype)
            } else if byte == UInt8(ascii: ">") {
                skipTo = position + 1
                return .goOn
            }
        }
        return isLast || text.count - at >= limits.startTagByteCountMax ? .violation(.doctype) : .wait
    }

    private func follows(_ at: Int, _ text: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
        guard at + word.utf8CodeUnitCount <= text.count else { return false }
        for index in 0..<word.utf8CodeUnitCount where text[at + index] != word.utf8Start[index] {
            return false
        }
        return true
    }
}
