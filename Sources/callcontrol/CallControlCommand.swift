import ArgumentParser
import CallControl

/// The program (article Configuration; `callcontrol --help`).
@main
struct CallControlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callcontrol",
        abstract: "Starts, pauses and stops call recordings for T-Clients, and tells them what is really recorded.",
        discussion: """
            Try `callcontrol demo` first: it needs no configuration and shows the whole of it in ten seconds.

            Exit status: 0 done, 1 what was asked for failed, 64 wrong usage or an unsound configuration, 70 a fault of \
            the program.
            """,
        version: EngineConfiguration.packageVersion,
        subcommands: [
            ServeCommand.self, CheckCommand.self, OptionsCommand.self, DemoCommand.self, MonitorCommand.self,
            RecordCommand.self,
            CallCommand.self, AgentCommand.self, RecordingsCommand.self, SessionsCommand.self,
            ArticlesCommand.self,
        ])
}
