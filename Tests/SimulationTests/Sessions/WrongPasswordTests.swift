import CallControlTesting
import CallModel
import Logging
import TLibrary
import Testing

@testable import CallControl

/// Wrong passwords: answered late, counted, logged, and at some number no longer listened to.
struct WrongPasswordTests {
    private func scene(_ configure: (inout EngineConfiguration) -> Void = { _ in }) throws -> UnopenedFixture {
        try UnopenedFixture {
            $0.password = "secret"
            configure(&$0)
        }
    }

    /// Within which of the times the refusal of a wrong password comes, in milliseconds.
    private func wait(_ scene: UnopenedFixture, from host: String, _ times: [Int]) -> Int? {
        let connection = scene.asking(from: host, password: "guess")
        var passed = 0
        for time in times {
            scene.pass(.milliseconds(time - passed))
            passed = time
            if connection.takeMessages() == ["Error 119"] { return time }
        }
        return nil
    }

    private static let steps = [200, 300, 450, 600, 900, 1_150, 1_900, 2_150, 3_900, 4_150]

    @Test func `each from one address is answered later than the one before, up to the longest delay`() throws {
        let scene = try scene()
        let waits = (0..<6).map { _ in wait(scene, from: "10.1.0.1", Self.steps) }
        #expect(waits == [300, 600, 1_150, 2_150, 4_150, 4_150])
        #expect(wait(scene, from: "10.1.0.2", Self.steps) == 300, "another address has a count of its own")
        #expect(scene.count { $0.openingRefused(.password) } == 7)
    }

    @Test func `the right one is never late, and guesses are closed after their answer`() throws {
        let scene = try scene()
        for _ in 0..<4 { _ = wait(scene, from: "10.1.0.1", Self.steps) }
        let wrong = scene.asking(from: "10.1.0.1", password: "guess", then: UnopenedFixture.opening(password: "secret"))
        let right = scene.asking(from: "10.1.0.1", password: "secret")
        scene.pass(.milliseconds(100))
        #expect(right.takeMessages() == ["EventLinkConnected"] && wrong.takeMessages().isEmpty && !wrong.isClosed)
        scene.pass(.seconds(6))
        #expect(wrong.takeMessages() == ["Error 119"] && wrong.isClosed, "what stands behind is not looked at")
    }

    @Test func `a delay stays below handshake`() throws {
        let scene = try scene { $0.handshake = .seconds(1) }
        let waits = (0..<4).map { _ in wait(scene, from: "10.1.0.1", [200, 300, 450, 600, 750, 900]) }
        #expect(waits == [300, 600, 900, 900])
    }

    @Test func `no delay: at once`() throws {
        let scene = try scene { $0.failures.delay = .zero }
        #expect((0..<5).allSatisfy { _ in wait(scene, from: "10.1.0.1", [50]) == 50 })
    }

    @Test func `a guesser that leaves is gone, and gets nothing later`() throws {
        let scene = try scene()
        for _ in 0..<4 { _ = wait(scene, from: "10.1.0.1", Self.steps) }
        let connection = scene.asking(from: "10.1.0.1", password: "guess")
        scene.pass(.milliseconds(100))
        connection.close()
        scene.pass(.milliseconds(2_500))
        #expect(scene.unopened == 0 && scene.served.sessions.isEmpty)
        scene.pass(.seconds(5))
    }

    @Test func `an address is blocked for the rest of its window`() throws {
        let scene = try scene {
            $0.failures.perAddress = 3
            $0.failures.window = .seconds(60)
        }
        for _ in 0..<3 { _ = wait(scene, from: "10.1.0.1", Self.steps) }
        let blocked = scene.asking(from: "10.1.0.1", password: "secret")
        let other = scene.asking(from: "10.1.0.2", password: "secret")
        scene.pass(.milliseconds(100))
        #expect(blocked.isClosed && blocked.takeMessages().isEmpty)
        #expect(other.takeMessages() == ["EventLinkConnected"])
        #expect(scene.count { $0.openingRefused(.blocked) } == 1)
        #expect(scene.log.lines.contains("an address is blocked after too many wrong passwords"))
        scene.pass(.seconds(60))
        let later = scene.asking(from: "10.1.0.1", password: "secret")
        scene.pass(.milliseconds(100))
        #expect(later.takeMessages() == ["EventLinkConnected"])
    }

