import CallModel
import EventLoops
import Foundation
import LibuvEventLoops
import Logging
import ServiceLifecycle
import TLibrary
import TLibraryClient
import TestSupport
import Testing

@Suite(.hangLimit) struct `A program that embeds the engine` {
    @Test func `has its calls shown and recorded, and leaves in good order`() async throws {
        try await Embedding.run { client, embedding in
            var events = client.events.makeAsyncIterator()
            try await client.register("5001")
            let call = try #require(embedding.service.pbx.callComesIn(from: "15551234567"))

            let ringing = try await events.next(.eventRinging)
            #expect(ringing.connID == call)
            #expect(ringing.ani == "15551234567")
            try await client.answer(call, at: "5001")
            _ = try await events.next(.eventEstablished)

            let started = try await client.startRecording(call, at: "5001")
            #expect(started.isDone)
            #expect(started.state == "on")
            try await Self.expectRecording("On", cause: "request", from: &events)

            let stopped = try await client.stopRecording(call, at: "5001")
            #expect(stopped.isDone)
            try await Self.expectRecording("Off", cause: "request", from: &events)

            await embedding.group.triggerGracefulShutdown()
            let farewell = try await events.next(.eventLinkDisconnected)
            #expect(farewell.extensions?.first("reason")?.text == "shutdown")
        }
    }

    @Test func `ends a recording before it says good-bye`() async throws {
        try await Embedding.run { client, embedding in
            var events = client.events.makeAsyncIterator()
            try await client.register("5001")
            let call = try #require(embedding.service.pbx.callComesIn(from: "15551234567"))
            _ = try await events.next(.eventRinging)
            try await client.answer(call, at: "5001")
            #expect(try await client.startRecording(call, at: "5001").isDone)
            try await Self.expectRecording("On", cause: "request", from: &events)

            await embedding.group.triggerGracefulShutdown()
            let change = try await events.next()
            #expect(change?.message == .eventAttachedDataChanged)
            #expect(change?.userData?.first("GSIP_RECORD")?.text == "Off")
            #expect(change?.extensions?.first("recording")?.list?.first("cause")?.text == "shutdown")
            #expect(try await events.next()?.message == .eventLinkDisconnected)
        }
    }

    @Test func `is told what its telephony cannot do`() async throws {
        try await Embedding.run { client, embedding in
            try await client.register("5001")
            var events = client.events.makeAsyncIterator()
            let call = try #require(embedding.service.pbx.callComesIn(from: "15551234567"))
            _ = try await events.next(.eventRinging)
            try await client.answer(call, at: "5001")
            let refusal = await #expect(throws: TLibraryClientError.self) {
                try await client.hold(call, at: "5001")
            }
            #expect(refusal?.errorCode == .unsupportedOperation)
            try await client.release(call, at: "5001")
            await embedding.group.triggerGracefulShutdown()
        }
    }

    /// The receipt, the change, the outcome: in this order.
    private static func expectRecording(
        _ lamp: String, cause: String, from events: inout TLibraryClient.Events.AsyncIterator
    ) async throws {
        let receipt = try await events.next(.eventACK)
        let change = try await events.next()
        #expect(change?.message == .eventAttachedDataChanged)
        #expect(change?.userData?.first("GSIP_RECORD")?.text == lamp)
        #expect(change?.userData?.first("GSIP_REC_FN") != nil)
        #expect(change?.extensions?.first("recording")?.list?.first("cause")?.text == cause)
        let outcome = try await events.next()
        #expect(outcome?.message == .eventPrivateInfo)
        #expect(outcome?.referenceID == receipt.referenceID)
    }
}

@Suite struct `The documentation` {
    @Test func `shows the program that is tested here`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let example = try String(contentsOf: folder.appending(path: "EmbeddedServer.swift"), encoding: .utf8)
        let package = folder.appending(path: "../../..").standardizedFileURL
        let page = "Sources/CallControl/CallControl.docc/Embedding.md"
        let text = try String(contentsOf: package.appending(path: page), encoding: .utf8)
        let code = try #require(example.text(between: "// listing: begin\n", and: "// listing: end\n"))
        #expect(text.contains("```swift\n\(code)```\n"))
    }
}

/// The example, running among the services of a program.
private struct Embedding {
    let service: RecordingService
    let group: ServiceGroup

    /// Runs it, with a client, until `body` has shut it down.
    static func run(_ body: @Sendable (TLibraryClient, Embedding) async throws -> Void) async throws {
        let logger = Logger(label: "embedding") { _ in SwiftLogNoOpLogHandler() }
        let (addresses, found) = AsyncStream.makeStream(of: SocketAddress.self)
        let service = RecordingService(address: SocketAddress(host: "127.0.0.1", port: 0)) { found.yield($0) }
        let embedding = Embedding(
            service: service, group: ServiceGroup(services: [service], logger: logger))
        async let life: Void = embedding.group.run()
        let address = try #require(await addresses.first { _ in true })
        try await LibuvEventLoop.withLoops(count: 1, name: "client", logger: logger) { loops in
            let client = try await TLibraryClient.connect(
                to: address, on: loops[0], applicationName: "desktop", logger: logger)
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(client, embedding))
            } catch {
                result = .failure(error)
            }
            await client.close()
            try result.get()
        }
        // Returns, because the service did.
        try await life
    }
}

extension TLibraryClient.Events.AsyncIterator {
    /// The next event of this name; what comes before is passed over.
    fileprivate mutating func next(_ message: MessageNumber) async throws -> Event {
        while let event = try await next() {
            if event.message == message { return event }
        }
        throw TLibraryClientError(.closed, "the session ended before \(message) came")
    }
}

extension String {
    fileprivate func text(between opening: String, and closing: String) -> String? {
        guard let start = range(of: opening)?.upperBound, let end = self[start...].range(of: closing)?.lowerBound else {
            return nil
        }
        return String(self[start..<end])
    }
}
