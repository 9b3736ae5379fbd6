import ArgumentParser
import Diagnostics
import Environment
import FeedProcessor

/// `crossdock config`: check and explain the configuration.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Checks and explains the configuration.",
        subcommands: [Check.self, Explain.self, Reference.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Reads the configuration and everything it names.",
            discussion: """
                Warnings name keys that are read and not obeyed yet, and what happens instead.
                EXIT STATUS: 0 sound, warnings or not; 78 not.
                """)

        @OptionGroup var site: SiteOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let checked = ConfigurationCheck.run(site.configPath)
            var out = Output()
            for finding in checked.findings {
                if output.json {
                    out.line(DiagnosticRenderer.json(finding, move: .ours))
                } else {
                    out.line(
                        DiagnosticRenderer.text(finding, excerpt: checked.excerpt(of: finding)).trimmedLineEnd
                    )
                }
            }
            let errors = checked.findings.count { $0.severity == .error }
            if output.json {
                out.line(
                    JSONLine([
                        ("type", .text("config.checked")), ("file", .text(site.configPath)),
                        ("channels", .number(checked.channelCount)),
                        ("partners", .number(checked.partnerCount)), ("errors", .number(errors)),
                        ("warnings", .number(checked.findings.count - errors)),
                    ]).text)
            } else {
                out.line(
                    "\(site.configPath): \(checked.channelCount) channels, \(checked.partnerCount) partners, "
                        + "\(errors) errors, \(checked.findings.count - errors) warnings")
            }
            out.flush()
            if errors > 0 { throw ExitStatus.configuration.code }
        }
    }

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain", abstract: "Prints the values in force and where each comes from.",
            discussion: """
                crossdock config explain partners.harbor-mart.inbound
                crossdock config explain harbor-mart-850

                EXIT STATUS: 0; 64 for what is neither a path nor a channel; 78 the configuration is not sound.
                """)

        @OptionGroup var site: SiteOptions
        @OptionGroup var output: OutputOptions
        @Argument(help: "A path, or the id of a channel; everything when absent.") var path = ""

        func run() throws {
            let checked = ConfigurationCheck.run(site.configPath)
            var out = Output()
            for value in try checked.effective(path) {
                out.line(
                    output.json
                        ? JSONLine([
                            ("path", .text(value.path)), ("value", .text(value.text)),
                            ("origin", .text(value.origin)),
                        ]).text : "\(value.path) = \(value.text)   \(value.origin)")
            }
            out.flush()
            if checked.findings.contains(where: { $0.severity == .error }) {
                throw ExitStatus.configuration.code
            }
        }
    }

    struct Reference: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reference", abstract: "Prints a generated reference page.", shouldDisplay: false)

        @Argument(help: "configuration, codes or maps") var page: String

        func run() throws {
            guard let text = ReferencePages.page(page) else { throw ValidationError("no page '\(page)'") }
            var out = Output()
            out.line(text.trimmedLineEnd)
            out.flush()
        }
    }
}
