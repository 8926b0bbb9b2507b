import ArgumentParser
import TLibrary
import TLibraryClient

struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Starts, pauses, resumes or stops the recording of a call.",
        discussion: """
            Each waits for the outcome, which says what the media server confirmed, and not just for the server's \
            receipt. Exit status 0 when it is done, 1 when it was refused, failed, or was overtaken by another request.
            """,
        subcommands: [Start.self, Pause.self, Resume.self, Stop.self])

    /// Whose recording of which call.
    struct RecordingOptions: ParsableArguments {
        @OptionGroup var client: ClientArguments

        @Option(help: "The DN on whose behalf to ask. It need not be a party of the call.")
        var dn: DirectoryNumber

        @Option(help: ArgumentHelp("The call: its ConnID in hex, as `monitor` shows it.", valueName: "connid"))
        var call: ConnectionID

        @Option(help: "The recording's identifier.")
        var id: String?

        /// Asks under a registration of the DN, and says what came of it.
        func ask(
            _ verb: String, _ body: (TLibraryClient) async throws(TLibraryClientError) -> RecordingOutcome
        ) async throws {
            try await client.ask { session in
                try await session.register(dn)
                let outcome = try await body(session)
                try show(outcome, of: verb)
                guard outcome.isDone else { throw ExitCode(1) }
            }
        }

        private func show(_ outcome: RecordingOutcome, of verb: String) throws {
            guard !client.json else { return try Console.standard.line(JSON(outcome.event).text) }
            let id = outcome.id.map { " \($0.printable)" } ?? ""
            let reason = outcome.reason.map { ": \($0.printable)" } ?? ""
            try Console.standard.line(
                "\(verb) \(outcome.result.printable)\(reason); recording\(id) is \(outcome.state.printable)")
        }
    }

    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Starts a recording.")

        @OptionGroup var target: RecordingOptions

        @Option(help: "Whose leg: source, the party on the DN, or destination, the other party. Default: source.")
        var side: RecordingSide?

        func run() async throws {
            try await target.ask("start") { session throws(TLibraryClientError) in
                try await session.startRecording(target.call, at: target.dn, side: side, id: target.id)
            }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pauses the call's recordings, or the one that --id names.")

        @OptionGroup var target: RecordingOptions

        @Option(help: ArgumentHelp("Longest pause in seconds, 1 to 86400.", valueName: "seconds"))
        var maxPause: Int32?

        func validate() throws {
            guard (1...86_400).contains(maxPause ?? 1) else {
                throw ValidationError("--max-pause must be from 1 to 86400 seconds.")
            }
        }

        func run() async throws {
            try await target.ask("pause") { session throws(TLibraryClientError) in
                try await session.pauseRecording(target.call, at: target.dn, id: target.id, longest: maxPause)
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Resumes the call's paused recordings, or the one that --id names.")

        @OptionGroup var target: RecordingOptions

        func run() async throws {
            try await target.ask("resume") { session throws(TLibraryClientError) in
                try await session.resumeRecording(target.call, at: target.dn, id: target.id)
            }
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stops the call's recordings, or the one that --id names.")

        @OptionGroup var target: RecordingOptions

        func run() async throws {
            try await target.ask("stop") { session throws(TLibraryClientError) in
                try await session.stopRecording(target.call, at: target.dn, id: target.id)
            }
        }
    }
}
