import CallControl
import CallModel
import EventLoops
import Foundation
import LibuvEventLoops
import Logging
import Switches
import TLibrary

/// An engine over real sockets, with a call between 5001 and 5002, and an agent who changes its data.
struct SessionFixture: Sendable {
    let engine: CallControlEngine
    let address: SocketAddress
    let loop: LibuvEventLoop
    let agent: LooseClient
    let call: ConnectionID

    static func run(
        shards: Int = 2, _ configure: (inout EngineConfiguration) -> Void = { _ in },
        _ body: (SessionFixture) async throws -> Void
    ) async throws {
        var configuration = EngineConfiguration()
        configuration.dns = ["5001", "5002", "5003"].map { .init($0, type: .extension) }
        configuration.keepAlive = .zero
        configure(&configuration)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await LibuvEventLoop.withLoops(count: shards + 1, name: "sessions", logger: logger) {
            [configuration] loops in
            let engine = try CallControlEngine(
                configuration: configuration, shards: Array(loops.prefix(shards)),
                switch: InProcessSwitch(configuration), mediaServers: [any MediaServer](), logger: logger)
            let server = TLibraryServer(
                engine: engine, listen: SocketAddress(host: "127.0.0.1", port: 0), logger: logger)
            let (addresses, listening) = AsyncStream<SocketAddress>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await engine.run() }
                group.addTask { try await server.run(onListening: { listening.yield($0) }) }
                for await address in addresses.prefix(1) {
                    try await body(SessionFixture(of: engine, at: address, loop: loops[shards]))
                }
                engine.shutDown()
                try await group.waitForAll()
            }
        }
    }

    private init(of engine: CallControlEngine, at address: SocketAddress, loop: LibuvEventLoop) async throws {
        self.engine = engine
        self.address = address
        self.loop = loop
        agent = try await LooseClient.connect(to: address, on: loop)
        await agent.open("agent")
        for dn in ["5001", "5002"] as [DirectoryNumber] {
            let asked = await agent.send([.registerAddress(.share)], as: dn)
            _ = await agent.answer(to: asked)
        }
        let made = await agent.send([.makeCall(MakeCall(otherDN: "5002"))], as: "5001")
        call = await agent.answer(to: made)?.connID ?? .none
        let answered = await agent.send([.answerCall], as: "5002", of: call)
        _ = await agent.answer(to: answered)
    }

    /// A client that watches 5001.
    func watcher(_ name: String, takesUp: Bool = false) async throws -> LooseClient {
        let client = try await LooseClient.connect(to: address, on: loop)
        await client.open(name, takesUp: takesUp)
        let asked = await client.send([.registerAddress(.share)], as: "5001")
        _ = await client.answer(to: asked)
        return client
    }

    /// How the session of that name does; `nil`: there is none.
    func status(of name: String) async -> SessionStatus? {
        for exchange in engine.exchanges {
            let sessions = await ShardVisitor(exchange.seat.shard).run { exchange.statusOfSessions() }
            if let found = sessions.first(where: { $0.application == name }) { return found }
        }
        return nil
    }

    /// Changes the call's data, each time with so many bytes; the next when the last is answered.
    func change(_ numbers: Range<Int32>, bytes: Int, every pause: Duration? = nil) async {
        let filling = String(repeating: "x", count: bytes)
        for number in numbers {
            let asked = await agent.send(
                [.updateUserData(["number": .integer(number), "filling": .string(filling)])], as: "5001", of: call)
            _ = await agent.answer(to: asked)
            if let pause { await ShardVisitor(loop).pause(for: pause) }
        }
    }
}