    @Test func `other refusals are counted and logged, and not late`() throws {
        let scene = try scene { $0.limits.sessions = 1 }
        _ = scene.asking(from: "10.1.0.1", password: "secret")
        scene.pass(.milliseconds(50))
        let full = scene.asking(from: "10.1.0.1", password: "secret")
        let register = RegisterClient(applicationName: "old", protocolVersion: "0", password: "secret")
        let old = scene.served.simulation.connect(to: ServedSimulation.address)
        old.send(UnopenedFixture.bytes(of: .registerClient(register)))
        scene.pass(.milliseconds(50))
        #expect(full.takeMessages() == ["Error 118"] && old.takeMessages() == ["Error 55"])
        #expect(OpeningRefusal.allCases.map { reason in scene.count { $0.openingRefused(reason) } } == [0, 1, 1, 0])
        #expect(scene.count(\.sessionsRefused) == 2)
    }

    // MARK: - The log

    @Test func `one line for an address and a minute, and the count at its end`() {
        let (simulation, lines, log) = log()
        func note(_ peer: String, _ application: String = "desk") {
            simulation.perform { log.note(.password, peer: peer, application: application, on: simulation.shards[0]) }
        }
        for _ in 0..<5 { note("10.1.0.1:5000") }
        note("10.1.0.2:5000", "a\nb\u{202E}" + String(repeating: "x", count: 100))
        let named = "a\\u{a}b\\u{202e}" + String(repeating: "x", count: 60) + "…"
        #expect(
            lines.all == [
                "a session is refused application=desk count=1 peer=10.1.0.1:5000 reason=password",
                "a session is refused application=\(named) count=1 peer=10.1.0.2:5000 reason=password",
            ])
        simulation.advance(by: .seconds(61))
        #expect(
            lines.all.dropFirst(2) == [
                "a session is refused application=desk count=4 peer=10.1.0.1:5000 reason=password"
            ])
        note("10.1.0.1:5001")
        #expect(lines.all.count == 4)
    }

    @Test func `strangers of any number cause a bounded number of lines`() {
        let (simulation, lines, log) = log()
        for number in 0..<5_000 {
            let peer = "10.\(number / 250).0.\(number % 250):5000"
            for _ in 0..<2 {
                simulation.perform { log.note(.password, peer: peer, application: "", on: simulation.shards[0]) }
            }
        }
        #expect(lines.all.count == 100)
        simulation.advance(by: .seconds(61))
        #expect(lines.all.count == 201)
        #expect(lines.all.last == "sessions of further addresses are refused count=9800")
    }

    private func log() -> (Simulation, Gathered<String>, OpeningLog) {
        let lines = Gathered<String>()
        let logger = Logger(label: "openings") { _ in WholeLines(lines: lines) as any LogHandler }
        return (Simulation(seed: 1), lines, OpeningLog(logger: logger))
    }

    @Test func `addresses beyond the bound of the table are forgotten, the oldest first`() {
        var limits = EngineConfiguration.Failures()
        limits.perAddress = 1
        let failures = OpeningFailures(limits: limits, handshake: .seconds(5))
        func address(_ number: Int) -> PeerAddress {
            PeerAddress("11.\(number >> 16).\(number >> 8 & 255).\(number & 255)")
        }
        for number in 0...OpeningFailures.addressLimit { _ = failures.add(address(number), at: .seconds(1)) }
        #expect(!failures.isBlocked(address(0), at: .seconds(2)))
        #expect(failures.isBlocked(address(1), at: .seconds(2)))
        #expect(failures.isBlocked(address(OpeningFailures.addressLimit), at: .seconds(2)))
        #expect(!failures.isBlocked(address(1), at: .seconds(301)))
    }
}

/// Keeps lines with their metadata.
private struct WholeLines: LogHandler {
    let lines: Gathered<String>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(lines: Gathered<String>) {
        self.lines = lines
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let pairs = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        lines.append(([event.message.description] + pairs).joined(separator: " "))
    }
}
