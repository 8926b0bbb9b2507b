import CallControl
import EventLoops
import LibuvEventLoops
import TLibrary
import TLibraryClient
import TestSupport
import Testing

/// Clients that lose their connections and come back for their sessions.
@Suite(.hangLimit) struct `A client that comes back` {
    @Test(arguments: [1, 4]) func `goes on where it was, whichever loop takes its connection`(shards: Int) async throws
    {
        try await SessionFixture.run(shards: shards) { stand in
            var watcher = try await stand.watcher("watcher", takesUp: true)
            let id = watcher.events.first?.sessionID
            var number: Int32 = 0
            for round in 0..<6 {
                await stand.change(number..<number + 20, bytes: 200)
                // Now and then without waiting for what is under way, and while the old connection still stands.
                if round % 2 == 0 { await watcher.leave() }
                await stand.change(number + 20..<number + 40, bytes: 200)
                number += 40
                let next = try await LooseClient.connect(to: stand.address, on: stand.loop)
                await next.takeUp(watcher, "watcher")
                #expect(next.events.last { $0.message == .eventLinkConnected }?.sessionID == id)
                #expect(await watcher.isGone())
                watcher = next
            }
            let count = number
            #expect(
                await watcher.hears { $0.last { $0.userData != nil }?.userData?.first("number") == .integer(count - 1) }
            )
            #expect(watcher.told.reduce(0) { $0 + $1.conflated + 1 } == count)
            let numbers = watcher.events.compactMap(\.sequenceNumber)
            #expect(Set(numbers).count == numbers.count && numbers == numbers.sorted())
            // What it asks now is answered over the connection that has moved.
            let asked = await watcher.send([.unregisterAddress], as: "5001")
            #expect(await watcher.answer(to: asked)?.message == .eventUnregistered)
        }
    }

    @Test func `asks for its session by itself, with what it has received`() async throws {
        let asked = Locked<[Request]>([])
        let lost = Locked<[LinkChange]>([])
        let script: ScriptedServer.Script = { request in
            let count = asked.withLock { asked in
                asked.append(request)
                return asked.count { if case .registerClient = $0.operation { true } else { false } }
            }
            switch (request.operation, count) {
            case (.registerClient, ..<3): return .send(Self.connected(request, session: "a"))
            case (.registerClient, _): return .send(Self.connected(request, session: "b"))
            case (.queryServer, 1), (.deleteUserData, _):
                return .sendAndClose(ScriptedServer.event(.eventRinging) + ScriptedServer.event(.eventHeld))
            default: return .send(ScriptedServer.event(.eventServerInfo, answering: request))
            }
        }
        try await ScriptedServer.with(script) { address, loop in
            var options = TLibraryClientOptions()
            options.reconnect = .init()
            options.reconnect?.firstWait = .milliseconds(10)
            let client = try await TLibraryClient.connect(
                to: address, on: loop, applicationName: "desktop", options: options,
                onLink: { change in lost.withLock { $0.append(change) } }, logger: ScriptedServer.quiet)
            var events = client.events.makeAsyncIterator()
            // Its answer is lost with the connection; what is asked next waits for another one.
            let first = Task { () async throws(TLibraryClientError) in try await client.request(.queryServer) }
            #expect(try await events.next()?.message == .eventRinging)
            #expect(try await events.next()?.message == .eventHeld)
            let second = try await client.request(.queryServer, thisDN: "second")
            #expect(second.message == .eventServerInfo)
            // The next time the server has a new session: whoever waits is told.
            let third = await #expect(throws: TLibraryClientError.self) {
                try await client.request(.deleteUserData, thisDN: "5001", connection: ConnectionID(rawValue: 1))
            }
            #expect(third?.code == .sessionLost)
            let unanswered = await first.result
            #expect(throws: TLibraryClientError.self) { try unanswered.get() }
            var seen: [MessageNumber] = []
            while seen.last != .eventLinkConnected, let event = try await events.next() { seen.append(event.message) }
            #expect(seen == [.eventServerInfo, .eventRinging, .eventHeld, .eventLinkConnected])
            await client.close()
        }
        let opened = asked.withLock { $0 }.filter { if case .registerClient = $0.operation { true } else { false } }
        #expect(opened.map { $0.extensions.first("take-up") } == [.integer(1), .integer(1), .integer(1)])
        #expect(opened.map { $0.extensions.first("received") } == [nil, .string("2"), .string("5")])
        let kinds = lost.withLock { $0 }.map { change in
            switch change {
            case .lost: "lost"
            case .takenUp: "taken up"
            case .replaced: "replaced"
            }
        }
        #expect(kinds == ["lost", "taken up", "lost", "replaced"])
    }

    private static func connected(_ request: Request, session: String) -> [UInt8] {
        ScriptedServer.event(.eventLinkConnected, answering: request) { $0.string(.sessionID, session) }
    }

    @Test func `of a real server hears the last word, whatever happens to its connection`() async throws {
        try await SessionFixture.run(shards: 3) { stand in
            let relay = try await LooseRelay.open(to: stand.address, on: stand.loop)
            var options = TLibraryClientOptions()
            options.reconnect = .init()
            options.reconnect?.firstWait = .milliseconds(5)
            let client = try await TLibraryClient.connect(
                to: relay.address, on: stand.loop, applicationName: "desktop", options: options,
                logger: ScriptedServer.quiet)
            try await client.register("5001")
            for round in 0..<8 as Range<Int32> {
                await stand.change(round * 20..<round * 20 + 10, bytes: 200)
                await relay.cut()
                await stand.change(round * 20 + 10..<round * 20 + 20, bytes: 200)
            }
            var accounted: Int32 = 0
            for try await event in client.events where event.message == .eventAttachedDataChanged {
                accounted += (event.extensions?.first("conflated")?.integer ?? 0) + 1
                if event.userData?.first("number") == .integer(159) { break }
            }
            #expect(accounted == 160)
            await client.close()
            await relay.close()
        }
    }
}
