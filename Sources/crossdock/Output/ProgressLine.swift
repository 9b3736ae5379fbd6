import Environment
import FeedProcessor

/// One line on stderr, redrawn while a run works: only on a terminal, only after 400 ms.
final class ProgressLine {
    private let isShown: Bool
    private let clock = SystemClock()
    private let started: UInt64
    private var isDrawn = false

    private static let patienceNanoseconds: UInt64 = 400_000_000

    init(_ terminal: Terminal, isJSON: Bool) {
        isShown = terminal.isErrorTerminal && !isJSON
        started = clock.monotonicNanoseconds()
    }

    func show(_ report: RunReport) {
        let elapsed = clock.monotonicNanoseconds() - started
        guard isShown, elapsed > Self.patienceNanoseconds else { return }
        let seconds = Int(elapsed / 1_000_000_000)
        write(
            "\r\u{1B}[K[\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)] \(report.appliedDrops.count) drops"
                + "  \(report.tally.orders) orders  \(report.tally.refused) refused  \(report.rendered.count) documents"
        )
        isDrawn = true
    }

    func clear() { if isDrawn { write("\r\u{1B}[K") } }

    private func write(_ text: String) { sayRaw(text) }
}
