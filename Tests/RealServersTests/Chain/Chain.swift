import CallControl
import CallModel
import EventLoops
import Foundation
import Glibc
import LibuvEventLoops
import Logging
import Synchronization

/// Examples/Kamailio, running: rtpengine, Kamailio and `callcontrol serve`, as the example has them but for addresses.
final class Chain: Sendable {
    let directory = NSTemporaryDirectory() + "chain-\(UInt64.random(in: .min ... .max))"
    let places = ChainPlaces()
    let shard: any EventLoop
    /// What the engine's connection to Kamailio goes through.
    let relay: FeedRelay
    /// Values of kamailio.cfg, such as `RING=2000`.
    private let values: [String]
    private let parts = Mutex<[ChainPart]>([])

    private init(_ shard: any EventLoop, _ values: [String]) async throws {
        self.shard = shard
        self.values = values
        relay = try await FeedRelay(at: places[.relay], to: places[.feed], on: shard)
    }

    /// Runs `body` with a chain whose engine has heard which calls live, and ends all of it.
    static func run(with values: [String] = [], _ body: (Chain) async throws -> Void) async throws {
        let quiet = Logger(label: "chain") { _ in SwiftLogNoOpLogHandler() }
        try await LibuvEventLoop.withLoops(count: 1, name: "chain", logger: quiet) { loops in
            let chain = try await Chain(loops[0], values)
            let result: Result<Void, any Error>
            do {
                try await chain.begin()
                result = .success(try await body(chain))
            } catch {
                result = .failure(ChainFault("\(error)\n\(chain.logs)"))
            }
            await chain.end()
            try result.get()
        }
    }

    private func begin() async throws {
        try FileManager.default.createDirectory(atPath: "\(directory)/spool", withIntermediateDirectories: true)
        try await startMediaServer()
        try await makeDatabase()
        try startProxy()
        try await startEngine()
    }

    private func end() async {
        for part in parts.withLock({ $0 }).reversed() { part.end() }
        await relay.end()
        try? FileManager.default.removeItem(atPath: directory)
    }

    func start(_ name: String, _ program: String, _ arguments: [String]) throws -> ChainPart {
        let part = try ChainPart(name, program, arguments, in: directory)
        parts.withLock { $0.append(part) }
        return part
    }

    /// What each part said last.
    private var logs: String {
        parts.withLock { $0 }.map { "--- \($0.name)\n\($0.excerpt)" }.joined(separator: "\n")
    }
}

// The parts, by the command lines of Examples/Kamailio/README.md.
extension Chain {
    static let example = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../Examples/Kamailio").standardizedFileURL.path

    private func startMediaServer() async throws {
        let server = try start(
            "rtpengine", "/usr/bin/rtpengine",
            [
                "--config-file=none", "--foreground", "--log-stderr", "--log-level=6", "--table=-1",
                "--interface=\(places.host)", "--listen-ng=\(places[.mediaServer])", "--delete-delay=0",
                "--port-min=\(places[.audio].port)", "--port-max=\(places[.audioEnd].port)",
                "--recording-dir=\(directory)/spool", "--recording-method=pcap", "--recording-format=eth",
            ])
        // Kamailio looks for it when it starts, and then not again for a minute.
        try await server.says("Startup complete")
    }

    /// Kamailio's tables for calls that outlive a restart.
    private func makeDatabase() async throws {
        let tables = "/usr/share/kamailio/db_sqlite"
        let script =
            "cat \(tables)/standard-create.sql \(tables)/dialog-create.sql \(Self.example)/database.sql | sqlite3 calls.sqlite"
        guard try await start("sqlite3", "/bin/sh", ["-c", script]).ends() == 0 else {
            throw ChainFault(
                "There are no tables for Kamailio: scripts/test installs kamailio-sqlite-modules and sqlite3.")
        }
    }

    func startProxy() throws {
        _ = try start(
            "kamailio", "/usr/sbin/kamailio",
            [
                "-DD", "-E", "-f", "\(Self.example)/kamailio.cfg", "-Y", directory, "-P", "\(directory)/kamailio.pid",
                "-A", "SIP=udp:\(places[.sip])", "-A", "FEED=\"\(places[.feed])\"",
                "-A", "RTPENGINE=\"udp:\(places[.mediaServer])\"",
                "-A", "AGENT_5001=\"sip:5001@\(places[.agent])\"", "-A",
                "AGENT_5002=\"sip:5002@\(places[.otherAgent])\"",
                "-A", "DATABASE=\(directory)/calls.sqlite",
            ] + values.flatMap { ["-A", $0] })
    }

    /// Kills Kamailio without warning, as a crash would.
    func killProxy() async throws {
        guard let proxy = parts.withLock({ $0.last { $0.name == "kamailio" } }) else { return }
        try proxy.signal(SIGKILL)
        _ = try await proxy.ends()
    }

    /// Stops the engine for a while: its connections stay, and nothing is read.
    func stopEngine() throws { try engine?.signal(SIGSTOP) }

    func continueEngine() throws { try engine?.signal(SIGCONT) }

    /// How many sessions rtpengine has.
    var mediaSessions: Int { get async throws { try await NGList.count(at: places[.mediaServer], on: shard) } }

    /// Starts the built program with the example's configuration. The one before, if any, is gone.
    func startEngine() async throws {
        var text = try String(contentsOfFile: "\(Self.example)/callcontrol.yaml", encoding: .utf8)
        try text.move("127.0.0.1:8000", to: "\(places[.tLibrary])")
        try text.move("127.0.0.1:8448", to: "\(places[.relay])")
        try text.move("127.0.0.1:2223", to: "\(places[.mediaServer])")
        // Tests read the captures, which are deleted once their WAV file is complete.
        text.replace("convert: true", with: "convert: true\n  keep-captures: -1")
        let file = "\(directory)/callcontrol.yaml"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let program = Bundle.main.bundleURL.appending(path: "callcontrol").path
        try await start("callcontrol", program, ["serve", "--config", file]).says("listening on")
        try await engineHears(times: 1)
    }

    /// Waits until the engine has heard so many times which calls live.
    func engineHears(times: Int) async throws {
        try await engine?.says("has told which calls live", times: times)
    }

    func endEngine() { engine?.end() }

    private var engine: ChainPart? { parts.withLock { $0.last { $0.name == "callcontrol" } } }
}

extension String {
    fileprivate mutating func move(_ address: String, to other: String) throws {
        guard contains("\"\(address)\"") else { throw ChainFault("The example has no address \(address).") }
        replace("\"\(address)\"", with: "\"\(other)\"")
    }
}
