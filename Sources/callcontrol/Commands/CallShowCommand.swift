import ArgumentParser
import TLibrary

struct CallShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a call of a running server from inside: parties, recordings, and what happened to them last.",
        discussion: """
            Of a recording it says what is confirmed and why, what is wanted, how far it is between the two, and where. \
            Times are in UTC. The server must have been started with --metrics, or with the option server.metrics. \
            Exit status 1 where it has no such call.
            """)

    @Argument(help: ArgumentHelp("The call: its ConnID in hex, as `monitor` shows it.", valueName: "connid"))
    var call: ConnectionID

    @OptionGroup var arguments: MetricsArguments

    func run() async throws {
        try await arguments.ask { [call, arguments] client in
            let shown = try arguments.show(try await client.get("/calls/\(call)"), as: ShownCall.self)
            guard !arguments.json, let shown else { return }
            for line in CallTable.lines(shown) { try Console.standard.line(line) }
        }
    }
}
