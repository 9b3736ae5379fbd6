public import Canonical
public import Diagnostics
public import Environment
import Exchange
import Formats
import Ledger
import OMSRules

/// One installation at work: its configuration, its library of guides, maps and codes, its state, its clock.
public final class Site {
    public let configuration: SiteConfiguration
    public let state: StateFolder
    public let clock: any WallClock
    public let random: any Randomness
    /// SHA-256 over everything that configures the site; written down with every run.
    public let configurationDigest: [UInt8]
    let library: Library
    private let zones: ZoneCatalog
    private var guides: GuideLibrary
    private var mappings: SiteMappings
    private var centroids: PostalCentroids?

    init(
        configuration: SiteConfiguration, digest: [UInt8], library: Library, state: StateFolder,
        clock: any WallClock, random: any Randomness, zones: ZoneCatalog
    ) {
        self.configuration = configuration
        configurationDigest = digest
        self.library = library
        self.state = state
        self.clock = clock
        self.random = random
        self.zones = zones
        guides = GuideLibrary { try library.declaration(.guides, $0) }
        mappings = SiteMappings(library: library)
    }

    // MARK: Time

    /// The zone of a name; UTC where the configuration was not checked.
    func zone(_ name: String?) -> ZoneRules {
        zones.zone(name ?? configuration.instance.timezone) ?? ZoneRules.utc
    }

    /// Now on the site's clock.
    func localNow() -> (date: CalendarDate, secondsOfDay: Int, offsetSeconds: Int) {
        let now = Instant(milliseconds: clock.now())
        let offset = zone(nil).offsetSeconds(at: now)
        let local = now.local(offsetSeconds: offset)
        return (local.date, local.secondsOfDay, offset)
    }

    /// Today as CCYYMMDD, for leniency with an end.
    var todayNumber: Int {
        let (year, month, day) = localNow().date.parts
        return year * 10_000 + month * 100 + day
    }

    /// The business days of a calendar; Monday to Friday in the site's zone where none is named.
    func calendar(_ id: String?) -> BusinessCalendar {
        let declared = id.flatMap { configuration.calendar($0) } ?? CalendarDeclaration()
        return BusinessCalendar(
            zone: zone(declared.timezone), weekdays: Set(declared.days.map(\.number)),
            holidays: Set(declared.holidays.dates))
    }

    // MARK: Parts

    func openLedger() throws -> any LedgerStore {
        try state.prepare()
        return try SQLiteLedger(path: state.ledger)
    }

    /// What rules are given in a run; the table of postal codes is read when first needed.
    func rules() throws -> RuleContext {
        let known = try centroids ?? PostalCentroids(tables: library.tables("geo"))
        centroids = known
        return RuleContext(
            policy: configuration.rulesPolicy(offsetSeconds: localNow().offsetSeconds), centroids: known,
            now: Instant(milliseconds: clock.now()), digest: { SHA256Hasher.digest(of: $0).bytes })
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

    /// When something owed from `start` on is due: by the clock, or in the partner's business days.
    func due(_ start: Instant, _ within: ConfiguredDuration, _ partner: Partner?) -> Instant {
        within.after(start, calendar(partner?.calendar)) ?? start
    }

    /// X12 with one partner; nil where one of us has no X12 identity.
    func envelope(_ partner: Partner) -> X12Envelope? {
        guard let us = configuration.identity(partner.us)?.x12, let theirs = partner.x12 else { return nil }
        let local = localNow()
        return X12Envelope(
            us: us, partner: theirs, isTest: configuration.instance.usage == .test, date: local.date,
            secondsOfDay: local.secondsOfDay)
    }
}
