import Environment

/// Where a site keeps its state: the ledger, the staged bytes of drops and the frozen bytes of what left.
struct StateFolder: Sendable {
    /// The folder, `./var` by default.
    let root: String
    let store: any FileStore
    /// The folder in which relative paths of connections begin: `root`, also for a copy of it.
    let home: String
    /// The staging folder of the state that this one is a copy of.
    private let stagingBefore: String?

    init(root: String, store: any FileStore = PosixFileStore()) {
        self.root = root
        self.store = store
        home = root
        stagingBefore = nil
    }

    /// A copy's folder: bytes that were staged before it was made are read where they lie.
    init(root: String, store: any FileStore, stagedBefore original: StateFolder) {
        self.root = root
        self.store = store
        home = original.home
        stagingBefore = original.staging
    }

    var ledger: String { root + "/ledger.db" }
    var lock: String { root + "/lock" }
    var incoming: String { root + "/staging/tmp" }
    private var staging: String { root + "/staging" }
    private var outbox: String { root + "/outbox" }

    /// Makes the folders. - Twice: nothing.
    func prepare() throws(FileError) {
        try store.makeDirectories(incoming)
        try store.makeDirectories(outbox)
    }

    /// The staged bytes of a drop.
    func stagedPath(_ digest: [UInt8]) -> String {
        let path = "\(staging)/\(hexText(digest))"
        if let stagingBefore, (try? store.status(of: path)) ?? nil == nil {
            return "\(stagingBefore)/\(hexText(digest))"
        }
        return path
    }
    /// The frozen bytes of an outbound document.
    func frozenPath(_ digest: [UInt8]) -> String { "\(outbox)/\(hexText(digest))" }

    /// Takes away what dead runs left half fetched.
    func clearIncoming() throws(FileError) {
        for entry in try store.entries(of: incoming) { try store.remove(incoming + "/" + entry.name) }
    }

    /// Moves a synced temporary file to its place under its digest.
    ///
    /// - Twice: the same bytes replace themselves.
    func adoptStaged(_ temporary: String, digest: [UInt8]) throws {
        try fault(.stageFileSynced)
        try store.rename(temporary, to: "\(staging)/\(hexText(digest))", replacing: true)
        try fault(.stageRenamed)
        try store.syncDirectory(staging)
    }

    /// Takes away all staged bytes.
    func removeStaged() throws(FileError) {
        for entry in try store.entries(of: staging) where staging + "/" + entry.name != incoming {
            try store.remove(staging + "/" + entry.name)
        }
    }

    /// Freezes the bytes of an outbound document before a row names them.
    ///
    /// - Twice: the same bytes are there already; only their name is made to last, since whoever put it there may have
    ///   died before that.
    func freeze(_ bytes: [UInt8], digest: [UInt8]) throws(FileError) {
        let path = frozenPath(digest)
        if let status = try store.status(of: path), status.byteCount == bytes.count {
            try store.syncDirectory(outbox)
            return
        }
        try store.writeDurably(bytes, to: path)
    }
}
