import ArgumentParser
import TLibrary
import TLibraryClient

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Logs an agent in or out, or says that the agent is ready or not.",
        discussion: """
            Each sends one request and prints the event that answers it. A login outlives the program; it ends with \
            `callcontrol agent logout`, or with the server. Exit status 0 when the server did it, 1 when it refused.
            """,
        subcommands: [Login.self, Logout.self, Ready.self, NotReady.self])

    /// Who asks, and what is said of the agent's queue and work.
    struct DNOptions: ParsableArguments {
        @OptionGroup var client: ClientArguments

        @Option(help: "The DN where the agent sits.")
        var dn: DirectoryNumber

        @Option(help: "The ACD queue or routing point that the agent works for.")
        var queue: DirectoryNumber = ""

        @Option(
            help: ArgumentHelp(
                """
                What the agent does between calls: \(AgentWorkMode.words.joined(separator: ", ")), or its number in \
                T-Library.
                """, valueName: "mode"))
        var workMode: AgentWorkMode = .unknown

        /// Asks under a registration of the DN, and prints the answer.
        func ask(_ body: (TLibraryClient) async throws(TLibraryClientError) -> Event) async throws {
            try await client.ask { session in
                try await session.register(dn)
                let event = try await body(session)
                try Console.standard.line(client.json ? JSON(event).text : EventLine(event: event).text())
            }
        }
    }

    struct Login: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Logs an agent in on the DN.",
            discussion: "With the work mode manual-in or auto-in the agent is ready at once.")

        @OptionGroup var asker: DNOptions

        @Option(help: ArgumentHelp("The Agent Login's id, as the server's configuration has it.", valueName: "id"))
        var agent: String

        func run() async throws {
            try await asker.ask { session throws(TLibraryClientError) in
                try await session.logIn(agent, at: asker.dn, queue: asker.queue, workMode: asker.workMode)
            }
        }
    }

    struct Logout: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Logs out whoever is logged in on the DN.")

        @OptionGroup var asker: DNOptions

        func run() async throws {
            try await asker.ask { session throws(TLibraryClientError) in
                try await session.logOut(at: asker.dn, queue: asker.queue, workMode: asker.workMode)
            }
        }
    }

    struct Ready: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The agent on the DN takes calls from now on.")

        @OptionGroup var asker: DNOptions

        func run() async throws {
            try await asker.ask { session throws(TLibraryClientError) in
                try await session.setReady(at: asker.dn, queue: asker.queue, workMode: asker.workMode)
            }
        }
    }

    struct NotReady: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "not-ready", abstract: "The agent on the DN takes no calls from now on.")

        @OptionGroup var asker: DNOptions

        func run() async throws {
            try await asker.ask { session throws(TLibraryClientError) in
                try await session.setNotReady(at: asker.dn, queue: asker.queue, workMode: asker.workMode)
            }
        }
    }
}
