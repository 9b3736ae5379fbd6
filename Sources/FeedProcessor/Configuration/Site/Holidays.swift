package import Canonical
import Diagnostics

/// Days that are no business days.
public struct Holidays: Sendable, Hashable {
    /// In ascending order.
    package var dates: [CalendarDate] = []
    /// The file they were read from, if they stand in one.
    package var file: String?
    package init() {}
}

extension ValueKind where Value == Holidays {
    /// A list of dates, or a file of them. The file is read by the loader, which has the files.
    static let holidays = ValueKind(
        .init(name: "list of date, or { file: PATH }", example: "[ 2025-11-27, 2025-12-25 ]"),
        show: { holidays in
            holidays.file.map { "file:\($0)" }
                ?? "[\(holidays.dates.map(\.description).joined(separator: ", "))]"
        }
    ) { node, place, reading in
        var holidays = Holidays()
        if case .mapping(let entries) = node.content {
            reading.refuseUnknown(entries, place, ["file"])
            guard let path = node["file"]?.text else {
                reading.refuse(
                    node, at: place, isNot: "a list or a file", like: "{ file: calendars/us-federal.txt }")
                return nil
            }
            holidays.file = reading.resolved(path, near: node.location)
            return holidays
        }
        guard let dates = ValueKind<[CalendarDate]>.list(of: .date).read(node, place, &reading) else {
            return nil
        }
        holidays.dates = Array(Set(dates)).sorted()
        return holidays
    }
}

extension ValueKind where Value == String {
    /// Digits only, as many as the range says.
    static func digits(_ count: ClosedRange<Int>) -> ValueKind {
        scalar("digits", like: String(repeating: "1", count: count.lowerBound), show: { $0 }) { text in
            count.contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
                ? text : nil
        }
    }

    /// Printable ASCII without a blank at either end, as X12 ids are.
    static func x12Text(_ count: ClosedRange<Int>) -> ValueKind {
        let length =
            count.lowerBound == count.upperBound
            ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
        let rule = "\(length) printable characters"
        return scalar(rule, like: "NORTHWIND", show: { $0 }) { text in
            let isPrintable = text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
            return isPrintable && count.contains(text.utf8.count) && !text.hasPrefix(" ")
                && !text.hasSuffix(" ")
                ? text : nil
        }
    }
}
