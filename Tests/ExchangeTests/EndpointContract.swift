import Diagnostics
import Environment
import Exchange
import Glibc
import TestSupport
import Testing

/// What every endpoint with files and names promises, whatever protocol is below it.
@Suite struct EndpointContract {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case directory, sftp
        var testDescription: String { rawValue }

        func partner() throws -> Partner {
            switch self {
            case .directory: try .directory()
            case .sftp: try .sftp()
            }
        }

        /// All kinds that can run here; what cannot is said once.
        static let available: [Kind] = allCases.filter { kind in
            guard kind == .sftp, let obstacle = SSHServer.obstacle else { return true }
            print("skipped: SFTP contract, \(obstacle)")
            return false
        }
    }

    @Test(arguments: Kind.available)
    func aListingHasRegularFilesSortedByNameWithSizes(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        for name in ["b.edi", "a.edi", "ä ü.edi", "-rf", "$(id).edi", "q\"uo'te.edi"] {
            try partner.write("12345", to: "out/po/\(name)")
        }
        symlink("/etc/passwd", partner.root + "/out/po/link.edi")
        mkfifo(partner.root + "/out/po/fifo.edi", 0o600)
        mkdir(partner.root + "/out/po/folder.edi", 0o700)
        let listing = try partner.open().list("out/po/", ListingRequest(needsModified: true))
        #expect(
            listing.files.map(\.name) == ["$(id).edi", "-rf", "a.edi", "b.edi", "q\"uo'te.edi", "ä ü.edi"])
        #expect(listing.files.allSatisfy { $0.byteCount == 5 && $0.directory == "out/po/" })
        #expect(listing.files.allSatisfy { ($0.modified ?? 0) > 1_700_000_000_000 })
        #expect(listing.skipped.map(\.code) == Array(repeating: "NET.NAME.NOT_REGULAR", count: 3))
    }

    @Test(arguments: Kind.available)
    func aListingCanBeNarrowedToNamesThatMatch(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        for name in ["PO1.edi", "PO2.edi", "x.tmp"] { try partner.write("1", to: "out/\(name)") }
        let listing = try partner.open().list("out", ListingRequest(match: GlobPattern("PO*.edi")))
        #expect(listing.files.map(\.name) == ["PO1.edi", "PO2.edi"])
    }

    @Test(arguments: Kind.available)
    func aMissingDirectoryIsNamed(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        let endpoint = try partner.open()
        #expect(code { _ = try endpoint.list("nowhere/", ListingRequest()) } == "NET.PATH.MISSING")
        #expect(
            code { try endpoint.put(MemorySource([1]), as: ".a.part", in: "nowhere", PutOptions()) }
                == "NET.PATH.MISSING")
    }

    @Test(arguments: Kind.available)
    func unsafeNamesAreListedAsFindingsOnly(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        try partner.write("1", to: "out/good.edi")
        try partner.write("1", to: "out/C:\\x")
        try partner.write("1", to: "out/esc\u{1B}[31m.edi")
        try partner.write("1", to: "out/CON")
        let descriptor = open(partner.root + "/out/latin-\u{1}", O_CREAT | O_WRONLY, 0o600)
        close(descriptor)
        let listing = try partner.open().list("out", ListingRequest())
        #expect(listing.files.map(\.name) == ["good.edi"])
        #expect(listing.skipped.allSatisfy { $0.code == "NET.NAME.UNSAFE" })
        #expect(listing.skipped.count == 4)
        #expect(listing.skipped.allSatisfy { !$0.message.unicodeScalars.contains { $0.value < 0x20 } })
    }

    @Test(arguments: Kind.available, [0, 1, 300_000])
    func whatIsPutIsFetchedByteForByte(_ kind: Kind, count: Int) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        mkdir(partner.root + "/in", 0o755)
        let endpoint = try partner.open()
        let bytes = SeededRandomness(seed: 7).bytes(count: count)
        try endpoint.put(MemorySource(bytes), as: ".a b.x-1.part", in: "in/", PutOptions())
        try endpoint.rename(".a b.x-1.part", in: "in/", to: "a b", in: "in/")
        var fetched: [UInt8] = []
        let file = try #require(try endpoint.status(of: "a b", in: "in"))
        let report = try endpoint.fetch(file, FetchConditions()) { fetched += $0 }
        #expect(fetched == bytes)
        #expect(report.byteCount == count)
        #expect(file.byteCount == count)
        let digest = try #require(try endpoint.digest(of: "a b", in: "in"))
        #expect(digest.digest == SHA256Hasher.digest(of: bytes))
        #expect(try partner.names(in: "in") == ["a b"])
    }

    @Test(arguments: Kind.available)
    func aPartOfAnEarlierAttemptIsReplaced(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        try partner.write("a much longer text of an earlier attempt", to: "in/.a.part")
        try partner.open().put(MemorySource(Array("new".utf8)), as: ".a.part", in: "in", PutOptions())
        #expect(partner.read("in/.a.part") == "new")
    }

    @Test(arguments: Kind.available)
    func renamingNeverReplaces(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        try partner.write("ours", to: "in/.a.part")
        try partner.write("theirs", to: "in/a.edi")
        let endpoint = try partner.open()
        #expect(code { try endpoint.rename(".a.part", in: "in", to: "a.edi", in: "in") } == "DELIVER.EXISTS")
        #expect(partner.read("in/a.edi") == "theirs")
        #expect(partner.read("in/.a.part") == "ours")
        #expect(code { try endpoint.rename("none", in: "in", to: "b.edi", in: "in") } == "NET.VANISHED")
    }

    @Test(arguments: Kind.available)
    func deletingTwiceIsHarmless(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        try partner.write("1", to: "out/we ird\"\\'.edi".replacing("\\", with: ""))
        let endpoint = try partner.open()
        #expect(try endpoint.delete("we ird\"'.edi", in: "out"))
        #expect(try !endpoint.delete("we ird\"'.edi", in: "out"))
        #expect(try endpoint.status(of: "we ird\"'.edi", in: "out") == nil)
    }

    @Test(arguments: Kind.available)
    func aMissingFileIsVanished(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        mkdir(partner.root + "/out", 0o755)
        let endpoint = try partner.open()
        #expect(code { _ = try endpoint.text("none.edi", in: "out") } == "NET.VANISHED")
        #expect(try endpoint.digest(of: "none.edi", in: "out") == nil)
    }

    @Test(arguments: Kind.available)
    func aFileThatGrewSinceTheListingIsUnstable(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        try partner.write(String(repeating: "x", count: 220), to: "out/a.edi")
        let listed = RemoteFile(name: "a.edi", directory: "out", byteCount: 100)
        let endpoint = try partner.open()
        let error = try #require(failure { _ = try endpoint.fetch(listed, FetchConditions()) { _ in } })
        #expect(error.code == "NET.UNSTABLE")
        #expect(error.message.contains("size 100 -> 220"))
        #expect(error.isTemporary)
    }

    @Test(arguments: Kind.available)
    func aSinkThatFailsEndsTheFetchWithItsOwnError(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        try partner.write(String(repeating: "x", count: 2_000_000), to: "out/a.edi")
        let endpoint = try partner.open()
        let full = FileError(.write, "staging", number: ENOSPC)
        #expect(throws: full) {
            _ = try endpoint.fetch(RemoteFile(name: "a.edi", directory: "out"), FetchConditions()) { _ in
                throw full
            }
        }
        // The connection is of use afterwards.
        #expect(try endpoint.status(of: "a.edi", in: "out")?.byteCount == 2_000_000)
    }

    @Test(arguments: Kind.available)
    func namesThatCouldBePathsAreRefusedBeforeAnythingIsDone(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        let endpoint = try partner.open()
        for name in ["../x", "/abs", "..", "", "a\u{0}b", "a\nb", String(repeating: "n", count: 300)] {
            #expect(code { _ = try endpoint.delete(name, in: "out") } == "NET.NAME.UNSAFE")
            #expect(code { _ = try endpoint.text(name, in: "out") } == "NET.NAME.UNSAFE")
        }
        #expect(code { _ = try endpoint.list("out/../..", ListingRequest()) } == "NET.CONNECTION.INVALID")
    }

    @Test(arguments: Kind.available)
    func makingDirectoriesTwiceIsHarmless(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        let endpoint = try partner.open()
        try endpoint.makeDirectory("archive/2025-11-21/")
        try endpoint.makeDirectory("archive/2025-11-21/")
        #expect(try endpoint.list("archive/2025-11-21/", ListingRequest()).files.isEmpty)
    }

    @Test(arguments: Kind.available)
    func cleaningUpMovesOnceAndLeavesNewContentAlone(_ kind: Kind) throws {
        let partner = try kind.partner()
        defer { partner.close() }
        try partner.write("first", to: "out/a.edi")
        let endpoint = try partner.open()
        let cleanup = RemoteCleanup(.move(toDirectory: "archive/day"))
        let listed = try #require(try endpoint.list("out", ListingRequest(needsModified: true)).files.first)
        #expect(try cleanup.apply(to: listed, tag: "7f3a", over: endpoint) == .done)
        #expect(try cleanup.apply(to: listed, tag: "7f3a", over: endpoint) == .absent)
        try partner.write("other content", to: "out/a.edi")
        #expect(try cleanup.apply(to: listed, tag: "7f3a", over: endpoint) == .changed)
        let again = try #require(try endpoint.status(of: "a.edi", in: "out"))
        #expect(try cleanup.apply(to: again, tag: "91c0", over: endpoint) == .done)
        #expect(try partner.names(in: "archive/day") == ["a.edi", "a.edi.91c0"])
        #expect(try partner.names(in: "out").isEmpty)
    }
}
