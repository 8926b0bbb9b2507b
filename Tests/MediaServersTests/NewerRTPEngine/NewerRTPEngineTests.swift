import CallControl
import CallControlTesting
import CallModel
import EventLoops
import Testing

/// The fake itself: it answers as the real ones do, and notes what they would not get from a sound client.
@Suite struct NewerRTPEngineTests {
    private let simulation = Simulation(seed: 3, shards: 2)

    /// The answers to datagrams, in the order in which they come.
    private func answers(
        from server: NewerRTPEngine, to datagrams: [String], within time: Duration = .seconds(1)
    ) throws -> [String] {
        let answers = Locked<[String]>([])
        let socket = Locked<(any DatagramSocket)?>(nil)
        let client = simulation.shards[0]
        simulation.perform(on: client) {
            let opened = try? client.openDatagramSocket(at: SocketAddress(host: "127.0.0.1", port: 0)) { datagram, _ in
                var bytes: [UInt8] = []
                for place in datagram.indices { bytes.append(datagram[place]) }
                answers.withLock { [bytes] in $0.append(String(decoding: bytes, as: UTF8.self)) }
            }
            socket.withLock { $0 = opened }
        }
        for datagram in datagrams {
            simulation.perform(on: client) {
                _ = socket.withLock { $0 }?.send(Array(datagram.utf8).span, to: server.address)
            }
            simulation.advance(by: time)
        }
        return answers.withLock { $0 }
    }

    private func makeServer(_ release: NewerRTPEngine.Release = .mr26) throws -> NewerRTPEngine {
        let server = NewerRTPEngine(on: simulation.shards[1], release: release)
        let session = try #require(MediaSession(callID: "c1", fromTag: "ft", toTag: "tt"))
        simulation.perform(on: simulation.shards[1]) {
            try? server.open()
            server.carry(session)
        }
        return server
    }

    @Test func `It answers as the real one does`() throws {
        let server = try makeServer()
        let given = try answers(
            from: server,
            to: [
                "a d7:command4:pinge", "b d7:call-id2:c24:name1:xe", "c d7:call-id2:c27:command15:start recordinge",
                "d d7:call-id2:c17:command15:pause recordinge", "e d7:call-id2:c27:command6:deletee",
                "f d7:command4:liste",
            ])
        #expect(
            given == [
                "a d6:result4:ponge", "c d6:result5:error12:error-reason15:Unknown call-ide", "d d6:result2:oke",
                "e d7:warning38:Call-ID not found or tags didn't match6:result2:oke", "f d5:callsl2:c1e6:result2:oke",
            ])
        #expect(server.violations == ["there is no command that the protocol has"])
    }

    @Test(arguments: [NewerRTPEngine.Release.mr12, .mr26])
    func `A query tells whether the call is recorded`(release: NewerRTPEngine.Release) throws {
        let server = try makeServer(release)
        let query = "7:call-id2:c17:command5:query"
        let given = try answers(
            from: server,
            to: [
                "1 d\(query)e", "2 d7:call-id2:c17:command15:start recording8:metadata1:me", "3 d\(query)e",
                "4 d7:call-id2:c17:command15:pause recordinge", "5 d\(query)e",
                "6 d7:call-id2:c17:command14:stop recordinge", "7 d\(query)e",
            ])
        let states = ["1", "3", "5", "7"].compactMap { cookie in given.first { $0.hasPrefix("\(cookie) ") } }.map {
            answer in
            answer.contains("9:recordingd14:call recordingi1e")
                ? "on"
                : answer.contains("9:recordingd14:call recordingi0e") ? "paused" : "off"
        }
        #expect(states == ["off", "on", "paused", "off"])
        #expect(given.contains { $0.contains("8:metadata1:m4:SSRC") } == (release == .mr26))
        #expect(server.violations == [])
    }

    @Test func `A cookie that came before gets the same answer, and nothing is done twice`() throws {
        let server = try makeServer()
        let start = "s d7:call-id2:c17:command15:start recordinge"
        let given = try answers(from: server, to: [start, start, "s d7:call-id2:c17:command14:stop recordinge"])
        #expect(given == ["s d6:result2:oke", "s d6:result2:oke"])
        #expect(server.commands(of: "c1") == ["start recording"])
        #expect(server.isCapturing("c1"))
        #expect(server.violations == ["the cookie s came with other bytes before"])
    }

    @Test(arguments: [
        "nocookie", " d7:command4:pinge", "a d7:command4:pinge ", "a d7:command4:ping", "a d07:command4:pinge",
        "a d7:command4:ping7:call-id1:xe", "a d7:call-id0:7:command5:querye", "a d7:call-id1:x7:command4:pinge",
        "a i5e", "a d7:command5:queryx", "a\n d7:command4:pinge", "a d1:ai-0e7:command4:pinge",
    ])
    func `An unsound datagram is noted, and not answered`(datagram: String) throws {
        let server = try makeServer()
        #expect(try answers(from: server, to: [datagram]) == [])
        #expect(server.violations.count == 1)
    }

    @Test func `While it is frozen nothing is done, and then all of it`() throws {
        let server = try makeServer()
        server.freeze()
        let start = "s d7:call-id2:c17:command15:start recordinge"
        #expect(try answers(from: server, to: [start, start]) == [])
        #expect(!server.isCapturing("c1"))
        simulation.perform(on: simulation.shards[1]) { server.thaw() }
        simulation.advance(by: .seconds(1))
        #expect(server.isCapturing("c1"))
        #expect(server.commands(of: "c1") == ["start recording"])
    }

    @Test func `It misbehaves as it is told`() throws {
        let server = try makeServer()
        let start = "d7:call-id2:c17:command15:start recordinge"
        let cases: [(Misbehaviour, [String], does: Bool)] = [
            (.silence, [], false), (.loseAnswer, [], true), (.hang(.seconds(30)), [], false),
            (.answerAfter(.seconds(30)), [], true), (.answerTwice, ["s d6:result2:oke", "s d6:result2:oke"], true),
            (.strangeCookie, ["0123456789abcdef_1 d6:result2:oke", "s d6:result2:oke"], true),
            (.cutShort, ["s d6:result2:"], true), (.notBencode, ["s <html>"], true),
            (.refuse("no"), ["s d6:result5:error12:error-reason2:noe"], false), (.lie, ["s d6:result2:oke"], false),
        ]
        for (misbehaviour, expected, does) in cases {
            let server = try makeServer()
            server.follow { _ in misbehaviour }
            #expect(try Set(answers(from: server, to: ["s \(start)"])) == Set(expected), "\(misbehaviour)")
            #expect(server.isCapturing("c1") == does, "\(misbehaviour)")
            #expect(server.violations == [])
        }
        #expect(server.violations == [])
    }
}
