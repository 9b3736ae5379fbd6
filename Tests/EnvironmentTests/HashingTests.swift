import Environment
import Testing

@Suite struct HashingTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let text: String
        let count: Int
        let hex: String
        var testDescription: String { "\(text) x \(count)" }
    }

    /// NIST's examples for SHA-256 (FIPS 180-4), checked with sha256sum.
    @Test(arguments: [
        Vector(text: "", count: 1, hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        Vector(
            text: "abc", count: 1, hex: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        Vector(
            text: "a", count: 1_000_000,
            hex: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func sha256IsAsTheStandardSays(_ vector: Vector) {
        var hasher = SHA256Hasher()
        for _ in 0..<vector.count { hasher.update(vector.text) }
        #expect(hasher.finish().hex == vector.hex)
        // A hasher starts anew after finish.
        hasher.update(Array("abc".utf8))
        #expect(hasher.finish() == SHA256Hasher.digest(of: "abc"))
    }

    /// RFC 4231, test cases 1, 2 and 6.
    @Test func hmacIsAsTheStandardSays() {
        let first = HMACSHA256(key: [UInt8](repeating: 0x0B, count: 20)).code(for: "Hi There")
        #expect(first.hex == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        let second = HMACSHA256(key: Array("Jefe".utf8)).code(for: "what do ya want for nothing?")
        #expect(second.hex == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = HMACSHA256(key: [UInt8](repeating: 0xAA, count: 131))
        let message = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
        #expect(
            long.code(for: message).hex == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        #expect(long.isValid(long.code(for: message), for: message))
        #expect(!long.isValid(first, for: message))
    }

    @Test func digestsGoToHexAndBack() throws {
        let digest = SHA256Hasher.digest(of: "abc")
        #expect(Digest256(hex: digest.hex) == digest)
        #expect(Digest256(hex: digest.hex.uppercased()) == digest)
        #expect(Digest256(bytes: digest.bytes) == digest)
        #expect(Digest256(hex: String(digest.hex.dropLast())) == nil)
        #expect(Digest256(hex: "zz" + digest.hex.dropFirst(2)) == nil)
        #expect(Digest256(bytes: digest.bytes.dropLast()) == nil)
        let other = SHA256Hasher.digest(of: "")
        #expect((digest < other) == (digest.hex < other.hex))
        #expect(bytesOfHex("0aFf") == [10, 255] && bytesOfHex("0") == nil)
    }

    @Test func seededNumbersRepeatAndStayInBounds() {
        // SplitMix64 from 1234567, as published with the algorithm.
        let random = SeededRandomness(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in random.next() } == [
                6457827717110365317, 3203168211198807973, 9817491932198370423,
            ])
        #expect((0..<1000).allSatisfy { _ in random.below(7) < 7 })
        #expect(random.below(0) == 0 && random.below(1) == 0)
        #expect(random.bytes(count: 13).count == 13)
        #expect(SystemRandomness().token().utf8.count == 32)
        #expect(SystemRandomness().next() != SystemRandomness().next())
    }
}
