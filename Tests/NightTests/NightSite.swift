import Foundation
import Testing

/// A night being played in a folder of its own: the site's configuration, its state, the partners' folders.
struct NightSite {
    enum Half: String, CaseIterable { case evening, morning }

    let folder: URL
    let expected: Expected

    var state: URL { folder.appending(path: "var") }
    var partners: URL { state.appending(path: "partners") }

    init() throws {
        expected = try Expected.load()
        folder = FileManager.default.temporaryDirectory.appending(
            path: "crossdock-night-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: Repository.root.appending(path: "config"), to: folder.appending(path: "config"))
        let mailboxes = try String(
            contentsOf: Repository.night.appending(path: "mailboxes.txt"), encoding: .utf8)
        for mailbox in mailboxes.split(separator: "\n") {
            try FileManager.default.createDirectory(
                at: partners.appending(path: String(mailbox)), withIntermediateDirectories: true)
        }
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// Lays the drops of a half where partners put them.
    ///
    /// - Parameter renamed: the same bytes under other names.
    func lay(_ half: Half, renamed: Bool = false) throws {
        for (path, file) in try Repository.files(below: Repository.night.appending(path: half.rawValue)) {
            var target = partners.appending(path: path)
            if renamed {
                let ending = target.pathExtension
                let base = target.deletingPathExtension().lastPathComponent
                target = target.deletingLastPathComponent().appending(path: "\(base)_again.\(ending)")
            }
            try? FileManager.default.removeItem(at: target)
            try FileManager.default.copyItem(at: file, to: target)
        }
    }

    /// Replaces a text wherever it stands in a file of the site.
    func rewrite(_ path: String, _ text: String, _ replacement: String) throws {
        let file = folder.appending(path: path)
        let before = try String(contentsOf: file, encoding: .utf8)
        try #require(before.contains(text), "\(path) does not say \(text)")
        try before.replacingOccurrences(of: text, with: replacement).write(
            to: file, atomically: true, encoding: .utf8)
    }

    /// Runs a command at the clock of a half.
    @discardableResult
    func crossdock(_ arguments: String..., at half: Half = .morning) throws -> Outcome {
        try crossdock(arguments, at: half)
    }

    /// - Parameter faults: what goes wrong on purpose, as in `CROSSDOCK_FAULT`.
    @discardableResult
    func crossdock(
        _ arguments: [String], at half: Half = .morning, faults: String? = nil
    ) throws -> Outcome {
        var environment = [
            "CROSSDOCK_TESTING": "1", "CROSSDOCK_NOW": expected.halves[half.rawValue]?.now ?? "",
            "CROSSDOCK_CONFIG": "config/channels.yaml", "CROSSDOCK_STATE": "var",
        ]
        environment["CROSSDOCK_FAULT"] = faults
        return try Program.run(arguments, environment: environment, in: folder)
    }

    /// Lays a half and runs.
    @discardableResult
    func play(_ half: Half, renamed: Bool = false) throws -> Outcome {
        try lay(half, renamed: renamed)
        return try crossdock("run", at: half)
    }

    func books() throws -> Books {
        let outcome = try crossdock("dump", "--canonical")
        try #require(outcome.status == 0, "dump: \(outcome.errors)")
        return try Books(dump: outcome.output)
    }

    /// What lies in the partners' folders, without what they sent, by path.
    func delivered() throws -> [String: Data] {
        var documents: [String: Data] = [:]
        let sent = try Half.allCases.flatMap {
            try Repository.files(below: Repository.night.appending(path: $0.rawValue)).keys
        }
        for (path, file) in try Repository.files(below: partners) {
            if path.contains("/archive/") || sent.contains(path) || path.contains("_again.") { continue }
            documents[path] = try Data(contentsOf: file)
        }
        return documents
    }

    /// The drop of a file, as commands name it.
    func drop(named name: String, in books: Books) throws -> String {
        let row = try #require(books["drop"].first { $0["name"].text == name }, "no drop \(name)")
        return String(try #require(row["digest"].text).prefix(12))
    }
}

/// The night, played once for all tests that only look.
struct PlayedNight {
    let site: NightSite
    let evening: Books
    let morning: Books
    let exits: [String: Int32]
    let delivered: [String: [String: Data]]

    static let shared = Result { try PlayedNight() }

    private init() throws {
        site = try NightSite()
        let first = try site.play(.evening)
        evening = try site.books()
        let afterEvening = try site.delivered()
        let second = try site.play(.morning)
        morning = try site.books()
        let afterMorning = try site.delivered()
        exits = ["evening": first.status, "morning": second.status]
        delivered = [
            "evening": afterEvening, "morning": afterMorning.filter { afterEvening[$0.key] == nil },
        ]
    }
}
