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
            if isJSON { say(exitEvent(0)) }
        } catch {
            end(with: error)
        }
    }

    /// Whether programs read along: then errors are objects as well, and the last line on stderr says how it ended.
    private static var isJSON: Bool { CommandLine.arguments.dropFirst().contains("--json") }

    private static func exitEvent(_ status: Int32) -> String {
        "{\"type\":\"exit\",\"status\":\(status)}"
    }

    private static func end(with error: any Error) -> Never {
        if let failure = CommandFailure(error) {
            say(isJSON ? failure.json : failure.text)
            if isJSON { say(exitEvent(failure.status.rawValue)) }
            exit(withError: failure.status.code)
        }
        if isJSON, let code = error as? ExitCode {
            say(exitEvent(code.rawValue))
            exit(withError: code)
        }
        if isJSON, exitCode(for: error) != .success {
            let usage = Diagnostic(
                "USAGE", .error, message(for: error), remedy: "see crossdock --help", move: .ours)
            say(DiagnosticRenderer.json(usage, move: .ours))
            say(exitEvent(exitCode(for: error).rawValue))
            exit(withError: exitCode(for: error))
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
