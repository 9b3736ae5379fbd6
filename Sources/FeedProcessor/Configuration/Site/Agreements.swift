package import Canonical
import Diagnostics

/// When a channel looks or writes: by a cron expression, at an interval, or when pushed.
public struct Schedule: Sendable, Hashable {
    /// What starts a channel from outside.
    public enum Signal: String, Sendable, CaseIterable {
        /// Somebody puts a file.
        case push
    }

    /// What happens to slots that passed while nothing ran.
    public enum Missed: String, Sendable, CaseIterable {
        /// The last of them is made up for.
        case once
        /// Each is.
        case all
        /// None is.
        case none
    }

    /// As written; checked.
    package var cron: String?
    package var every: ConfiguredDuration?
    package var signal: Signal?
    package var calendar: String?
    /// Nil where neither the schedule nor `defaults` says: once.
    package var runMissed: Missed?
    package init() {}
}

extension Schedule: Declared {
    static let shape = Shape<Schedule>(
        "schedule", "When a channel looks or writes: by a cron expression, at an interval, or when pushed."
    ) {
        $0.notYet("on", "nothing can start a channel from outside; `run --channel` does")
        $0.notYet("run_missed", except: ["once"], "slots that passed are served once, together")
        $0.optional(
            "cron", \.cron, .cron,
            "minute, hour, day of month, month, day of week, in the channel's zone; a time that the clock skips runs at "
                + "the next minute, one that comes twice runs once", example: "\"*/10 5-22 * * *\"")
        $0.optional(
            "every", \.every, .clockDuration, "an interval; its slots are the multiples since 1970 in UTC",
            example: "10m")
        $0.optional("on", \.signal, .choice, "what starts it from outside", example: "push")
        $0.optional(
            "calendar", \.calendar, .identifier, "only on business days of this calendar",
            example: "us-banking")
        $0.optional(
            "run_missed", \.runMissed, .choice,
            "what happens to slots that passed while nothing ran; once when absent")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        let count = [cron != nil, every != nil, signal != nil].filter { $0 }.count
        if count != 1 {
            reading.refuse(
                "CONFIG.CONFLICT", at: place.location, "\(place.path) is not one schedule",
                expected: "one of cron, every and on")
        }
        if let every, every.seconds ?? 0 < 60 {
            reading.refuse(
                "CONFIG.VALUE", at: reading.locations[place.path + ".every"] ?? place.location,
                "\(place.path).every is out of range", found: every.description, expected: "1m or longer")
        }
    }
}

extension ValueKind where Value == String {
    /// A cron expression of five fields; what is wrong with one is said in its own words.
    static let cron = ValueKind(.init(name: "cron expression", example: "\"*/10 5-22 * * *\""), show: { $0 })
    {
        node, place, reading in
        guard let text = node.text else {
            reading.refuse(node, at: place, isNot: "a cron expression", like: "\"*/10 5-22 * * *\"")
            return nil
        }
        do throws(CronProblem) {
            if try CronExpression(text).isNever {
                throw CronProblem(reason: "its day never comes in its months")
            }
        } catch {
            reading.refuse(
                "CONFIG.CRON", at: node.location, "\(place.path) is not a cron expression: \(error.reason)",
                found: text,
                expected: "minute hour day month weekday, like '*/10 5-22 * * *'")
            return nil
        }
        return text
    }
}

/// The dialect of delimited text.
public struct FormatSettings: Sendable, Hashable {
    /// What ends a row.
    public enum LineEnd: String, Sendable, CaseIterable {
        /// Line feed.
        case lf
        /// Carriage return and line feed.
        case crlf
    }

    /// When a written field is quoted.
    public enum Quoting: String, Sendable, CaseIterable {
        /// When it has to be.
        case minimal
        /// Always.
        case all
    }

    package var delimiter: String?
    package var quote: String?
    package var charset: String?
    package var hasHeader: Bool?
    package var groupRowsBy: [String] = []
    package var lineEnd: LineEnd?
    package var quoting: Quoting?
    package var writesByteOrderMark: Bool?
    package init() {}
}

extension FormatSettings: Declared {
    static let shape = Shape<FormatSettings>(
        "format",
        "The dialect of delimited text. What is absent is what the map says, else comma, double quote, UTF-8."
    ) {
        $0.notYet("group_rows_by", "the map's `group_by` says which rows are one document")
        $0.notYet("line_end", "written files end their lines as the map says")
        $0.notYet("quoting", "written files quote as the map says")
        $0.notYet("bom", except: ["false"], "written files begin without a mark")
        $0.optional("delimiter", \.delimiter, .oneCharacter, "between fields", example: "\",\"")
        $0.optional("quote", \.quote, .oneCharacter, "around fields", example: "'\"'")
        $0.optional("charset", \.charset, .charset, "the character set", example: "iso-8859-1")
        $0.optional("header", \.hasHeader, .flag, "whether the first row names the columns", example: "true")
        $0.value(
            "group_rows_by", \.groupRowsBy, .list(of: .text, orSingle: true),
            "columns that make rows one document", example: "Name")
        $0.optional("line_end", \.lineEnd, .choice, "written: what ends a row", example: "lf")
        $0.optional("quoting", \.quoting, .choice, "written: when a field is quoted", example: "minimal")
        $0.optional(
            "bom", \.writesByteOrderMark, .flag, "written: whether a byte order mark comes first",
            example: "false")
    }
}

