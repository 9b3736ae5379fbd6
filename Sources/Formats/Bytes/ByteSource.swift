/// Where a scanner pulls a drop's bytes from: a file descriptor, a decompressor, an array.
///
/// Whoever owns the disk implements it; this module only pulls. The scanners ask for up to 1 MiB at a time and never
/// keep a reference to the buffer they lend.
public protocol ByteSource {
    /// Fills the beginning of `buffer` with the next bytes.
    ///
    /// - Shape: the number of bytes written, 1 or more while there are any; 0 at the end, and at every call after it.
    ///   Fewer than the buffer holds does not mean the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// A drop that is in memory already.
public struct ByteArraySource: ByteSource, Sendable {
    private let bytes: [UInt8]
    private var position = 0
    private let chunkByteCount: Int

    /// - Parameter chunkByteCount: the most handed out at once; tests make it small.
    public init(_ bytes: [UInt8], chunkByteCount: Int = .max) {
        self.bytes = bytes
        self.chunkByteCount = max(1, chunkByteCount)
    }

    /// Copies the next bytes out; never fails.
    public mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - position, chunkByteCount)
        guard count > 0 else { return 0 }
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
        }
        position += count
        return count
    }
}
