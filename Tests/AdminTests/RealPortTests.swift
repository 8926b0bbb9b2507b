import CallControl
import CallModel
import EventLoops
import Foundation
import LibuvEventLoops
import Logging
import TLibrary
import TLibraryClient
import TestSupport
import Testing

@testable import callcontrol

/// The same over real sockets, on real loops.
@Suite(.hangLimit) struct RealPortTests {
    private let logger = Logger(label: "real") { _ in SwiftLogNoOpLogHandler() }

    /// Runs `body` beside a server with two shards: with where it serves, where it can be looked into, and a loop.
    private func serve(
        _ body: @escaping @Sendable (SocketAddress, SocketAddress, LibuvEventLoop) async throws -> Void
    ) async throws {
        var configuration = ServerConfiguration()
        configuration.listen.port = 0
        configuration.metrics = SocketAddress(host: "127.0.0.1", port: 0)
        configuration.mediaServers = []
        configuration.engine.dns = (0..<20).map { .init(DirectoryNumber("\(5_000 + $0)"), type: .extension) }
        let sound = configuration
        try await LibuvEventLoop.withLoops(count: 3, name: "real", logger: logger) { [logger] loops in
            let (addresses, listening) = AsyncStream.makeStream(of: (SocketAddress, SocketAddress).self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { listening.finish() }
                    try await Application.run(
                        sound, on: Array(loops.prefix(2)), registry: MetricsRegistry(), logger: logger
                    ) { address, metrics in
                        if let metrics { listening.yield((address, metrics)) }
                    }
                }
                for await (address, metrics) in addresses {
                    try await body(address, metrics, loops[2])
                    break
                }
                group.cancelAll()
            }
        }
    }

    @Test func `metrics, sessions and calls are answered`() async throws {
        try await serve { address, metrics, loop in
            let desk = try await TLibraryClient.connect(to: address, on: loop, applicationName: "desk", logger: logger)
            try await desk.register("5000")
            let client = AdminClient(address: metrics, loop: loop)
            let text = try await client.get("/metrics")
            #expect(text.status == 200)
            let samples = try PrometheusText(String(decoding: text.body, as: UTF8.self)).samples
            #expect(samples["callcontrol_sessions"] == 1 && samples["callcontrol_requests_total"] == 2)
            let page = try JSONDecoder().decode(SessionPage.self, from: try await client.get("/sessions").body)
            #expect(page.sessions.map(\.application) == ["desk"])
            #expect(try await client.get("/healthz").status == 200)
            #expect(try await client.get("/calls/0000000000000001").status == 404)
            await desk.close()
        }
    }

    @Test func `whatever bytes come, the port and the server go on`() async throws {
        try await serve { address, metrics, loop in
            let client = AdminClient(address: metrics, loop: loop)
            var chance = SplitMix(seed: 5)
            let sound = "/metrics HTTP/1.1\r\nHost: a\r\nX: "
            for round in 0..<200 {
                // What stands behind GET is a head of its own.
                let noise = (0..<chance.below(600)).map { _ in UInt8(chance.below(256)) }
                let path = (round % 2 == 0 ? sound : "") + String(decoding: noise, as: UTF8.self)
                let answer = try? await client.get(path)
                #expect([nil, 200, 400, 404, 413, 431, 505].contains(answer?.status), "round \(round)")
            }
            #expect(try await client.get("/healthz").status == 200)
            let desk = try await TLibraryClient.connect(to: address, on: loop, applicationName: "desk", logger: logger)
            try await desk.register("5000")
            await desk.close()
        }
    }

    @Test func `a long answer comes whole`() async throws {
        try await serve { address, metrics, loop in
            var desks: [TLibraryClient] = []
            let name = String(repeating: "\u{1}", count: 255)
            for _ in 0..<150 {
                desks.append(
                    try await TLibraryClient.connect(to: address, on: loop, applicationName: name, logger: logger))
            }
            let client = AdminClient(address: metrics, loop: loop)
            let answer = try await client.get("/sessions?limit=1000")
            let page = try JSONDecoder().decode(SessionPage.self, from: answer.body)
            #expect(page.sessions.count == 150 && page.next == nil && answer.body.count > 200_000)
            for desk in desks { await desk.close() }
        }
    }
}
