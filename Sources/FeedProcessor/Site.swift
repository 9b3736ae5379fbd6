public import Canonical
public import Diagnostics
import Environment
import Exchange
import Formats
import Ledger
import Mapping
import OMSRules

/// What keeps a command from working on a site, as findings.
public struct SiteFailure: Error {
    /// The errors; never empty.
    public let findings: [Diagnostic]
}

/// How a process that worked on a state ended.
enum LastEnd {
    /// By itself, well or with an error.
    case ended
    /// Killed from outside, or with the machine.
    case killed
}

/// One installation at work: its configuration, its library of guides, maps and codes, its state, its clock.
public final class Site {
    let loaded: LoadedConfiguration
    let state: StateFolder
    let clock: any WallClock
    let random: any Randomness
    private var guides: GuideLibrary
    private var centroids: PostalCentroids?
    /// How the process that had the lock before this one ended, until a run has taken it into account.
    var lastEnd = LastEnd.killed
    /// Compiled maps, by what they were compiled for.
    var mappings = SiteMappings()

    init(_ loaded: LoadedConfiguration, state: StateFolder, clock: any WallClock, random: any Randomness) {
        self.loaded = loaded
        self.state = state
        self.clock = clock
        self.random = random
        let library = loaded.library
        guides = GuideLibrary { id in
            library.path(.guides, id) == nil ? nil : try library.read(.guides, id)
        }
    }

    var configuration: SiteConfiguration { loaded.site }
    /// SHA-256 over everything that configures the site; written down with every run.
    var configurationDigest: [UInt8] { bytesOfHex(loaded.hash) ?? [] }

    // MARK: Time

    /// Now on the site's clock.
    func localNow() -> (date: CalendarDate, secondsOfDay: Int, offsetSeconds: Int) {
        let now = Instant(milliseconds: clock.now())
        let offset = loaded.zone.offsetSeconds(at: now)
        let local = now.local(offsetSeconds: offset)
        return (local.date, local.secondsOfDay, offset)
    }

    /// When today began on the site's clock.
    public var startOfToday: Instant { loaded.zone.moment(localNow().date, minuteOfDay: 0) }

    /// Today as CCYYMMDD, for leniency with an end.
    var todayNumber: Int {
        let (year, month, day) = localNow().date.parts
        return year * 10_000 + month * 100 + day
    }

    /// When something owed from `start` on is due: by the clock, or in the partner's business days.
    func due(_ start: Instant, _ within: ConfiguredDuration, _ partner: Partner?) -> Instant {
        within.after(start, loaded.calendar(partner?.calendar)) ?? start
    }

    // MARK: Parts

    /// The ledger, made or upgraded where that is needed.
    func openLedger() throws -> any LedgerStore {
        try state.prepare()
        return try SQLiteLedger(path: state.ledger, at: Instant(milliseconds: clock.now()))
    }

    /// What rules are given in a run; the table of postal codes is read when first needed.
    func rules() throws -> RuleContext {
        let known = try centroids ?? PostalCentroids(tables: loaded.library.geography())
        centroids = known
        let now = Instant(milliseconds: clock.now())
        var policy = configuration.rulesPolicy(offsetSeconds: localNow().offsetSeconds)
        for partner in configuration.partners {
            for channel in partner.inbound {
                let zone = loaded.zone(channel: channel.timezone, of: partner)
                policy.channels[channel.id]?.zoneOffsetSeconds = zone.offsetSeconds(at: now)
            }
        }
        return RuleContext(
            policy: policy, centroids: known, now: now, digest: { SHA256Hasher.digest(of: $0).bytes })
    }

    func guide(_ id: String) throws -> Guide { try guides.guide(id) }

    func guide(document: String, version: String) throws -> (guide: Guide, isFallback: Bool)? {
        try guides.guide(document: document, version: version)
    }

    func obligations(_ ledger: any LedgerStore) -> Obligations {
        Obligations(configuration: configuration, ledger: ledger) { [self] start, within, partner in
            due(start, within, partner)
        }
    }

    /// X12 with one partner; nil where one of us has no X12 identity.
    func envelope(_ partner: Partner) -> X12Envelope? {
        guard let us = configuration.identity(partner.us)?.x12, let theirs = partner.x12 else { return nil }
        let local = localNow()
        return X12Envelope(
            us: us, partner: theirs, isTest: configuration.usage(of: partner) == .test, date: local.date,
            secondsOfDay: local.secondsOfDay)
    }
}
