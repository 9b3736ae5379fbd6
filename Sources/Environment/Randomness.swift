import Glibc
import Synchronization

/// Where unpredictable (or, in a test, repeatable) numbers come from.
public protocol Randomness: Sendable {
    /// 64 uniformly distributed bits.
    func next() -> UInt64
}

extension Randomness {
    /// A uniformly distributed number from 0 to `bound - 1`; 0 where `bound` is 0.
    public func below(_ bound: UInt64) -> UInt64 {
        guard bound > 0 else { return 0 }
        // Numbers above the last whole multiple of the bound would favour the small results.
        let limit = UInt64.max - UInt64.max % bound
        while true {
            let number = next()
            if number < limit { return number % bound }
        }
    }

    /// So many uniformly distributed bytes.
    public func bytes(count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            let number = next()
            for shift in stride(from: 0, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        return Array(bytes.prefix(count))
    }

    /// A name that nobody else has: 32 hexadecimal digits.
    public func token() -> String { hexText(bytes(count: 16)) }
}

/// The kernel's generator.
public struct SystemRandomness: Randomness {
    /// A generator without state.
    public init() {}

    /// Asks getentropy(3).
    public func next() -> UInt64 {
        var number: UInt64 = 0
        let isDone = withUnsafeMutableBytes(of: &number) { getentropy($0.baseAddress, $0.count) == 0 }
        precondition(isDone, "the kernel gives no random bytes")
        return number
    }
}

/// The same numbers for the same seed, on every machine (SplitMix64, Steele, Lea and Flood 2014).
public final class SeededRandomness: Randomness {
    private let state: Mutex<UInt64>

    /// A generator that begins at `seed`.
    public init(seed: UInt64) { state = Mutex(seed) }

    /// The next number of the sequence.
    public func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
