import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
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
        var options = arguments.options()
        options.reconnect = TLibraryClientOptions.Reconnect()
        self.options = options
        json = arguments.json
        logger = arguments.log.logger("callcontrol", default: .warning)
        password = try arguments.secret(logger)
        self.dns = dns
    }

    /// Runs until it is told to end.
    ///
    /// - Throws: a ``TLibraryClientError`` where the server was not there at first, or refuses.
    func run() async throws {
        try await LibuvEventLoop.withLoops(count: 1, name: "monitor", logger: logger) { loops in
            let loop = loops[0]
            try await cancelWhenGracefulShutdown { try await watch(on: loop) }
        }
    }

    private func watch(on loop: LibuvEventLoop) async throws {
        let display = MonitorDisplay(json: json)
        var hasBeenOpen = false
        var wait = Self.firstWait
        while true {
            do {
                let client = try await TLibraryClient.connect(
                    to: address, on: loop, applicationName: name, password: password, options: options,
                    onLink: { try? display.tell($0) }, logger: logger)
                if hasBeenOpen { try display.sessionBegan(after: .lostClient) }
                hasBeenOpen = true
                wait = Self.firstWait
                try await follow(client, display)
                return
            } catch let error as TLibraryClientError {
                if Task.isCancelled { return }
                guard hasBeenOpen, error.code != .refused else { throw error }
                try display.tell(.lost(error, retryingIn: wait))
            }
            try? await Task.sleep(for: wait)
            wait = min(wait * 2, Self.longestWait)
        }
    }

    /// Until the task is cancelled; throws what else ended the client.
    private func follow(_ client: TLibraryClient, _ display: MonitorDisplay) async throws {
        do {
            try await register(client)
            for try await event in client.events {
                if event.message == .eventLinkConnected {
                    try display.sessionBegan(after: .lostLink)
                    try await register(client)
                } else {
                    try display.show(event)
                }
            }
            await client.close()
        } catch {
            await client.close()
            throw error
        }
    }

    /// Where the session is lost in the middle of it, its successor says so among the events.
    private func register(_ client: TLibraryClient) async throws {
        do {
            for dn in dns { try await client.register(dn) }
        } catch {
            guard error.code == .sessionLost else { throw error }
        }
    }
}
