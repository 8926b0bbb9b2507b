import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
import Logging
import TLibrary
import TLibraryClient

/// A server that says what a test wants, to show what a T-Client makes of it. One answer for each request; the first
/// request is the one that opens the session.
final class ScriptedServer: Sendable {
    /// What it does with a request.
    enum Act: Sendable {
        case nothing
        case send([UInt8])
        case sendAndClose([UInt8])
    }

    typealias Script = @Sendable (Request) -> Act

    private let listener: any Listener

    /// On the shard.
    private init(
        on shard: any EventLoop, _ answersPings: Bool, _ script: @escaping Script
    ) throws(EventLoopError) {
        listener = try shard.listen(at: SocketAddress(host: "127.0.0.1", port: 0), spread: []) { shard, stream in
            Connection(shard, stream, answersPings, script)
        }
    }

    /// Runs `body` with a client that has opened a session with such a server, where `script` answers what comes after.
    static func withClient<Output: Sendable>(
        options: TLibraryClientOptions = TLibraryClientOptions(), answersPings: Bool = true,
        _ script: @escaping Script, _ body: (TLibraryClient) async throws -> Output
    ) async throws -> Output {
        try await with(
            answersPings: answersPings,
            { request in
                if case .registerClient = request.operation { return .send(linkConnected(request)) }
                return script(request)
            }
        ) { address, loop in
            let client = try await TLibraryClient.connect(
                to: address, on: loop, applicationName: "test", options: options, logger: quiet)
            do {
                let output = try await body(client)
                await client.close()
                return output
            } catch {
                await client.close()
                throw error
            }
        }
    }

    /// Runs `body` with the address of such a server, and a loop.
    static func with<Output: Sendable>(
        answersPings: Bool = true, _ script: @escaping Script,
        _ body: (SocketAddress, LibuvEventLoop) async throws -> Output
    ) async throws -> Output {
        try await LibuvEventLoop.withLoops(count: 1, name: "scripted", logger: quiet) { loops in
            let opener = Opener(shard: loops[0])
            let server = try await opener.open(answersPings, script)
            let output = try await body(server.listener.localAddress, loops[0])
            await opener.close(server)
            return output
        }
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func linkConnected(_ request: Request) -> [UInt8] {
        event(.eventLinkConnected, answering: request) { $0.string(.applicationName, "scripted") }
    }

    /// The frame of an event, as bytes.
    static func event(
        _ message: MessageNumber, saying text: String? = nil, answering request: Request? = nil,
        _ body: (inout EventWriter) -> Void = { _ in }
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        EventWriter.write(message, to: &bytes, capacity: 8_192) { writer in
            if let text { writer.string(.errorMessage, text) }
            if let request { writer.integer(.referenceID, request.reference.rawValue) }
            body(&writer)
        }
        return bytes
    }

    private actor Opener {
        private let shard: LibuvEventLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe shard.asUnownedSerialExecutor() }

        init(shard: LibuvEventLoop) {
            self.shard = shard
        }

        func open(_ answersPings: Bool, _ script: @escaping Script) throws -> ScriptedServer {
            try ScriptedServer(on: shard, answersPings, script)
        }

        func close(_ server: ScriptedServer) { server.listener.close() }
    }

    private actor Connection: ByteStreamHandler {
        private let shard: any EventLoop
        private let stream: any ByteStream
        private let script: Script
        private let answersPings: Bool
        private var held: [UInt8] = []
        private var decoder = RequestDecoder()

        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe shard.asUnownedSerialExecutor() }

        private static let pong: [UInt8] = [0, 0, 0, 4, 1, 0, 0xFF, 1]

        init(_ shard: any EventLoop, _ stream: any ByteStream, _ answersPings: Bool, _ script: @escaping Script) {
            self.shard = shard
            self.answersPings = answersPings
            self.stream = stream
            self.script = script
        }

        nonisolated func received(_ bytes: Span<UInt8>) {
            assumeIsolated { $0.take(bytes) }
        }

        nonisolated func becameWritable() {}
        nonisolated func closed() {}

        private func take(_ bytes: Span<UInt8>) {
            for index in bytes.indices { held.append(bytes[index]) }
            while case .frame(let length) = FrameDecoder.split(held.span) {
                let decoded = decoder.decode(
                    held.span.extracting(0..<length), sessionIsOpen: true, serves: { _ in true })
                held.removeFirst(length)
                if case .link(.ping) = decoded, answersPings {
                    _ = stream.write(Self.pong.span)
                }
                guard case .request(let request) = decoded else { continue }
                switch script(request) {
                case .nothing: break
                case .send(let bytes): _ = stream.write(bytes.span)
                case .sendAndClose(let bytes):
                    _ = stream.write(bytes.span)
                    stream.close()
                }
            }
        }
    }
}