extension ValueKind where Value == String {
    /// One character; `tab` or `\t` for a tab.
    static let oneCharacter = ValueKind.scalar("character", like: "\",\"", show: { $0 == "\t" ? "tab" : $0 })
    { text in
        if text == "tab" || text == "\\t" { return "\t" }
        guard text.utf8.count == 1, let byte = text.utf8.first, byte >= 0x20 || byte == 0x09, byte < 0x7F
        else { return nil }
        return text
    }

    private static let charsets = [
        "utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "iso-8859-15", "windows-1252", "us-ascii",
    ]
    /// A character set that can be read and written, in lower case.
    static let charset = ValueKind.scalar(
        "one of " + charsets.joined(separator: ", "), like: "utf-8", show: { $0 }
    ) {
        charsets.contains($0.lowercased()) ? $0.lowercased() : nil
    }
}

/// Which document of ours an inbound one answers, and what happens when it does not fit.
public struct Correlation: Sendable, Hashable {
    /// What happens to what does not fit.
    public enum Reaction: String, Sendable, CaseIterable {
        /// A person decides.
        case hold
        /// The missing quantity is backordered.
        case backorder
        /// The missing quantity is cancelled.
        case cancel
        /// It is taken as it is.
        case accept
        /// It is refused.
        case reject
    }

    package var to = DocumentName()
    /// The element or column that names ours, and whether each of several does.
    package var by = ""
    package var isEach = false
    package var unmatched = Reaction.reject
    package var shortShip = Reaction.backorder
    package var overShip = Reaction.reject
    package var priceAbovePO = Reaction.accept
    package var threeWayMatch: ThreeWayMatch?
    package init() {}
}

extension Correlation: Declared {
    static let shape = Shape<Correlation>("correlate", "Which document of ours an inbound one answers.") {
        $0.notYet("by", "the map says where our number stands")
        $0.notYet(
            "unmatched", except: ["reject"],
            "a document that answers none of ours is refused, and can be replayed")
        $0.notYet("short_ship", except: ["backorder", "cancel"], "what was not shipped is back-ordered")
        $0.notYet(
            "over_ship", except: ["reject", "hold"],
            "a document with more than we asked for is refused, and can be replayed")
        $0.notYet("price_above_po", except: ["accept"], "a supplier's prices are not compared with ours")
        $0.notYet("three_way_match", "invoices of suppliers are not taken in")
        $0.required("to", \.to, .documentName, "the document that it answers", example: "x12/940")
        $0.value(
            "by", \.by, .text, "the element or column that names ours; `each PRF01` where there are several",
            example: "W0602")
        $0.value("unmatched", \.unmatched, .choice, "what happens when ours is not found")
        $0.value("short_ship", \.shortShip, .choice, "what happens when less was shipped")
        $0.value("over_ship", \.overShip, .choice, "what happens when more was shipped")
        $0.value(
            "price_above_po", \.priceAbovePO, .choice,
            "what happens when a supplier asks for more than ordered at")
        $0.optional(
            "three_way_match", \.threeWayMatch, .section, "how an invoice is matched with order and receipt")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        guard by.hasPrefix("each ") else { return }
        isEach = true
        by = String(by.dropFirst(5))
    }
}

/// How far an invoice may be from order and receipt.
public struct ThreeWayMatch: Sendable, Hashable {
    package var priceTolerance = ScaledDecimal.zero
    package var quantityTolerance = ScaledDecimal.zero
    package init() {}
}

extension ThreeWayMatch: Declared {
    static let shape = Shape<ThreeWayMatch>(
        "three way match", "How far an invoice may be from order and receipt."
    ) {
        $0.value("price_tolerance", \.priceTolerance, .ratio, "part of the ordered price", example: "0.01")
        $0.value("quantity_tolerance", \.quantityTolerance, .ratio, "part of the received quantity")
    }
}

/// Holds a feed that would change too much.
public struct FeedGuard: Sendable, Hashable {
    /// What happens to it.
    public enum Action: String, Sendable, CaseIterable {
        /// A person decides.
        case hold
        /// It goes on, with a warning.
        case warn
        /// It is dropped.
        case reject
    }

    package var maxFallToZero: ScaledDecimal?
    package var maxChange: ScaledDecimal?
    package var minRows: Int?
    package var action = Action.hold
    package init() {}
}

