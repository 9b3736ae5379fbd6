import Environment
import Glibc
import TestSupport
import Testing

/// What both file stores promise.
@Suite struct FileStoreTests {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case posix, memory
        var testDescription: String { rawValue }
    }

    /// A store and an empty directory in it.
    private func with(_ kind: Kind, _ body: (any FileStore, String) throws -> Void) throws {
        switch kind {
        case .posix:
            let folder = try TestFolder()
            defer { folder.remove() }
            try body(PosixFileStore(), folder.path)
        case .memory:
            let store = InMemoryFileStore()
            try store.makeDirectories("/state")
            try body(store, "/state")
        }
    }

    private func number(_ call: () throws -> Void) -> CInt? {
        do {
            try call()
            return nil
        } catch {
            return (error as? FileError)?.number
        }
    }

    @Test(arguments: Kind.allCases)
    func aFileIsCreatedOnceWrittenAndRead(_ kind: Kind) throws {
        try with(kind) { store, folder in
            let path = folder + "/a"
            let writer = try store.create(path)
            try writer.write(Array("hello ".utf8))
            try writer.write(Array("world".utf8))
            #expect(writer.byteCount == 11)
            try writer.sync()
            try writer.close()
            try writer.close()
            #expect(number { _ = try store.create(path) } == EEXIST)
            #expect(try store.contents(of: path, limit: 11) == Array("hello world".utf8))
            #expect(number { _ = try store.contents(of: path, limit: 10) } == EFBIG)
            let status = try #require(try store.status(of: path))
            #expect(status.kind == .regular && status.byteCount == 11)
            let reader = try store.open(path)
            var five = [UInt8](repeating: 0, count: 5)
            #expect(try five.withUnsafeMutableBytes { try reader.read(into: $0) } == 5)
            try reader.rewind()
            #expect(try five.withUnsafeMutableBytes { try reader.read(into: $0) } == 5)
            #expect(five == Array("hello".utf8))
        }
    }

    @Test(arguments: Kind.allCases)
    func renamingReplacesOnlyWhereSaid(_ kind: Kind) throws {
        try with(kind) { store, folder in
            try store.writeDurably([1], to: folder + "/a")
            try store.writeDurably([2], to: folder + "/b")
            let kept = number { try store.rename(folder + "/a", to: folder + "/b", replacing: false) }
            #expect(kept == EEXIST)
            #expect(try store.contents(of: folder + "/b", limit: 9) == [2])
            try store.rename(folder + "/a", to: folder + "/c", replacing: false)
            try store.rename(folder + "/c", to: folder + "/b", replacing: true)
            #expect(try store.contents(of: folder + "/b", limit: 9) == [1])
            #expect(try store.entries(of: folder).map(\.name) == ["b"])
            #expect(
                number { try store.rename(folder + "/none", to: folder + "/d", replacing: true) } == ENOENT)
        }
    }

    @Test(arguments: Kind.allCases)
    func namesAreListedInTheOrderOfTheirBytes(_ kind: Kind) throws {
        try with(kind) { store, folder in
            for name in ["b", "a", "Z", "é", "10", "9"] {
                try store.writeDurably([], to: folder + "/" + name)
            }
            try store.makeDirectories(folder + "/sub/deep")
            #expect(try store.entries(of: folder).map(\.name) == ["10", "9", "Z", "a", "b", "sub", "é"])
            #expect(try store.entries(of: folder + "/sub").map(\.name) == ["deep"])
            #expect(number { _ = try store.entries(of: folder + "/none") } == ENOENT)
        }
    }

    @Test(arguments: Kind.allCases)
    func removingAndMakingTwiceIsHarmless(_ kind: Kind) throws {
        try with(kind) { store, folder in
            try store.writeDurably([1], to: folder + "/a")
            #expect(try store.remove(folder + "/a"))
            #expect(try !store.remove(folder + "/a"))
            #expect(try store.status(of: folder + "/a") == nil)
            try store.makeDirectories(folder + "/x/y")
            try store.makeDirectories(folder + "/x/y")
            #expect(try store.status(of: folder + "/x/y")?.kind == .directory)
            #expect(try store.freeByteCount(at: folder) > 0)
            #expect(number { _ = try store.open(folder + "/x") } == EISDIR)
            #expect(number { _ = try store.create(folder + "/none/a") } == ENOENT)
        }
    }

    @Test func writingDurablyReplacesAndClearsWhatACrashLeft() throws {
        try with(.posix) { store, folder in
            _ = try store.create(folder + "/a.new")
            try store.writeDurably([1, 2, 3], to: folder + "/a")
            try store.writeDurably([4], to: folder + "/a")
            #expect(number { try store.writeDurably([5], to: folder + "/a", replacing: false) } == EEXIST)
            #expect(try store.contents(of: folder + "/a", limit: 9) == [4])
            #expect(try store.entries(of: folder).map(\.name) == ["a"])
        }
    }

    @Test func linksPipesAndDirectoriesAreNotOpened() throws {
        try with(.posix) { store, folder in
            symlink("/etc/passwd", folder + "/link")
            mkfifo(folder + "/pipe", 0o600)
            for (name, expected): (String, CInt) in [("link", ELOOP), ("pipe", ENXIO)] {
                let error = #expect(throws: FileError.self) { _ = try store.open(folder + "/" + name) }
                #expect(error?.number == expected && error?.isNotRegular == true)
            }
            let status = try store.status(of: folder + "/link")
            #expect(status?.kind == .link)
            #expect(number { _ = try store.create(folder + "/link") } == EEXIST)
        }
    }

    @Test func modesKeepStateToItsOwnerAndShareWhatIsShared() throws {
        try with(.posix) { store, folder in
            _ = try store.create(folder + "/own")
            _ = try store.create(folder + "/shared", isShared: true)
            try store.makeDirectories(folder + "/d/e")
            try store.makeDirectories(folder + "/f/g", isShared: true)
            let modes = ["own", "shared", "d", "d/e", "f", "f/g"].map { name -> mode_t in
                var raw = stat()
                stat(folder + "/" + name, &raw)
                return raw.st_mode & 0o777
            }
            #expect(modes == [0o600, 0o644, 0o700, 0o700, 0o755, 0o755])
        }
    }

    @Test func namesThatAreNotUTF8AreListedAsSuch() throws {
        try with(.posix) { store, folder in
            let name = (Array(folder.utf8) + [0x2F, 0xE9, 0x2E, 0x65, 0]).map { CChar(bitPattern: $0) }
            close(open(name, O_CREAT | O_WRONLY, 0o600))
            let entries = try store.entries(of: folder)
            #expect(entries == [DirectoryEntry(name: "\u{FFFD}.e", isUTF8: false)])
        }
    }

    @Test func errorsSayWhatTheyMean() {
        #expect(FileError(.write, "a", number: ENOSPC).isFull)
        #expect(FileError(.write, "a", number: EROFS).isReadOnly)
        #expect(FileError(.write, "a", number: EIO).isTemporary)
        #expect(!FileError(.write, "a", number: EROFS).isTemporary)
        #expect(
            FileError(.syncDirectory, "a/b", number: ENOSPC).description
                == "sync directory a/b: No space left on device")
    }
}

