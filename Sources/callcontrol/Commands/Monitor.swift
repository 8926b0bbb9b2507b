import CallControl
import CallModel
import LibuvRuntime
import Logging
import ServiceLifecycle
import TLibrary
import TLibraryClient

/// A T-Client that prints the events of its DNs, and comes back for its session when it loses its server.
struct Monitor: Sendable {
    let address: SocketAddress
    let dns: [DirectoryNumber]
    let name: String
    let password: String?
    let options: TLibraryClientOptions
    let json: Bool
    let logger: Logger

    private static let firstWait = Duration.milliseconds(200)
    private static let longestWait = Duration.seconds(10)

    init(_ arguments: ClientArguments, dns: [DirectoryNumber]) throws {
        address = try arguments.address()
        name = arguments.name
        password = arguments.secret
        var options = arguments.options()
        options.reconnect = TLibraryClientOptions.Reconnect()
        self.options = options
        json = arguments.json
        logger = arguments.log.logger("callcontrol", default: .warning)
        self.dns = dns
    }

    /// Runs until it is told to end.
    ///
    /// - Throws: a ``TLibraryClientError`` where the server was not there at first, or refuses.
    func run() async throws {
        try await EventLoop.withLoops(count: 1, name: "monitor", logger: logger) { loops in
            let loop = loops[0]
            try await cancelWhenGracefulShutdown { try await watch(on: loop) }
        }
    }

    private func watch(on loop: EventLoop) async throws {
        var hasBeenOpen = false
        var wait = Self.firstWait
        while true {
            do {
                let client = try await TLibraryClient.connect(
                    to: address, on: loop, applicationName: name, password: password, options: options,
                    onLink: { try? tell($0) }, logger: logger)
                if hasBeenOpen { try say("session-lost", Self.lost) }
                hasBeenOpen = true
                wait = Self.firstWait
                try await follow(client)
                return
            } catch let error as TLibraryClientError {
                if Task.isCancelled { return }
                guard hasBeenOpen, error.code != .refused else { throw error }
                try say("lost", "no connection: \(error.description.printable); trying again in \(wait)")
            }
            try? await Task.sleep(for: wait)
            wait = min(wait * 2, Self.longestWait)
        }
    }

    /// Until the task is cancelled; throws what else ended the client.
    private func follow(_ client: TLibraryClient) async throws {
        // A new session begins with no lamps, so that the first snapshot shows them all.
        var lamps = Lamps()
        do {
            try await register(client)
            for try await event in client.events {
                if event.message == .eventLinkConnected {
                    try say("session-lost", Self.lost)
                    lamps = Lamps()
                    try await register(client)
                } else {
                    try show(event, &lamps)
                }
            }
            await client.close()
        } catch {
            await client.close()
            throw error
        }
    }

    private static let lost = "connected again, but the session was lost; registering again"

    /// Where the session is lost in the middle of it, its successor says so among the events.
    private func register(_ client: TLibraryClient) async throws {
        do {
            for dn in dns { try await client.register(dn) }
        } catch {
            guard error.code == .sessionLost else { throw error }
        }
    }

    private func tell(_ change: LinkChange) throws {
        switch change {
        case .lost(let error, let wait):
            try say("lost", "no connection: \(error.description.printable); trying again in \(wait)")
        case .takenUp: try say("back", "connected again; the session goes on, and nothing was missed")
        // Said among the events, where the new session begins.
        case .replaced: break
        }
    }

    private func show(_ event: Event, _ lamps: inout Lamps) throws {
        let console = Console.standard
        guard !json else { return try console.line(JSON(event).text) }
        let line = EventLine(event: event)
        try console.line("\(line.time)  \(line.text())")
        for change in lamps.changes(by: event) {
            let place = "\(change.dn.text.printable.padded(to: 8))  \(change.call)"
            try console.line("\(line.time)  \("lamp".padded(to: 24))  \(place)  \(change.lamp.shown(console))")
        }
    }

    /// What happens to the connection itself.
    private func say(_ word: String, _ text: String) throws {
        let console = Console.standard
        if json {
            try console.line(JSON.object([("connection", .string(word)), ("message", .string(text))]).text)
        } else {
            try console.line(console.paint("-- \(text)", .yellow))
        }
    }
}
