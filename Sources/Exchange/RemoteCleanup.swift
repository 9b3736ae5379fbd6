import Diagnostics
import Environment

/// What happens to a partner's file once its drop is committed: a step of its own, tried again until it is
/// done.
public struct RemoteCleanup: Sendable, Hashable {
    /// What is done with the file.
    public enum Action: Sendable, Hashable {
        /// It stays; its digest keeps it from being taken twice.
        case keep
        case delete
        case move(toDirectory: String)
    }

    /// How the file was left.
    public enum Outcome: String, Sendable, Hashable {
        case done
        /// It was gone already: an earlier attempt, or the partner.
        case absent
        /// It has another size or time than what was fetched, so it is a new drop and stays.
        case changed
    }

    /// What this clean-up does.
    public var action: Action

    /// A clean-up that does `action`.
    public init(_ action: Action) { self.action = action }

    /// Deletes or moves a file that was fetched.
    ///
    /// - Parameters:
    ///   - file: as it was fetched, with `FetchReport.modified`; size and time must still be these, where
    ///     they are known.
    ///   - tag: told apart by this when the archive has the name already, such as the first digits of the
    ///     digest.
    /// - Throws: `ExchangeError`; `FaultError` in a test.
    /// - Twice: `absent`.
    public func apply(to file: RemoteFile, tag: String, over endpoint: any Endpoint) throws -> Outcome {
        guard action != .keep else { return .done }
        try fault(.beforeRemoteCleanup, file.name)
        guard let present = try endpoint.status(of: file.name, in: file.directory) else { return .absent }
        if let before = file.byteCount, let size = present.byteCount, before != size { return .changed }
        if let before = file.modified, let time = present.modified, before != time { return .changed }
        let outcome = try perform(on: file, tag: tag, over: endpoint)
        try fault(.afterRemoteCleanup, file.name)
        return outcome
    }

    private func perform(on file: RemoteFile, tag: String, over endpoint: any Endpoint) throws -> Outcome {
        switch action {
        case .keep: return .done
        case .delete: return try endpoint.delete(file.name, in: file.directory) ? .done : .absent
        case .move(let directory):
            try endpoint.makeDirectory(directory)
            if let outcome = try move(file, to: directory, as: file.name, over: endpoint) { return outcome }
            let other = file.name + "." + tag
            guard let outcome = try move(file, to: directory, as: other, over: endpoint) else {
                throw existing(other)
            }
            return outcome
        }
    }

    /// - Returns: nil where the name is taken.
    private func move(
        _ file: RemoteFile, to directory: String, as name: String, over endpoint: any Endpoint
    ) throws(ExchangeError) -> Outcome? {
        do {
            try endpoint.rename(file.name, in: file.directory, to: name, in: directory)
            return .done
        } catch {
            if error.code == "NET.VANISHED" { return .absent }
            if error.code == "DELIVER.EXISTS" { return nil }
            throw error
        }
    }
}