/// What a power cut leaves, in the store that simulates one.
@Suite struct PowerCutTests {
    private let old = [UInt8](repeating: 1, count: 3000)
    private let new = [UInt8](repeating: 2, count: 5000)

    /// A directory with one file that is certain.
    private func store() throws -> InMemoryFileStore {
        let store = InMemoryFileStore()
        try store.makeDirectories("/s")
        try store.writeDurably(old, to: "/s/a")
        return store
    }

    @Test func whatWasWrittenDurablyIsThereAfterAnyCrash() throws {
        for seed in 0..<200 as Range<UInt64> {
            let store = try store()
            try store.writeDurably(new, to: "/s/a")
            store.crash(seed: seed)
            #expect(try store.contents(of: "/s/a", limit: 1 << 20) == new)
        }
    }

    @Test func aCrashBeforeTheDirectoryIsSyncedLeavesOldOrNewAndNothingBetween() throws {
        var seen: Set<[UInt8]> = []
        for seed in 0..<200 as Range<UInt64> {
            let store = try store()
            let writer = try store.create("/s/a.new")
            try writer.write(new)
            try writer.sync()
            try store.rename("/s/a.new", to: "/s/a", replacing: true)
            store.crash(seed: seed)
            seen.insert(try store.contents(of: "/s/a", limit: 1 << 20))
        }
        #expect(seen == [old, new])
    }

    @Test func aRenameOfUnsyncedBytesTears() throws {
        var lengths: Set<Int> = []
        var holes = 0
        for seed in 0..<200 as Range<UInt64> {
            let store = try store()
            let writer = try store.create("/s/b")
            try writer.write(new)
            try store.syncDirectory("/s")
            store.crash(seed: seed)
            let bytes = try store.contents(of: "/s/b", limit: 1 << 20)
            lengths.insert(bytes.count)
            holes += bytes.contains(0) ? 1 : 0
        }
        #expect(lengths.count > 4 && lengths.allSatisfy { $0 <= 5000 })
        #expect(holes > 0)
    }

    @Test func removalsAndCreationsMayBeUndone() throws {
        var outcomes: Set<[String]> = []
        for seed in 0..<100 as Range<UInt64> {
            let store = try store()
            try store.remove("/s/a")
            _ = try store.create("/s/b")
            store.crash(seed: seed)
            outcomes.insert(try store.entries(of: "/s").map(\.name))
        }
        #expect(outcomes == [[], ["a"], ["b"], ["a", "b"]])
    }

    @Test func writersOfBeforeACrashAreDead() throws {
        let store = try store()
        let writer = try store.create("/s/b")
        store.crash(seed: 1)
        #expect(throws: FileError.self) { try writer.write([1]) }
        #expect(throws: FileError.self) { try writer.sync() }
    }

    @Test func aFullDiskIsRecognised() throws {
        let store = try store()
        store.limit(toByteCount: 4000)
        let error = #expect(throws: FileError.self) { try store.writeDurably(new, to: "/s/b") }
        #expect(error?.isFull == true)
        #expect(try store.entries(of: "/s").map(\.name) == ["a"])
    }
}
