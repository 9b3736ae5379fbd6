import ArgumentParser
import Diagnostics
import Environment
import FeedProcessor

/// Where the site is: shared by every command that works on one.
struct SiteOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The configuration. [env CROSSDOCK_CONFIG]", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Folder of the ledger and of staged and frozen bytes. [env CROSSDOCK_STATE]", valueName: "folder")
    )
    var state: String?

    var configPath: String { config ?? readEnvironment("CROSSDOCK_CONFIG") ?? "config/channels.yaml" }
    var statePath: String { state ?? readEnvironment("CROSSDOCK_STATE") ?? "var" }

    func open() throws -> Site { try Site.open(config: configPath, state: statePath) }
}

/// How results are printed.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Prints JSON: one document for questions, one object a line for acts.")
    var json = false

    @Option(help: "Colours: auto, always or never.")
    var color: Terminal.ColorChoice = .auto
}

extension Terminal.ColorChoice: ExpressibleByArgument {}
