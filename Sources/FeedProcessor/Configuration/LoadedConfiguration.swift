import Canonical
public import Diagnostics

/// A configuration that was read, with everything that was found on the way.
public struct LoadedConfiguration: Sendable {
    /// What it says. Where there are error findings it holds what could be read, and must not be run.
    public let site: SiteConfiguration
    /// What is wrong or odd, in the order of the files.
    public let findings: [Diagnostic]
    /// Every file that was read, by path, with what may be a secret blanked out: what excerpts are taken from. A file
    /// that is not YAML is not here, because nothing is known about what stands where.
    public let printableFiles: [String: [UInt8]]
    /// SHA-256 over the content of all files read, as 64 hexadecimal digits: the same for the same words, wherever the
    /// files lie.
    public let hash: String
    /// The values in force, sorted by path; empty unless they were asked for.
    public let effective: [EffectiveValue]
    /// Private keys of SFTP connections, and where they are named: a key that this machine cannot sign with is
    /// found by looking into them.
    public let privateKeys: [(path: String, place: ConfigurationPlace)]
    /// Guides, maps and codes.
    public let library: Library
    /// Time zones.
    public let zones: ZoneCatalog

    /// Whether it may be run.
    public var isUsable: Bool { !findings.contains { $0.severity == .error } }

    /// The zone of a channel: its own, else its partner's, else the instance's; UTC only where none could be read.
    public func zone(channel: String?, of partner: Partner) -> ZoneRules {
        for name in [channel, partner.timezone, site.instance.timezone] {
            if let name, let zone = zones.zone(name) { return zone }
        }
        return .utc
    }

    /// The instance's zone.
    public var zone: ZoneRules { zones.zone(site.instance.timezone) ?? .utc }

    /// A declared calendar; Monday to Friday without holidays where `id` is nil or unknown.
    public func calendar(_ id: String?) -> BusinessCalendar {
        guard let id, let declared = site.calendar(id) else { return BusinessCalendar(zone: zone) }
        return BusinessCalendar(
            zone: declared.timezone.flatMap { zones.zone($0) } ?? zone, weekdays: declared.days.map(\.number),
            holidays: declared.holidays.dates)
    }

    /// The slots of an inbound channel; nil where it is started from outside or shares another's files.
    public func slots(of channel: InboundChannel, of partner: Partner) -> SlotSchedule? {
        slots(channel.schedule, zone: zone(channel: channel.timezone, of: partner))
    }

    /// The slots of a scheduled document; nil where an event makes it due.
    public func slots(of channel: OutboundChannel, of partner: Partner) -> SlotSchedule? {
        slots(channel.trigger.schedule, zone: zone(channel: channel.timezone, of: partner))
    }

    /// The moments at which a channel's windows close; nil where documents are not gathered by the clock.
    public func batchSlots(of channel: OutboundChannel, of partner: Partner) -> SlotSchedule? {
        guard let batch = channel.trigger.batch else { return nil }
        var schedule = Schedule()
        schedule.cron = batch.cron
        schedule.every = batch.every
        schedule.calendar = batch.calendar
        return slots(schedule, zone: zone(channel: channel.timezone, of: partner))
    }

    private func slots(_ schedule: Schedule?, zone: ZoneRules) -> SlotSchedule? {
        guard let schedule else { return nil }
        let calendar = schedule.calendar.map { self.calendar($0) }
        if let cron = schedule.cron { return SlotSchedule(cron: cron, zone: zone, calendar: calendar) }
        return schedule.every.flatMap { SlotSchedule(every: $0, zone: zone, calendar: calendar) }
    }

    /// What is in force at a path and below it: what `config explain` prints. All of it where the path is empty.
    public func effective(at path: String) -> [EffectiveValue] {
        effective.filter { value in
            path.isEmpty || value.path == path || value.path.hasPrefix(path + ".")
                || value.path.hasPrefix(path + "[")
        }
    }
}
