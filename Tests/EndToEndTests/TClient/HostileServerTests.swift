import CallControl
import TLibrary
import TLibraryClient
import Testing

@Suite struct `A T-Client of a server that breaks the protocol` {
    static let nonsense: [(name: String, bytes: [UInt8])] = [
        ("a frame of three bytes", [0, 0, 0, 3, 1, 0, 0]),
        ("a frame over the limit", [0xFF, 0xFF, 0xFF, 0xFF]),
        ("version 2", [0, 0, 0, 4, 2, 0, 0, 138]),
        ("flags", [0, 0, 0, 4, 1, 1, 0, 138]),
        ("a request", [0, 0, 0, 4, 1, 0, 0, 14]),
        ("a message of no meaning", [0, 0, 0, 4, 1, 0, 0, 153]),
        ("Received", [0, 0, 0, 4, 1, 0, 0xFF, 2]),
        ("half an attribute", [0, 0, 0, 7, 1, 0, 0, 138, 0, 2, 1]),
        ("a string that is not UTF-8", [0, 0, 0, 12, 1, 0, 0, 138, 0, 20, 0, 0, 0, 0, 1, 0xFF]),
        ("a second EventLinkConnected", [0, 0, 0, 4, 1, 0, 0, 95]),
        ("plain text", Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)),
    ]

    @Test(arguments: nonsense.indices)
    func `ends with an error that all who wait get`(place: Int) async throws {
        let bytes = Self.nonsense[place].bytes
        try await ScriptedServer.withClient({ _ in .send(bytes) }) { client in
            let error = await #expect(throws: TLibraryClientError.self) { try await client.request(.queryServer) }
            #expect(error?.code == .protocolViolation, "\(Self.nonsense[place].name)")
            let later = await #expect(throws: TLibraryClientError.self) { try await client.register("5001") }
            #expect(later?.code == .protocolViolation)
            let reading = await #expect(throws: TLibraryClientError.self) { for try await _ in client.events {} }
            #expect(reading?.code == .protocolViolation)
        }
    }

    @Test func `is not opened by an event before EventLinkConnected`() async throws {
        try await ScriptedServer.with({ _ in .send(ScriptedServer.event(.eventRinging)) }) { address, loop in
            let error = await #expect(throws: TLibraryClientError.self) {
                try await TLibraryClient.connect(
                    to: address, on: loop, applicationName: "test", logger: ScriptedServer.quiet)
            }
            #expect(error?.code == .protocolViolation)
        }
    }

    @Test func `gets the reason of a session that is refused`() async throws {
        try await ScriptedServer.with({ request in
            .sendAndClose(
                ScriptedServer.event(.eventError, saying: "The password is wrong.", answering: request) { event in
                    event.enumeration(.errorCode, ErrorCode.badPassword)
                })
        }) { address, loop in
            let error = await #expect(throws: TLibraryClientError.self) {
                try await TLibraryClient.connect(
                    to: address, on: loop, applicationName: "test", logger: ScriptedServer.quiet)
            }
            #expect(error == TLibraryClientError(.refused, "The password is wrong.", errorCode: .badPassword))
        }
    }

    @Test func `is told when the server goes away`() async throws {
        try await ScriptedServer.withClient({ _ in .sendAndClose([]) }) { client in
            let error = await #expect(throws: TLibraryClientError.self) { try await client.request(.queryServer) }
            #expect(error?.code == .connectionLost)
        }
    }

    @Test func `gives up an answer that does not come, and goes on`() async throws {
        var options = TLibraryClientOptions()
        options.answer = .milliseconds(50)
        try await ScriptedServer.withClient(
            options: options,
            { request in
                request.thisDN == "silent"
                    ? .nothing : .send(ScriptedServer.event(.eventRegistered, answering: request))
            }
        ) { client in
            let error = await #expect(throws: TLibraryClientError.self) { try await client.register("silent") }
            #expect(error?.code == .timedOut)
            let answers = try await client.register("5001")
            #expect(answers.count == 1)
        }
    }

    @Test func `is cut off by itself when the server falls silent`() async throws {
        var options = TLibraryClientOptions()
        options.keepAlive = .milliseconds(50)
        try await ScriptedServer.withClient(options: options, answersPings: false, { _ in .nothing }) { client in
            let error = await #expect(throws: TLibraryClientError.self) { for try await _ in client.events {} }
            #expect(error?.code == .connectionLost)
        }
    }
}
