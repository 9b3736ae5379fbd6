/// A keyed 64-bit check over the columns of a row that may change: what the hash chain cannot hold, since it holds
/// only what never changes.
///
/// - Source: SipHash-2-4, Aumasson and Bernstein 2012, over 64-bit words; a text is its length and its bytes, filled up
///   with zeros.
struct Seal {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    private var wordCount: UInt64 = 0

    init(_ key: SealKey) {
        v0 = key.low ^ 0x736f_6d65_7073_6575
        v1 = key.high ^ 0x646f_7261_6e64_6f6d
        v2 = key.low ^ 0x6c79_6765_6e65_7261
        v3 = key.high ^ 0x7465_6462_7974_6573
    }

    private mutating func round() {
        v0 = v0 &+ v1
        v1 = v1 << 13 | v1 >> 51
        v1 ^= v0
        v0 = v0 << 32 | v0 >> 32
        v2 = v2 &+ v3
        v3 = v3 << 16 | v3 >> 48
        v3 ^= v2
        v0 = v0 &+ v3
        v3 = v3 << 21 | v3 >> 43
        v3 ^= v0
        v2 = v2 &+ v1
        v1 = v1 << 17 | v1 >> 47
        v1 ^= v2
        v2 = v2 << 32 | v2 >> 32
    }

    private mutating func absorb(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
        wordCount &+= 1
    }

    // Every value is a tag and its words, as in the chain, so that a row can be sealed anew from its columns alone.

    mutating func addNull() { absorb(0) }

    mutating func add(_ value: Int64) {
        absorb(1)
        absorb(UInt64(bitPattern: value))
    }

    mutating func add(_ value: Int64?) {
        if let value {
            add(value)
        } else {
            addNull()
        }
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        absorb(2)
        absorb(UInt64(bytes.count))
        var at = 0
        while at + 8 <= bytes.count {
            absorb(bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self).littleEndian)
            at += 8
        }
        var rest: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.count {
            rest |= UInt64(bytes[at]) << shift
            shift += 8
            at += 1
        }
        if shift > 0 { absorb(rest) }
    }

    /// The check as the books store it.
    mutating func finish() -> Int64 {
        absorb(wordCount << 56)
        v2 ^= 0xff
        round()
        round()
        round()
        round()
        return Int64(bitPattern: v0 ^ v1 ^ v2 ^ v3)
    }
}

/// 128 bits that a ledger draws when it is made.
struct SealKey: Sendable, Hashable {
    let low: UInt64
    let high: UInt64

    /// - Parameter bytes: the first sixteen count.
    init(bytes: [UInt8]) {
        func word(_ from: Int) -> UInt64 {
            var word: UInt64 = 0
            for index in 0..<8 where from + index < bytes.count {
                word |= UInt64(bytes[from + index]) << UInt64(8 * index)
            }
            return word
        }
        low = word(0)
        high = word(8)
    }
}
