import ArgumentParser
import TLibrary
import TLibraryClient

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Places a call, moves it, ends it, or shows it.",
        discussion: """
            Each but `show` sends one request, prints the event that answers it, and leaves the call as it then is. \
            Exit status 0 when the server did it, 1 when it refused.
            """,
        subcommands: [
            Make.self, Predict.self, Answer.self, Release.self, Clear.self, Hold.self, Retrieve.self, Route.self,
            Redirect.self, Transfer.self, Conference.self, Remove.self, Alternate.self, Reconnect.self, Merge.self,
            CallShowCommand.self,
        ])

    /// Who asks.
    struct DNOptions: ParsableArguments {
        @OptionGroup var client: ClientArguments

        @Option(help: "The DN on whose behalf to ask.")
        var dn: DirectoryNumber

        /// Asks under a registration of the DN, and prints the answer.
        func ask(_ body: (TLibraryClient) async throws(TLibraryClientError) -> Event) async throws {
            try await client.ask { session in
                try await session.register(dn)
                try show(try await body(session))
            }
        }

        fileprivate func show(_ event: Event) throws {
            try Console.standard.line(client.json ? JSON(event).text : EventLine(event: event).text())
        }
    }

    /// A call that is there already.
    struct CallOptions: ParsableArguments {
        @OptionGroup var asker: DNOptions

        @Option(help: ArgumentHelp("The call: its ConnID in hex, as `monitor` shows it.", valueName: "connid"))
        var call: ConnectionID

        /// Asks for something of the call at the DN, and prints the answer.
        func ask(
            _ body: (TLibraryClient, ConnectionID, DirectoryNumber) async throws(TLibraryClientError) -> Event
        ) async throws {
            try await asker.ask { session throws(TLibraryClientError) in try await body(session, call, asker.dn) }
        }

        /// Asks for a consultation call. Prints the answer, and then EventDialing, which names the new call.
        func consult(
            _ body: (TLibraryClient, ConnectionID, DirectoryNumber) async throws(TLibraryClientError) -> Event
        ) async throws {
            try await asker.client.ask { session in
                try await session.register(asker.dn)
                try asker.show(try await body(session, call, asker.dn))
                if let dialing = try await consultation(in: session) { try asker.show(dialing) }
            }
        }

        /// A switch takes its time to dial, but not for ever.
        private static let patience = Duration.seconds(10)

        private func consultation(in session: TLibraryClient) async throws -> Event? {
            let (call, dn) = (call, asker.dn)
            return try await withThrowingTaskGroup(of: Event?.self) { group in
                group.addTask {
                    for try await event in session.events where event.begins(consultationOf: call, at: dn) {
                        return event
                    }
                    return nil
                }
                group.addTask {
                    try? await Task.sleep(for: Self.patience)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        }
    }

    struct Make: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Places a call. From a trunk it is an inbound one.",
            discussion: "Prints EventDialing with the new call's ConnID.")

        @OptionGroup var asker: DNOptions

        @Option(help: "The DN to call.")
        var to: DirectoryNumber

        @Option(help: "The calling number of an inbound call.")
        var ani: String?

        @Option(help: "The number that an inbound call was made to.")
        var dnis: String?

        func run() async throws {
            var extensions: KeyValueList = [:]
            if let ani { extensions.append("ani", .string(ani)) }
            if let dnis { extensions.append("dnis", .string(dnis)) }
            try await asker.ask { session throws(TLibraryClientError) in
                try await session.makeCall(from: asker.dn, to: to, extensions: extensions)
            }
        }
    }

    struct Answer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Answers a call that rings on the DN.")

        @OptionGroup var target: CallOptions

        func run() async throws {
            try await target.ask { session, call, dn throws(TLibraryClientError) in
                try await session.answer(call, at: dn)
            }
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Takes the DN's party out of the call.")

        @OptionGroup var target: CallOptions

        func run() async throws {
            try await target.ask { session, call, dn throws(TLibraryClientError) in
                try await session.release(call, at: dn)
            }
        }
    }

    struct Hold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Holds the call. Its recording goes on.")

        @OptionGroup var target: CallOptions

        func run() async throws {
            try await target.ask { session, call, dn throws(TLibraryClientError) in
                try await session.hold(call, at: dn)
            }
        }
    }

    struct Retrieve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Takes the call back from hold.")

        @OptionGroup var target: CallOptions

        func run() async throws {
            try await target.ask { session, call, dn throws(TLibraryClientError) in
                try await session.retrieve(call, at: dn)
            }
        }
    }

    struct Route: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends a call on from the routing point that the DN is.")

        @OptionGroup var target: CallOptions

        @Option(help: "The DN to send it to.")
        var to: DirectoryNumber

        @Option(help: "Starts or stops the recording of a side on the way.")
        var record: RouteRecording?

        func run() async throws {
            var extensions: KeyValueList = [:]
            if let record { extensions.append("record", .string(record.rawValue)) }
            try await target.ask { session, call, dn throws(TLibraryClientError) in
                try await session.route(call, at: dn, to: to, extensions: extensions)
            }
        }
    }
}

/// Extensions `record` of RequestRouteCall (Recording contract, "Three ways to start").
enum RouteRecording: String, ExpressibleByArgument, CaseIterable {
    case source, destination
    case disableSource = "disable_source"
    case disableDestination = "disable_destination"
}

extension Event {
    /// Whether it tells the consulting party of its new call.
    fileprivate func begins(consultationOf call: ConnectionID, at dn: DirectoryNumber) -> Bool {
        message == .eventDialing && thisDN == dn && (transferConnID ?? conferenceConnID) == call
    }
}
