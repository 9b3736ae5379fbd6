import Environment
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite struct ThreadTests {
    @Test func aThreadReturnsItsResultOrThrowsItsError() throws {
        let thread = try runThread { 6 * 7 }
        #expect(try thread.join() == 42)
        #expect(try thread.join() == 42)
        let failing = try runThread { () throws -> Int in throw FileError(.read, "a", number: EIO) }
        #expect(throws: FileError(.read, "a", number: EIO)) { try failing.join() }
    }

    @Test func valuesComeOutInOrder() throws {
        let channel = BoundedChannel<Int>(capacity: 3)
        let sender = try runThread {
            for number in 0..<10_000 { channel.send(number) }
            channel.close()
        }
        var received: [Int] = []
        while let number = channel.receive() { received.append(number) }
        try sender.join()
        #expect(received == Array(0..<10_000))
        #expect(channel.receive() == nil)
        #expect(!channel.send(1))
    }

    @Test func aSenderWaitsForRoom() throws {
        let channel = BoundedChannel<Int>(capacity: 2)
        let sent = Atomic<Int>(0)
        try withTwoThreads(
            {
                for number in 0..<5 {
                    channel.send(number)
                    sent.wrappingAdd(1, ordering: .relaxed)
                }
            },
            {
                SystemClock().sleep(milliseconds: 100)
                #expect(sent.load(ordering: .relaxed) == 2)
                for _ in 0..<5 { _ = channel.receive() }
            })
        #expect(sent.load(ordering: .relaxed) == 5)
    }

    private func withTwoThreads(
        _ first: @escaping @Sendable () -> Void, _ second: @escaping @Sendable () -> Void
    ) throws {
        let one = try runThread(first)
        let two = try runThread(second)
        try one.join()
        try two.join()
    }

    @Test func manySendersAndReceiversLoseNothing() throws {
        let channel = BoundedChannel<Int>(capacity: 4)
        let senders = try (0..<4).map { sender in
            try runThread { for number in 0..<5000 { channel.send(sender * 5000 + number) } }
        }
        let receivers = try (0..<3).map { _ in
            try runThread {
                var sum = 0
                while let number = channel.receive() { sum += number }
                return sum
            }
        }
        for sender in senders { try sender.join() }
        channel.close()
        let sum = try receivers.reduce(0) { try $0 + $1.join() }
        #expect(sum == (0..<20_000).reduce(0, +))
    }

    @Test func closingWakesEverybody() throws {
        let channel = BoundedChannel<Int>(capacity: 1)
        channel.send(1)
        let sender = try runThread { channel.send(2) }
        SystemClock().sleep(milliseconds: 50)
        channel.close(discarding: true)
        #expect(try sender.join() == false)
        #expect(channel.receive() == nil)
        let empty = BoundedChannel<Int>(capacity: 1)
        let receivers = try (0..<3).map { _ in try runThread { empty.receive() } }
        SystemClock().sleep(milliseconds: 50)
        empty.close()
        for receiver in receivers { #expect(try receiver.join() == nil) }
    }

    @Test func aLockTellsWhoHasItAndGoesWithItsHolder() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = folder.path + "/lock"
        guard case .acquired(let lock) = try ProcessLock.acquire(path, purpose: "run --due\nx", now: 1234)
        else {
            Issue.record("a free lock was not given")
            return
        }
        guard case .held(let holder) = try ProcessLock.acquire(path, purpose: "other", now: 5678) else {
            Issue.record("a lock was given twice")
            return
        }
        #expect(holder.process == processNumber() && holder.since == 1234 && holder.purpose == "run --due x")
        lock.release()
        lock.release()
        guard case .acquired(let next) = try ProcessLock.acquire(path, purpose: "next", now: 9) else {
            Issue.record("a lock that was let go was not given")
            return
        }
        // The first holder never said that it had come to its end: it may have been killed.
        #expect(!lock.wasAbandoned && next.wasAbandoned)
        next.markEnded()
        next.release()
        guard case .acquired(let third) = try ProcessLock.acquire(path, purpose: "third", now: 10) else {
            Issue.record("a lock that was let go was not given")
            return
        }
        #expect(!third.wasAbandoned)
        third.release()
        #expect(throws: FileError.self) {
            try ProcessLock.acquire(folder.path + "/no/lock", purpose: "", now: 0)
        }
    }

    @Test func secretsPrintAsSuchAndVariablesAreRead() {
        var dumped = ""
        dump(Secret("canary"), to: &dumped)
        #expect(!"\(dumped) \(Secret("canary")) \([Secret("canary")])".contains("canary"))
        #expect(Secret("canary").revealed() == "canary")
        #expect(readEnvironment("CROSSDOCK_NO_SUCH_VARIABLE") == nil)
        #expect(readEnvironment("PATH")?.isEmpty == false)
        #expect(
            parentDirectory(of: "/a/b/") == "/a" && parentDirectory(of: "a") == "."
                && parentDirectory(of: "/a") == "/")
    }
}
