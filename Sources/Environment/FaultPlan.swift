import Glibc
public import Synchronization

/// Dies or fails here if a test asked for it; otherwise one load of a false Bool.
///
/// - Parameter key: what is at hand (a file name, an order), for plans that mean one thing only.
/// - Throws: `FaultError` or `FileError`, as the plan says.
@inlinable
public func fault(_ point: FaultPoint, _ key: @autoclosure () -> String = "") throws {
    guard faultsAreArmed.load(ordering: .relaxed) else { return }
    try FaultPlan.reach(point, key: key())
}

@usableFromInline let faultsAreArmed = Atomic<Bool>(false)

/// The error of the action `throw`.
public struct FaultError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where it was thrown.
    public let point: FaultPoint
    /// The key that was at hand there.
    public let key: String
    /// `injected fault F12 name.edi`.
    public var description: String { "injected fault \(point.rawValue) \(key)" }
}

/// A fault plan that cannot be read.
public struct FaultPlanError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, and how it should look.
    public let description: String
}

/// What a test wants to go wrong, and where: `F12@3=kill; F20@*=eio:0.1; F13[name.edi]@*=trap`.
///
/// - Shape: rules parted by `;`, each point, optional key in brackets (a part of the key given to `fault`),
///   `@` occurrence (1-based, or `*` for each), `=` action: `kill`, `exit:CODE`, `trap`, `throw`, `enospc`,
///   `eio`, `sleep:MILLISECONDS`, `hang`. `enospc`, `eio` and `throw` take a probability: `eio:0.1`.
/// - Occurrences are counted per rule, over the hits whose key matches.
public struct FaultPlan: Sendable {
    /// What happens.
    public enum Action: Sendable, Hashable {
        case kill, trap, hang
        case exit(Int32)
        case sleep(milliseconds: Int)
        case fail(Failure, probability: Double)
    }

    /// How a failing point fails.
    public enum Failure: String, Sendable, Hashable { case `throw`, enospc, eio }

    /// Where and how often.
    public struct Rule: Sendable, Hashable {
        /// Where it applies.
        public var point: FaultPoint
        /// A part of the key; nil for any.
        public var key: String?
        /// 1-based; nil for each.
        public var occurrence: Int?
        /// What happens there.
        public var action: Action

        /// A rule; by default for the first hit with any key.
        public init(point: FaultPoint, key: String? = nil, occurrence: Int? = 1, action: Action) {
            self.point = point
            self.key = key
            self.occurrence = occurrence
            self.action = action
        }
    }

    /// The rules in the order in which they were written; the first that applies acts.
    public private(set) var rules: [Rule]
    /// Every point fires with this probability; 0 for none.
    private var rate = 0.0
    private var seed: UInt64 = 1
    private var logPath: String?

    /// Whether something may go wrong on purpose in this process. The program says so when it starts and
    /// refuses to serve a channel whose usage is production.
    public static var isActive: Bool {
        armed.withLock { $0.map { !$0.plan.rules.isEmpty || $0.plan.rate > 0 } ?? false }
    }

    /// Whether hits are counted at all: `isActive`, or a log was asked for.
    public static var isArmed: Bool { faultsAreArmed.load(ordering: .relaxed) }

    /// Reads a plan as it stands in `CROSSDOCK_FAULT`.
    public init(_ text: String) throws(FaultPlanError) {
        rules = []
        for part in text.split(separator: ";") {
            let rule = trimmed(part)
            if !rule.isEmpty { rules.append(try Self.rule(rule)) }
        }
    }

    /// Arms what `CROSSDOCK_FAULT`, `CROSSDOCK_FAULT_SEED` (`SEED:RATE`, each point kills with that
    /// probability) and `CROSSDOCK_FAULT_LOG` (a file to which each hit is appended: point, occurrence, key)
    /// ask for.
    ///
    /// - Returns: whether one of them was set but ignored, since `CROSSDOCK_TESTING` is not 1.
    public static func armFromEnvironment() throws(FaultPlanError) -> Bool {
        let text = readEnvironment("CROSSDOCK_FAULT")
        let seed = readEnvironment("CROSSDOCK_FAULT_SEED")
        let log = readEnvironment("CROSSDOCK_FAULT_LOG")
        guard text != nil || seed != nil || log != nil else { return false }
        guard readEnvironment("CROSSDOCK_TESTING") == "1" else { return true }
        var plan = try FaultPlan(text ?? "")
        if let seed { try plan.setRate(seed) }
        plan.logPath = log
        plan.arm()
        return false
    }

