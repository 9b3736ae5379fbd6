import Environment
import Formats

/// The staged bytes of a drop, from their file.
struct StagedSource: Formats.ByteSource {
    private let reader: any FileReader

    init(_ path: String, in store: any FileStore) throws(FileError) { reader = try store.open(path) }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try reader.read(into: buffer)
    }
}
