import ArgumentParser
import TLibrary
import TLibraryClient

struct MonitorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "Registers DNs and prints their events as they come.",
        discussion: """
            Each line says when (UTC), which event, on which DN, of which call, and what it says; a line of its own shows \
            the recording lamp when it changes. When the connection is lost it says so, shows each lamp as unknown, comes \
            back as soon as it can and goes on with its session: nothing is missed, and the lamps are shown again. Where \
            the server has let the session go it says so too, clears the lamps, and registers again; what was missed then \
            shows in the calls that are on the DN. Ends with Ctrl-C, or where nobody reads what it prints.
            """)

    @OptionGroup var client: ClientArguments

    @Option(name: .long, parsing: .upToNextOption, help: "The DNs to watch, one or more.")
    var dn: [DirectoryNumber]

    func validate() throws {
        guard !dn.isEmpty else { throw ValidationError("Give at least one --dn.") }
    }

    func run() async throws {
        let monitor = try Monitor(client, dns: dn)
        do {
            try await SignalService.run(logger: monitor.logger) { try await monitor.run() }
        } catch let error as TLibraryClientError {
            try Failure.report(error, json: client.json)
            throw ExitCode(1)
        }
    }
}
