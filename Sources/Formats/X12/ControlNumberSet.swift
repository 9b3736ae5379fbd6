/// Which control numbers have been seen in a group, for any number of sets.
///
/// Nearly everyone counts upwards, so runs of numbers are kept as ranges: a million sets take 16 bytes. What does not
/// fit a run costs about 40 bytes each.
struct ControlNumberSet {
    private var runs: [ClosedRange<Int>] = []
    private var others: Set<[UInt8]> = []

    /// Adds a control number as written; false where it was there already.
    mutating func insert(_ control: [UInt8]) -> Bool {
        // A group of more sets is refused as a whole; what is kept of it need not grow.
        if count >= X12Limits.setsPerGroupMax { return true }
        count += 1
        // Numbers with and without leading zeros differ (ST02 is text), so that only one length is kept in runs.
        guard control.count == length || runs.isEmpty, let number = X12Number.digits(control) else {
            return others.insert(control).inserted
        }
        length = control.count
        guard let last = runs.last else {
            runs = [number...number]
            return true
        }
        if number == last.upperBound + 1 {
            runs[runs.count - 1] = last.lowerBound...number
            return true
        }
        if number > last.upperBound {
            runs.append(number...number)
            return true
        }
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        if runs[low].contains(number) { return false }
        return others.insert(control).inserted
    }

    private var length = 0
    private var count = 0

    mutating func removeAll() {
        runs.removeAll(keepingCapacity: true)
        others.removeAll(keepingCapacity: true)
        length = 0
        count = 0
    }
}
