import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
import Logging
import Switches
import TLibrary
import TLibraryClient
import TestSupport
import Testing

@Suite(.hangLimit) struct `A feed over TCP` {
    private static let quiet = Logger(label: "feed") { _ in SwiftLogNoOpLogHandler() }
    private static let begin = #"{"event":"begin","call":"A","type":"inbound","from":"T1","to":"9000","ani":"49"}"#
    private static let list = [
        #"{"event":"sync"}"#, #"{"event":"begin","call":"A","type":"inbound","from":"T1","to":"5001"}"#,
        #"{"event":"answered","call":"A","dn":"5001"}"#, #"{"event":"synced"}"#,
        #"{"event":"held","call":"A","dn":"5001"}"#,
    ]

    @Sendable private static func answer(_ line: String) -> [String] {
        let id = line.split(separator: "\"id\":").last?.prefix { $0.isNumber } ?? ""
        guard line.contains("\"route\"") else {
            return [#"{"event":"released","call":"A","dn":"5001"}"#, #"{"event":"done","id":\#(id)}"#]
        }
        return [
            #"{"event":"ringing","call":"A","dn":"5001"}"#, #"{"event":"answered","call":"A","dn":"5001"}"#,
            #"{"event":"done","id":\#(id)}"#,
        ]
    }

    /// Runs `body` with an engine of two shards, its peer on a third loop, and a T-Client.
    private func run(
        _ body: @escaping @Sendable (RealPeer, LoopVisitor, TLibraryClient) async throws -> Void
    ) async throws {
        try await LibuvEventLoop.withLoops(count: 2, name: "shard", logger: Self.quiet) { loops in
            try await LibuvEventLoop.withLoops(count: 1, name: "peer", logger: Self.quiet) { others in
                let loop = try #require(others.first)
                let visitor = LoopVisitor(loop)
                let peer = RealPeer(
                    on: loop, greeting: [#"{"event":"hello","commands":["route","release"]}"#], answer: Self.answer)
                let address = try await visitor.run { () throws(EventLoopError) in try peer.listen() }
                var configuration = EngineConfiguration()
                configuration.dns = [
                    .init("5001", type: .extension), .init("9000", type: .routingPoint), .init("T1", type: .trunk),
                ]
                let engine = try CallControlEngine(
                    configuration: configuration, shards: loops,
                    switch: FeedSwitch(configuration, options: .init(address: address), logger: Self.quiet),
                    mediaServers: [PromptRecorder()], logger: Self.quiet)
                let server = TLibraryServer(
                    engine: engine, listen: SocketAddress(host: "127.0.0.1", port: 0), logger: Self.quiet)
                let (addresses, listening) = AsyncStream.makeStream(of: SocketAddress.self)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await engine.run() }
                    group.addTask { try await server.run { listening.yield($0) } }
                    var first = addresses.makeAsyncIterator()
                    let client = try await TLibraryClient.connect(
                        to: try #require(await first.next()), on: loops[0], applicationName: "test",
                        logger: Self.quiet)
                    let result: Result<Void, any Error>
                    do {
                        result = .success(try await body(peer, visitor, client))
                    } catch {
                        result = .failure(error)
                    }
                    await client.close()
                    engine.shutDown()
                    group.cancelAll()
                    try result.get()
                }
            }
        }
    }

    @Test func `brings a call that is routed and recorded, lives through a loss, and is released`() async throws {
        try await run { peer, visitor, client in
            var events = client.events.makeAsyncIterator()
            for dn: DirectoryNumber in ["5001", "9000"] { try await client.register(dn) }
            while peer.connections < 1 { try await Task.sleep(for: .milliseconds(1)) }
            await visitor.run { peer.say([Self.begin]) }
            let call = try #require(try await Self.next(.eventRouteRequest, in: &events).connID)
            let routed = try await client.route(
                call, at: "9000", to: "5001", extensions: ["record": .string("destination")])
            #expect(routed.message == .eventRouteUsed)
            let change = try await Self.next(.eventAttachedDataChanged, in: &events)
            #expect(change.userData?.first("GSIP_RECORD")?.text == "On")

            await visitor.run { peer.close() }
            while peer.connections < 2 { try await Task.sleep(for: .milliseconds(1)) }
            await visitor.run { peer.say(Self.list) }
            _ = try await Self.next(.eventHeld, in: &events)
            let released = try await client.release(call, at: "5001")
            #expect(released.message == .eventReleased)
            #expect(released.userData?.first("GSIP_RECORD")?.text == "On", "until then it was recorded")
        }
    }

    private static func next(
        _ message: MessageNumber, in events: inout TLibraryClient.Events.AsyncIterator
    ) async throws -> Event {
        while let event = try await events.next() {
            if event.message == message { return event }
        }
        throw TLibraryClientError.closed
    }
}
