import CallControl
import EventLoops
import TLibrary
import TLibraryClient
import TestSupport
import Testing

@Suite struct `A T-Client` {
    @Test func `gives each answer to the request that it answers, in whatever order they come`() async throws {
        // The first request is answered together with the second, and after it.
        let first = Request(.queryServer, reference: ReferenceID(rawValue: 2))
        let hasAsked = Locked(false)
        try await ScriptedServer.withClient({ request in
            guard request.thisDN == "second" else {
                hasAsked.withLock { $0 = true }
                return .nothing
            }
            return .send(
                ScriptedServer.event(.eventRegistered, answering: request) + ScriptedServer.event(.eventServerInfo)
                    + ScriptedServer.event(.eventServerInfo, answering: first))
        }) { client in
            async let slow = client.request(.queryServer)
            #expect(try await holdsEventually { hasAsked.withLock { $0 } })
            async let quick = client.register("second")
            let (answers, answer) = try await (quick, slow)
            #expect(answers.map(\.message) == [.eventRegistered])
            #expect(answer.message == .eventServerInfo)
        }
    }

    @Test func `collects all parts of a snapshot`() async throws {
        try await ScriptedServer.withClient({ request in
            let part = ScriptedServer.event(.eventRegistered, answering: request) { event in
                event.list(.extensions) { $0.integer("more", 1) }
            }
            return .send(part + part + ScriptedServer.event(.eventRegistered, answering: request))
        }) { client in
            let answers = try await client.register("5001")
            #expect(answers.count == 3)
        }
    }

    @Test func `waits for the outcome of a recording, not for its receipt`() async throws {
        try await ScriptedServer.withClient({ request in
            let outcome = ScriptedServer.event(.eventPrivateInfo, answering: request) { event in
                event.list(.extensions) { list in
                    list.string("result", "failed")
                    list.string("state", "off")
                    list.string("reason", "refused")
                }
            }
            return .send(ScriptedServer.event(.eventACK, answering: request) + outcome)
        }) { client in
            let outcome = try await client.startRecording(ConnectionID(rawValue: 7), at: "5001", side: .destination)
            #expect(outcome.result == "failed")
            #expect(outcome.state == "off")
            #expect(outcome.reason == "refused")
            #expect(!outcome.isDone)
        }
    }

    @Test func `shows every event in order, answers among them, and then the end`() async throws {
        try await ScriptedServer.withClient({ request in
            .send(
                ScriptedServer.event(.eventRinging) + ScriptedServer.event(.eventServerInfo, answering: request)
                    + ScriptedServer.event(.eventReleased))
        }) { client in
            try await client.request(.queryServer)
            await client.close()
            var seen: [MessageNumber] = []
            for try await event in client.events { seen.append(event.message) }
            #expect(seen == [.eventRinging, .eventServerInfo, .eventReleased])
        }
    }

    @Test func `takes frames that come in pieces, and many at once`() async throws {
        var options = TLibraryClientOptions()
        options.answer = .seconds(20)
        try await ScriptedServer.withClient(
            options: options,
            { request in
                let one = ScriptedServer.event(.eventRinging) { $0.string(.ani, String(repeating: "1", count: 3_001)) }
                let many = (0..<20).flatMap { _ in one }
                return .send(many + ScriptedServer.event(.eventServerInfo, answering: request))
            }
        ) { client in
            try await client.request(.queryServer)
            await client.close()
            var count = 0
            for try await event in client.events where event.ani?.utf8.count == 3_001 { count += 1 }
            #expect(count == 20)
        }
    }

    @Test func `ends rather than hold more events than it may`() async throws {
        var options = TLibraryClientOptions()
        options.unreadEvents = 3
        try await ScriptedServer.withClient(
            options: options,
            { request in
                .send((0..<4).flatMap { _ in ScriptedServer.event(.eventRinging) })
            }
        ) { client in
            let error = await #expect(throws: TLibraryClientError.self) { try await client.request(.queryServer) }
            #expect(error?.code == .eventsUnread)
        }
    }

    @Test func `keeps a session open while nothing happens`() async throws {
        var options = TLibraryClientOptions()
        options.keepAlive = .seconds(1)
        try await ScriptedServer.withClient(
            options: options,
            { request in
                .send(ScriptedServer.event(.eventServerInfo, answering: request))
            }
        ) { client in
            // Four intervals: a client that did not ask, or did not hear the Pong, would be at its end.
            try await Task.sleep(for: .seconds(4))
            let answer = try await client.request(.queryServer)
            #expect(answer.message == .eventServerInfo)
        }
    }

    @Test func `gives back a request whose task was cancelled`() async throws {
        try await ScriptedServer.withClient({ _ in .nothing }) { client in
            let waiting = Task { () async throws(TLibraryClientError) in try await client.request(.queryServer) }
            try await Task.sleep(for: .milliseconds(20))
            waiting.cancel()
            let result = await waiting.result
            #expect(throws: TLibraryClientError.cancelled) { try result.get() }
        }
    }

    @Test func `does not send what no frame can hold`() async throws {
        try await ScriptedServer.withClient({ request in
            .send(ScriptedServer.event(.eventServerInfo, answering: request))
        }) { client in
            let error = await #expect(throws: TLibraryClientError.self) {
                try await client.request(
                    .queryServer, extensions: ["key": .string(String(repeating: "x", count: 70_000))])
            }
            #expect(error?.code == .requestTooLarge)
            let answer = try await client.request(.queryServer)
            #expect(answer.message == .eventServerInfo)
        }
    }
}
