import Environment
import Glibc

/// What stdout and stderr are connected to, and how to talk to them.
struct Terminal {
    enum ColorChoice: String, CaseIterable { case auto, always, never }

    let isOutputTerminal: Bool
    let isErrorTerminal: Bool
    let usesColor: Bool
    let usesUnicode: Bool
    let width: Int

    /// Precedence: `--color`, `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR=0` or `TERM=dumb`, terminal or not.
    init(color: ColorChoice = .auto) {
        isOutputTerminal = isatty(STDOUT_FILENO) == 1
        isErrorTerminal = isatty(STDERR_FILENO) == 1
        func isSet(_ name: String) -> Bool { !(readEnvironment(name) ?? "").isEmpty }
        switch color {
        case .always: usesColor = true
        case .never: usesColor = false
        case .auto:
            if isSet("NO_COLOR") {
                usesColor = false
            } else if isSet("CLICOLOR_FORCE") {
                usesColor = true
            } else {
                let isRefused = readEnvironment("CLICOLOR") == "0" || readEnvironment("TERM") == "dumb"
                usesColor = isOutputTerminal && !isRefused
            }
        }
        let locale = readEnvironment("LC_ALL") ?? readEnvironment("LC_CTYPE") ?? readEnvironment("LANG") ?? ""
        usesUnicode = locale.uppercased().contains("UTF-8") || locale.uppercased().contains("UTF8")
        var size = winsize()
        let answered = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        width = answered ? Int(size.ws_col) : 80
    }

    enum Style: String { case red = "31", yellow = "33", green = "32", bold = "1", dim = "2" }

    func styled(_ text: String, _ style: Style) -> String {
        usesColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// `✗` or `!`, so that colour is never the only sign.
    func mark(_ isError: Bool) -> String {
        isError ? styled(usesUnicode ? "✗" : "x", .red) : styled("!", .yellow)
    }
}

/// Writes results to stdout in large pieces; a reader that went away (`| head`) ends the program quietly.
struct Output {
    private var pending: [UInt8] = []

    mutating func line(_ text: String = "") {
        pending.append(contentsOf: text.utf8)
        pending.append(0x0A)
        if pending.count > 1 << 16 { flush() }
    }

    mutating func bytes(_ bytes: [UInt8]) {
        pending.append(contentsOf: bytes)
        if pending.count > 1 << 16 { flush() }
    }

    /// - Note: SIGPIPE is ignored by the program; a broken pipe then ends it with 0, as ripgrep does.
    mutating func flush() {
        var offset = 0
        while offset < pending.count {
            let written = pending.withUnsafeBytes { bytes in
                write(STDOUT_FILENO, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            }
            if written > 0 {
                offset += written
            } else if errno == EPIPE {
                exit(0)
            } else if errno != EINTR {
                break
            }
        }
        pending.removeAll(keepingCapacity: true)
    }
}

/// Says something to the person at stderr.
func say(_ text: String) {
    var bytes = Array(text.utf8)
    bytes.append(0x0A)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// The same without a line end.
func sayRaw(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
