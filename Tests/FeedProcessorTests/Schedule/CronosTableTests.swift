import Canonical
import Testing

@testable import FeedProcessor

/// The facts of Cronos' test tables (MIT) that concern five fields, where its dialect and ours are one. Left out are
/// seconds, `?`, `W`, `H`, `5L`, a step behind one value, ranges that run backwards, and both days restricted, which
/// Cronos joins with AND.
@Suite struct CronosTableTests {
    private static let newYork = ConfigurationSources.system.zones().zone("America/New_York") ?? .utc

    /// Whether an expression is written in what the two dialects share.
    private func isShared(_ fields: [Substring]) -> Bool {
        guard fields.count == 5, !fields.joined().contains(where: { "?WHh@".contains($0) && $0 != "h" })
        else { return false }
        guard (try? CronExpression(fields.joined(separator: " "))) != nil else { return false }
        return fields[2] == "*" || fields[4] == "*"
    }

    /// Fields of a six-field expression whose seconds are 0, else those of a five-field one.
    private func fields(_ text: Substring) -> [Substring] {
        let fields = text.split { $0 == " " || $0 == "\t" }
        return fields.count == 6 && fields[0] == "0" ? Array(fields.dropFirst()) : fields
    }

    @Test func nextSlotsAreThoseOfCronos() throws {
        guard let lines = try SharedFiles.lines("samples/suites/cron/cronos_dev.tsv") else { return }
        var checked = 0
        for line in lines where line.hasPrefix("GetNextOccurrence_ReturnsCorrectDate") {
            let columns = line.split(separator: "\t")
            guard columns.count == 4, !columns[0].contains("False"), !columns[0].contains("Zone"),
                !columns[0].contains("Offset")
            else {
                continue
            }
            let fields = fields(columns[1])
            guard isShared(fields), let from = time(columns[2]), let expected = time(columns[3]) else {
                continue
            }
            let schedule = try #require(SlotSchedule(cron: fields.joined(separator: " "), zone: .utc))
            #expect(schedule.next(after: from.adding(seconds: -1)) == expected, "\(line)")
            checked += 1
        }
        #expect(checked > 100)
    }

    @Test func skippedTimesAreThoseOfCronos() throws {
        guard let lines = try SharedFiles.lines("samples/suites/cron/cronos_dev.tsv") else { return }
        var checked = 0
        for line in lines
        where line.hasPrefix("GetNextOccurrence_HandleDST_WhenTheClockJumpsForward_And_TimeZoneIsEst") {
            let columns = line.split(separator: "\t")
            let fields = fields(columns[1])
            guard isShared(fields), let from = zoned(columns[2]), let expected = zoned(columns[3]) else {
                continue
            }
            let schedule = try #require(SlotSchedule(cron: fields.joined(separator: " "), zone: Self.newYork))
            let after = columns.last == "true" ? from.adding(seconds: -1) : from
            #expect(schedule.next(after: after) == expected, "\(line)")
            checked += 1
        }
        #expect(checked > 8)
    }

    @Test func daysThatNeverComeHaveNoSlot() throws {
        guard let lines = try SharedFiles.lines("samples/suites/cron/cronos_dev.tsv") else { return }
        var checked = 0
        for line in lines
        where line.hasPrefix("GetNextOccurrence_ReturnsNull_WhenCronExpressionIsUnreachable\t") {
            let fields = fields(line.split(separator: "\t")[1])
            guard isShared(fields) else { continue }
            let schedule = try #require(SlotSchedule(cron: fields.joined(separator: " "), zone: .utc))
            #expect(schedule.next(after: Instant(milliseconds: 0)) == nil, "\(line)")
            checked += 1
        }
        #expect(checked > 4)
    }

    /// What Cronos refuses is refused here, but for a step longer than its range, which OCPS 1.0 does not forbid.
    @Test func whatCronosRefusesIsRefused() throws {
        guard let lines = try SharedFiles.lines("samples/suites/cron/cronos_dev.tsv") else { return }
        var checked = 0
        for line in lines where line.hasPrefix("Parse_ThrowsCronFormatException_WhenCronExpressionIsInvalid")
        {
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count > 3, columns[2] == "CronFormat.Standard", !columns[1].contains("/60")
            else { continue }
            #expect(throws: CronProblem.self, "\(line)") { try CronExpression(String(columns[1])) }
            checked += 1
        }
        #expect(checked > 50)
    }

    /// `17:35`, `17:35:00`, `2016-12-09 16:46`, `2016-12-09`, as UTC.
    private func time(_ text: Substring) -> Instant? {
        let parts = text.split(separator: " ")
        let hasDate = parts.first?.contains("-") == true
        let date = hasDate ? String(parts[0]) : "2017-03-22"
        var clock = parts.count > (hasDate ? 1 : 0) ? String(parts[hasDate ? 1 : 0]) : "00:00"
        if clock.utf8.count == 5 { clock += ":00" }
        return Instant(rfc3339: "\(date)T\(clock)Z")
    }

    /// `2016-03-13 01:59 -05:00`.
    private func zoned(_ text: Substring) -> Instant? {
        let parts = text.split(separator: " ")
        guard parts.count == 3 else { return nil }
        return Instant(rfc3339: "\(parts[0])T\(parts[1])\(parts[1].utf8.count == 5 ? ":00" : "")\(parts[2])")
    }
}