extension FeedGuard: Declared {
    static let shape = Shape<FeedGuard>("guard", "Holds a feed that would change too much.") {
        $0.notYet("max_change", "only `max_fall_to_zero` and `min_rows` are looked at")
        $0.optional(
            "max_fall_to_zero", \.maxFallToZero, .ratio, "part of the items that fall to zero",
            example: "0.30")
        $0.optional("max_change", \.maxChange, .ratio, "part of the units that change", example: "0.50")
        $0.optional("min_rows", \.minRows, .count(), "the fewest rows", example: "50")
        $0.value("action", \.action, .choice, "what happens to it")
    }
}

/// A deviation that is taken, with a reason and an end.
public struct Leniency: Sendable, Hashable {
    /// What happens to it.
    public enum Action: String, Sendable, CaseIterable {
        /// Taken, with a warning.
        case warn
        /// Taken.
        case accept
    }

    package var path = ""
    package var rule = ""
    package var action = Action.warn
    package var reason = ""
    /// The last day.
    package var until: CalendarDate?
    package init() {}
}

extension Leniency: Declared {
    static let shape = Shape<Leniency>("leniency", "A deviation that is taken, with a reason and an end.") {
        $0.required("path", \.path, .text, "the element or segment", example: "\"N1/N104\"")
        $0.required("rule", \.rule, .identifier, "which of its rules", example: "length")
        $0.value("action", \.action, .choice, "what happens to it")
        $0.required(
            "reason", \.reason, .text, "why, for the next reader", example: "\"sends 15-char store numbers\"")
        $0.optional("until", \.until, .date, "the last day that it is taken", example: "2027-01-31")
    }
}

/// What should come, and by when.
public struct FileExpectation: Sendable, Hashable {
    package var files = 1
    package var by = TimeOfDay("00:00")
    package var calendar: String?
    package var severity = AlertMatch.Level.warning
    package init() {}
}

extension FileExpectation: Declared {
    static let shape = Shape<FileExpectation>("expect", "What should come, and by when.") {
        $0.value("files", \.files, .count(1...10_000), "how many files on a day")
        $0.required("by", \.by, ValueKind<TimeOfDay?>.someTimeOfDay, "the time of day", example: "\"07:30\"")
        $0.optional(
            "calendar", \.calendar, .identifier, "on business days of this calendar; else the partner's",
            example: "every-day")
        $0.value("severity", \.severity, .choice, "how urgent it is when none came")
    }
}

extension ValueKind where Value == TimeOfDay? {
    /// A time of day into a property that is nil only before it is read.
    static let someTimeOfDay = ValueKind(ValueKind<TimeOfDay>.timeOfDay.outline, show: { $0?.description }) {
        node, place, reading in
        ValueKind<TimeOfDay>.timeOfDay.read(node, place, &reading).map { $0 }
    }
}

/// A business answer that one side owes the other.
public struct ResponseDue: Sendable, Hashable {
    /// A date of the order before which the answer is due.
    public enum Moment: String, Sendable, CaseIterable {
        /// When the goods are to arrive.
        case plannedArrival = "planned_arrival"
        /// When the goods are to leave.
        case requiredShipDate = "required_ship_date"
    }

    /// Whether several answers may come.
    public enum Partial: String, Sendable, CaseIterable {
        /// They may.
        case allowed
        /// They may not.
        case refused
    }

    package var place = ConfigurationPlace()
    package var document = DocumentName()
    package var within: ConfiguredDuration?
    package var before: Moment?
    /// How long before the moment.
    package var by: ConfiguredDuration?
    package var severity = AlertMatch.Level.warning
    package var onOverdue: [OverdueAction] = [.alert]
    package var partial = Partial.allowed
    package init() {}
}

extension ResponseDue: Declared {
    static let shape = Shape<ResponseDue>("response", "A business answer that one side owes the other.") {
        $0.notYet("before", "only `within` makes a deadline")
        $0.notYet("by", "only `within` makes a deadline")
        $0.notYet("on_overdue", except: ["alert"], "what is overdue stands in `status` and `failures`")
        $0.notYet("partial", except: ["allowed"], "the first answer ends the wait")
        $0.required("document", \.document, .documentName, "the answer", example: "x12/855")
        $0.optional(
            "within", \.within, .duration, "how soon; business days by the partner's calendar", example: "24h"
        )
        $0.optional(
            "before", \.before, .choice, "a date of the order that it must precede",
            example: "planned_arrival")
        $0.optional("by", \.by, .duration, "how long before that date", example: "4h")
        $0.value("severity", \.severity, .choice, "how urgent it is when missed")
        $0.value("on_overdue", \.onOverdue, .list(of: .choice, orSingle: true), "what happens when missed")
        $0.value("partial", \.partial, .choice, "whether several answers may come")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        self.place = place
        guard (within == nil) == (before == nil) || (by != nil && before == nil) else { return }
        reading.refuse(
            "CONFIG.CONFLICT", at: place.location, "\(place.path) is not one deadline",
            expected: "within, or before and by")
    }
}
