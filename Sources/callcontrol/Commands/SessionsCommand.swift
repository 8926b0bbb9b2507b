import ArgumentParser
import CallModel

struct SessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "Lists the sessions of a running server: whose they are, and what waits for them.",
        discussion: """
            DNS is how many DNs a session has registered, WINDOW how many of its requests are not answered, BACKLOG and \
            AGE what waits for a client that reads slowly, CONFLATED the events that newer ones stood for. Times are \
            in UTC. The server must have been started with --metrics, or with the option server.metrics.
            """)

    @OptionGroup var arguments: MetricsArguments

    func run() async throws {
        try await arguments.ask { [arguments] client in
            if !arguments.json { try Console.standard.line(SessionTable.head) }
            var path: String? = "/sessions?limit=\(AdminRequestHandler.mostOfPage)"
            while let next = path {
                let page = try arguments.show(try await client.get(next), as: SessionPage.self)
                if !arguments.json {
                    for row in page?.sessions ?? [] { try Console.standard.line(SessionTable.row(row)) }
                }
                path = page?.next.flatMap { ClientID(shown: $0) }.map {
                    "/sessions?limit=\(AdminRequestHandler.mostOfPage)&after=\($0.shown)"
                }
            }
        }
    }
}