    /// Makes this plan the one of the process, with all counts at zero.
    public func arm() {
        let descriptor = logPath.map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) } ?? -1
        let counts = [Int](repeating: 0, count: rules.count)
        Self.armed.withLock { armed in
            armed = Armed(
                plan: self, matches: counts, hits: [:], randomness: SeededRandomness(seed: seed),
                logDescriptor: descriptor)
        }
        faultsAreArmed.store(true, ordering: .sequentiallyConsistent)
    }

    /// No faults from here on.
    public static func disarm() {
        faultsAreArmed.store(false, ordering: .sequentiallyConsistent)
        armed.withLock { armed in
            if let descriptor = armed?.logDescriptor, descriptor >= 0 { _ = close(descriptor) }
            armed = nil
        }
    }

    @usableFromInline
    static func reach(_ point: FaultPoint, key: String) throws {
        let action: Action? = armed.withLock { $0?.reach(point, key: key) }
        guard let action else { return }
        switch action {
        case .kill:
            _ = Glibc.kill(getpid(), SIGKILL)
            waitForever()
        case .trap:
            _ = raise(SIGILL)
            abort()
        case .hang: waitForever()
        case .exit(let code): _exit(code)
        case .sleep(let milliseconds): SystemClock().sleep(milliseconds: milliseconds)
        case .fail(.throw, _): throw FaultError(point: point, key: key)
        case .fail(.enospc, _): throw FileError(.write, "\(point.rawValue) \(key)", number: ENOSPC)
        case .fail(.eio, _): throw FileError(.write, "\(point.rawValue) \(key)", number: EIO)
        }
    }

    private static let armed = Mutex<Armed?>(nil)

    private struct Armed: Sendable {
        let plan: FaultPlan
        var matches: [Int]
        var hits: [FaultPoint: Int]
        let randomness: SeededRandomness
        let logDescriptor: CInt

        mutating func reach(_ point: FaultPoint, key: String) -> Action? {
            hits[point, default: 0] += 1
            if logDescriptor >= 0 {
                let line = Array("\(point.rawValue) \(hits[point, default: 0]) \(key)\n".utf8)
                _ = write(logDescriptor, line, line.count)
            }
            for (index, rule) in plan.rules.enumerated() where rule.point == point {
                if let part = rule.key, !key.contains(part) { continue }
                matches[index] += 1
                if let occurrence = rule.occurrence, occurrence != matches[index] { continue }
                if case .fail(_, let probability) = rule.action, !happens(probability) { continue }
                return rule.action
            }
            return plan.rate > 0 && happens(plan.rate) ? .kill : nil
        }

        private func happens(_ probability: Double) -> Bool {
            probability >= 1 || Double(randomness.next() >> 11) / 9_007_199_254_740_992 < probability
        }
    }
}

extension FaultPlan {
    private mutating func setRate(_ text: String) throws(FaultPlanError) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let seed = UInt64(parts[0]), let rate = Double(parts[1]),
            (0...1).contains(rate)
        else {
            throw FaultPlanError(description: "fault seed '\(text)' is not SEED:RATE, like 42:0.01")
        }
        self.seed = seed
        self.rate = rate
    }

    private static func rule(_ text: Substring) throws(FaultPlanError) -> Rule {
        let wrong = FaultPlanError(
            description: "fault '\(text)' is not POINT[KEY]@OCCURRENCE=ACTION, like F12@3=kill")
        // The key may hold any of the marks, so it is cut out first.
        var key: String?
        var rest = text
        if let from = text.firstIndex(of: "["), let to = text.lastIndex(of: "]"), from < to {
            key = String(text[text.index(after: from)..<to])
            rest = Substring(text[..<from] + text[text.index(after: to)...])
        }
        let sides = rest.split(separator: "=", maxSplits: 1)
        guard sides.count == 2 else { throw wrong }
        let place = sides[0].split(separator: "@", maxSplits: 1)
        guard let first = place.first, let point = FaultPoint(rawValue: String(trimmed(first))) else {
            throw wrong
        }
        var occurrence: Int? = 1
        if place.count == 2 {
            let count = trimmed(place[1])
            occurrence = count == "*" ? nil : Int(count)
            if count != "*" && (occurrence ?? 0) < 1 { throw wrong }
        }
        guard let action = action(trimmed(sides[1])) else { throw wrong }
        return Rule(point: point, key: key, occurrence: occurrence, action: action)
    }

    private static func action(_ text: Substring) -> Action? {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard let word = parts.first else { return nil }
        let argument = parts.count == 2 ? parts[1] : nil
        switch word {
        case "kill": return argument == nil ? .kill : nil
        case "trap": return argument == nil ? .trap : nil
        case "hang": return argument == nil ? .hang : nil
        case "exit": return argument.flatMap { Int32($0) }.map { .exit($0) }
        case "sleep": return argument.flatMap { Int($0) }.map { .sleep(milliseconds: $0) }
        default:
            guard let failure = Failure(rawValue: String(word)) else { return nil }
            guard let argument else { return .fail(failure, probability: 1) }
            guard let probability = Double(argument), (0...1).contains(probability) else { return nil }
            return .fail(failure, probability: probability)
        }
    }
}

private func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
}

private func waitForever() -> Never {
    while true { _ = pause() }
}
