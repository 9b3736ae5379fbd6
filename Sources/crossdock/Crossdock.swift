import ArgumentParser
import Diagnostics
import Environment
import FeedProcessor

/// The program: a thin skin of commands over FeedProcessor.
@main
struct Crossdock: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crossdock",
        abstract: "Fetch partner files, decide orders, deliver what follows.",
        discussion: """
            Start here: crossdock doctor && crossdock plan

            EXIT STATUS
              0 done   3 partial: see failures   64 wrong usage   65 data refused   66 file cannot be read
              69 partner or ledger not reachable   70 our bug   73 cannot write   74 ledger damaged   75 try again
              77 credentials refused   78 configuration or schema wrong
            """,
        version: Release.version,
        groupedSubcommands: [
            CommandGroup(
                name: "Everyday",
                subcommands: [RunCommand.self, PlanCommand.self, StatusCommand.self, FailuresCommand.self]),
            CommandGroup(
                name: "Look", subcommands: [ShowCommand.self, ExplainCommand.self, DumpCommand.self]),
            CommandGroup(name: "Act", subcommands: [ReplayCommand.self]),
            CommandGroup(
                name: "Partner files", subcommands: [CheckCommand.self, ConvertCommand.self, AckCommand.self]),
            CommandGroup(
                name: "Run the house",
                subcommands: [
                    ConfigCommand.self, DoctorCommand.self, MigrateCommand.self, VerifyCommand.self,
                    FaultPointsCommand.self,
                ]),
        ])

    /// Parses and runs, so that whatever goes wrong ends in one sentence and the right exit code.
    static func main() {
        Termination.ignoreBrokenPipes()
        do {
            if try FaultPlan.armFromEnvironment() {
                say("warning: CROSSDOCK_FAULT is ignored without CROSSDOCK_TESTING=1")
            }
            if FaultPlan.isActive { say("FAULT INJECTION ON") }
            var command = try parseAsRoot()
            try command.run()
        } catch {
            end(with: error)
        }
    }

    private static func end(with error: any Error) -> Never {
        if let failure = CommandFailure(error) {
            say(failure.text)
            exit(withError: failure.status.code)
        }
        if let suggestion = UnknownCommand.suggestion(CommandLine.arguments, error, known: knownCommands) {
            say(suggestion)
            exit(withError: ExitStatus.usage.code)
        }
        exit(withError: error)
    }

    private static var knownCommands: [String] {
        configuration.groupedSubcommands.flatMap(\.subcommands).map { $0.configuration.commandName ?? "" }
    }
}

/// What is released.
enum Release {
    static let version = "0.1.0"
}
