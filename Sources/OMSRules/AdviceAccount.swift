import Canonical

/// What an advice as a whole says about units that it does not name.
enum AdvicePurpose {
    /// The warehouse's last word: what it does not ship now it will not ship.
    case final
    /// More will follow, whatever its lines say about what is missing.
    case partial
    /// The lines say it; what they do not speak of is still to come.
    case byLine

    /// Reads our words, and the codes of X12 where a map keeps them.
    ///
    /// - Source: X12 004010 data element 514 (reporting code): F is full detail. P for partial is a habit of warehouses.
    init(_ text: String?) {
        switch text {
        case "final", "F": self = .final
        case "partial", "P": self = .partial
        default: self = .byLine
        }
    }
}

/// What becomes of the units of a line that an advice does not ship.
enum AdviceRest: Equatable {
    /// They are still to come.
    case open
    /// They will not come: all of them, or so many.
    case short, units(Int64)
    /// They will not come, and the warehouse does not expect anybody to wait for them.
    case cancelled

    /// Reads what a line says.
    ///
    /// - Parameter difference: units that the line says are missing.
    init(status: String?, difference: Int64, _ purpose: AdvicePurpose) {
        switch status {
        case "partial": self = .open
        case "backordered", "short": self = .short
        case "cancelled", "remainderCancelled": self = .cancelled
        case "complete": self = purpose == .partial ? .open : .short
        default:
            if purpose == .final {
                self = .short
            } else {
                // A difference beside a status that we do not know is arithmetic, not a word.
                self = status == nil && difference > 0 ? .units(difference) : .open
            }
        }
    }
}

/// One line of an advice after its article was found.
struct AdviceLine {
    var item: ItemID
    var sku: String
    var units: Int64
    var lineNumber: String?
    var carton: ShippedCarton?
    var rest: AdviceRest
    var source: SourceRange
}

/// Units of an allocation, by its position, that will not come.
struct AdviceShort {
    var index: Int
    var units: Int64
    var isCancelled: Bool
}

/// An advice set against its shipping order: what leaves, what will not come, what is still to come.
struct AdviceAccount {
    private(set) var lines: [ShippedLine] = []
    private(set) var shorts: [AdviceShort] = []
    /// The first line with more than was open, and what was.
    private(set) var over: (line: AdviceLine, open: Int64)?
    /// Units that the warehouse still has to ship after this advice.
    private(set) var unitsLeft: Int64 = 0
    /// Whether words of the advice, not differences that it counts, end something that was open before.
    private(set) var closesByWord = false

    private let allocations: [AllocationRow]
    private let itemByLine: [LineID: ItemID]
    private var left: [Int64]
    private let byItem: [ItemID: [Int]]
    private let numbers: [LineID: String]

    init(
        _ told: [AdviceLine], _ purpose: AdvicePurpose, _ known: FulfilmentStateFacts, _ order: OrderState
    ) {
        allocations = known.allocations.map(\.row)
        itemByLine = Dictionary(known.allocations.map { ($0.row.line, $0.row.item) }) { first, _ in first }
        left = known.allocations.map { $0.row.quantity - $0.shipped - $0.short }
        byItem = Dictionary(grouping: known.allocations.indices) { known.allocations[$0].row.item }
        numbers = Dictionary(order.lines.map { ($0.row.id, $0.row.lineNumber) }) { first, _ in first }
        let before = left
        for line in told where line.units > 0 {
            ship(line)
            if over != nil { return }
        }
        close(told, purpose)
        unitsLeft = left.reduce(0, +)
        closesByWord = shorts.contains { before[$0.index] > 0 && !counted.contains($0.index) }
    }

    /// Positions whose end was told as a difference.
    private var counted: Set<Int> = []

    func item(of line: LineID) -> ItemID? { itemByLine[line] }

    /// The order lines behind a line of the advice: those of its article with its number.
    private func numbered(_ line: AdviceLine) -> [Int] {
        guard let number = line.lineNumber else { return [] }
        return (byItem[line.item] ?? []).filter { numbers[allocations[$0].line] == number }
    }

    /// Finds the order line behind each line of the advice: by number and article, else the first of the article with
    /// units left.
    private mutating func ship(_ line: AdviceLine) {
        let candidates = byItem[line.item] ?? []
        let open = candidates.reduce(Int64(0)) { $0 + left[$1] }
        guard line.units <= open else {
            over = (line, open)
            return
        }
        var rest = line.units
        for index in numbered(line) + candidates where rest > 0 && left[index] > 0 {
            let units = min(rest, left[index])
            left[index] -= units
            rest -= units
            lines.append(ShippedLine(units: units, carton: line.carton, line: allocations[index].line))
        }
    }

    /// Ends what the advice says will not come. It is looked at after everything that left: one line may be told in
    /// several cartons.
    private mutating func close(_ told: [AdviceLine], _ purpose: AdvicePurpose) {
        for line in told where line.rest != .open {
            let own = numbered(line)
            var most = Int64.max
            if case .units(let units) = line.rest { most = units }
            for index in own.isEmpty ? byItem[line.item] ?? [] : own where left[index] > 0 && most > 0 {
                let units = min(most, left[index])
                if most != .max {
                    most -= units
                    counted.insert(index)
                }
                end(index, units, isCancelled: line.rest == .cancelled)
            }
        }
        // An advice that speaks of more to come is not the last word on what it does not name.
        guard purpose == .final, !told.contains(where: { $0.rest == .open }) else { return }
        for index in left.indices where left[index] > 0 { end(index, left[index], isCancelled: false) }
    }

    private mutating func end(_ index: Int, _ units: Int64, isCancelled: Bool) {
        left[index] -= units
        shorts.append(AdviceShort(index: index, units: units, isCancelled: isCancelled))
    }
}
