import CCrypto

/// SHA-256, fed in pieces (FIPS 180-4, by libcrypto). Used by one thread; may be used again after `finish`.
public struct SHA256Hasher: ~Copyable {
    private let context: OpaquePointer

    /// A hasher that has seen nothing.
    public init() {
        // Fails only without memory or without a provider: neither leaves anything to go on with.
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex2(context, sha256Algorithm.pointer, nil) == 1
        else {
            preconditionFailure("libcrypto offers no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes the next bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        let isDone = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
        precondition(isDone, "libcrypto refused bytes for SHA-256")
    }

    /// Takes the next bytes.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Hashes the text's UTF-8.
    public mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// The digest of everything since the start or the last `finish`; the hasher starts anew.
    public mutating func finish() -> Digest256 {
        let digest = withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer -> Digest256 in
            let isDone =
                EVP_DigestFinal_ex(context, buffer.bindMemory(to: UInt8.self).baseAddress, nil) == 1
                && EVP_DigestInit_ex2(context, nil, nil) == 1
            precondition(isDone, "libcrypto refused to finish SHA-256")
            return Digest256(unchecked: UnsafeRawBufferPointer(buffer))
        }
        return digest
    }

    /// The digest of bytes that are all there.
    public static func digest(of bytes: UnsafeRawBufferPointer) -> Digest256 {
        var hasher = SHA256Hasher()
        hasher.update(bytes)
        return hasher.finish()
    }

    /// The digest of bytes that are all there.
    public static func digest(of bytes: [UInt8]) -> Digest256 {
        bytes.withUnsafeBytes { digest(of: $0) }
    }

    /// The digest of a text's UTF-8.
    public static func digest(of text: String) -> Digest256 {
        var hasher = SHA256Hasher()
        hasher.update(text)
        return hasher.finish()
    }
}

/// HMAC-SHA-256 under one key (RFC 2104, FIPS 198-1).
public struct HMACSHA256: Sendable {
    private let inner: [UInt8]
    private let outer: [UInt8]

    /// - Parameter key: any length; longer than 64 bytes it is hashed first, as the standard says.
    public init(key: [UInt8]) {
        var block = key.count > 64 ? SHA256Hasher.digest(of: key).bytes : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        inner = block.map { $0 ^ 0x36 }
        outer = block.map { $0 ^ 0x5C }
    }

    /// The code of bytes that are all there.
    public func code(for bytes: UnsafeRawBufferPointer) -> Digest256 {
        var hasher = SHA256Hasher()
        return code(for: bytes, using: &hasher)
    }

    /// The code of bytes that are all there, by a hasher that is kept for many codes.
    public func code(
        for bytes: UnsafeRawBufferPointer, using hasher: inout SHA256Hasher
    ) -> Digest256 {
        hasher.update(inner)
        hasher.update(bytes)
        let digest = hasher.finish()
        hasher.update(outer)
        digest.withBytes { hasher.update($0) }
        return hasher.finish()
    }

    /// The code of bytes that are all there.
    public func code(for bytes: [UInt8]) -> Digest256 {
        bytes.withUnsafeBytes { code(for: $0) }
    }

    /// The code of a text's UTF-8.
    public func code(for text: String) -> Digest256 {
        var text = text
        return text.withUTF8 { code(for: UnsafeRawBufferPointer($0)) }
    }

    /// Compares without telling by its duration where the first difference is.
    public func isValid(_ claimed: Digest256, for bytes: [UInt8]) -> Bool {
        CRYPTO_memcmp(claimed.bytes, code(for: bytes).bytes, 32) == 0
    }
}

/// The algorithm, looked up once: a look-up each time costs more than hashing a row.
private struct FetchedAlgorithm: Sendable {
    // An EVP_MD never changes after it was fetched and its reference count is atomic, so threads may share
    // it.
    nonisolated(unsafe) let pointer: OpaquePointer?
}

private let sha256Algorithm = FetchedAlgorithm(pointer: EVP_MD_fetch(nil, "SHA256", nil))
