import CallControl
import CallModel
import EventLoops
import Foundation
import LibuvEventLoops
import RTPAudio
import TLibrary

/// A call between two telephones through an rtpengine, and whoever orders its recording: on one loop.
actor TwoTelephones {
    struct NoAnswer: Error {
        var question: String
    }

    /// When something was ordered, and when its answer had come.
    struct Moment {
        var ordered: WallTime
        var answered: WallTime
    }

    /// What the driver has said, and what it wants to be run on the loop.
    private final class Desk: Sendable {
        let events = Locked<[MediaReport.Event]>([])
        let work = Locked<[@Sendable () -> Void]>([])

        func runWork() {
            let work = work.withLock { work in
                defer { work = [] }
                return work
            }
            for piece in work { piece() }
        }
    }

    static let callID = "call%1@10.0.0.1"
    static let callerTag = "caller"
    static let calleeTag = "callee"

    private nonisolated let loop: LibuvEventLoop
    private nonisolated let daemon: SocketAddress
    private nonisolated let desk = Desk()
    private var control: (any DatagramSocket)?
    private var answers: [Int: [UInt8]] = [:]
    private var commands: UInt32 = 0
    private var voices: [RTPToneSender] = []
    private var isOver = false

    init(loop: LibuvEventLoop, daemon: SocketAddress) {
        self.loop = loop
        self.daemon = daemon
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
}

// MARK: - The call

extension TwoTelephones {
    /// Sets the call up; the caller speaks 440 Hz, the callee 1,000 Hz.
    func talk() async throws {
        control = try loop.openDatagramSocket(at: SocketAddress(host: "127.0.0.1", port: 0)) { datagram, _ in
            self.assumeIsolated { $0.hear(datagram.indices.map { datagram[$0] }) }
        }
        _ = try await ask(["command": "ping"])
        let caller = try loop.openDatagramSocket(at: SocketAddress(host: "127.0.0.1", port: 0)) { _, _ in }
        let callee = try loop.openDatagramSocket(at: SocketAddress(host: "127.0.0.1", port: 0)) { _, _ in }
        let toCallee = try await port(
            in: ask([
                "command": "offer", "call-id": Self.callID, "from-tag": Self.callerTag,
                "sdp": description(of: caller.localAddress), "ICE": "remove",
            ]))
        let toCaller = try await port(
            in: ask([
                "command": "answer", "call-id": Self.callID, "from-tag": Self.callerTag, "to-tag": Self.calleeTag,
                "sdp": description(of: callee.localAddress), "ICE": "remove",
            ]))
        speak(440, by: caller, to: toCaller)
        speak(1_000, by: callee, to: toCallee)
        tick()
    }

    private func speak(_ pitch: Int, by socket: any DatagramSocket, to port: UInt16) {
        guard let recording = RecordingID("voice") else { return }
        var voice = RTPToneSender(socket: socket)
        voice.speak(
            ToneStreamID(connection: ConnectionID(rawValue: 1), recording: recording, side: .anchor), pitch: pitch,
            to: SocketAddress(host: "127.0.0.1", port: port), now: loop.now)
        voices.append(voice)
    }

    func hangUp() {
        voices = []
        isOver = true
    }

    private func tick() {
        guard !isOver else { return }
        for place in voices.indices {
            voices[place].tick(now: loop.now)
        }
        _ = loop.after(.milliseconds(20)) { self.assumeIsolated { $0.tick() } }
    }

    private func description(of address: SocketAddress) -> String {
        [
            "v=0", "o=- 1 1 IN IP4 \(address.host)", "s=-", "c=IN IP4 \(address.host)", "t=0 0",
            "m=audio \(address.port) RTP/AVP 0", "a=sendrecv", "",
        ].joined(separator: "\r\n")
    }

    private func port(in answer: [String: Any]) throws -> UInt16 {
        let lines = (answer["sdp"] as? String ?? "").split(whereSeparator: \.isNewline)
        let words = lines.first { $0.hasPrefix("m=audio ") }?.split(separator: " ")
        guard let words, let port = UInt16(words[1]) else { throw NoAnswer(question: "sdp") }
        return port
    }

    /// Asks the daemon, in JSON, again and again until it answers.
    private func ask(_ question: [String: String]) async throws -> [String: Any] {
        commands += 1
        let number = Int(commands)
        let text = try JSONSerialization.data(withJSONObject: question)
        let datagram = [UInt8]("\(number) ".utf8) + [UInt8](text)
        for attempt in 0..<60_000 {
            if attempt % 20 == 0 { _ = control?.send(datagram.span, to: daemon) }
            try await Task.sleep(for: .milliseconds(5))
            guard let answer = answers[number] else { continue }
            return try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any] ?? [:]
        }
        throw NoAnswer(question: question["command"] ?? "")
    }

    private func hear(_ datagram: [UInt8]) {
        guard let space = datagram.firstIndex(of: UInt8(ascii: " ")),
            let number = Int(String(decoding: datagram[..<space], as: UTF8.self))
        else { return }
        answers[number] = Array(datagram[(space + 1)...])
    }
}

// MARK: - The recording

extension TwoTelephones {
    func attach(_ server: any MediaServer) {
        let (loop, desk) = (loop, desk)
        loop.onWake { desk.runWork() }
        server.attach(
            to: loop, server: 0,
            reports: MediaReports(
                deliver: { report in desk.events.withLock { $0.append(report.event) } },
                run: { _, piece in
                    desk.work.withLock { $0.append(piece) }
                    loop.wake()
                }))
    }

    /// Starts a recording whose anchor is the party with that tag.
    func start(_ server: any MediaServer, file: String, anchor: String) async throws -> Moment {
        let other = anchor == Self.callerTag ? Self.calleeTag : Self.callerTag
        let session = MediaSession(callID: Self.callID, fromTag: anchor, toTag: other)
        return try await order(
            server, .start(StartParameters(fileName: file, anchor: "5001", callUUID: "U", session: session)))
    }

    /// What the driver has said so far.
    nonisolated var events: [MediaReport.Event] { desk.events.withLock { $0 } }

    /// Waits until the driver has said that its server is lost.
    func awaitLoss() async throws {
        for _ in 0..<2_000 where !events.contains(.lost) { try await Task.sleep(for: .milliseconds(5)) }
        guard events.contains(.lost) else { throw NoAnswer(question: "loss") }
    }

    /// Gives a command, and waits until it is answered.
    func order(_ server: any MediaServer, _ verb: MediaCommand.Verb) async throws -> Moment {
        guard let recording = RecordingID("rec-1") else { throw NoAnswer(question: "id") }
        commands += 1
        let id = MediaCommand.ID(rawValue: commands)
        let ordered = loop.wallTime
        server.perform(
            MediaCommand(
                id: id, connection: ConnectionID(rawValue: 0xABC), recording: recording, server: 0, verb: verb),
            on: loop)
        for _ in 0..<60_000 {
            try await Task.sleep(for: .milliseconds(5))
            if desk.events.withLock({ $0.contains { $0.confirms(id) } }) {
                return Moment(ordered: ordered, answered: loop.wallTime)
            }
        }
        throw NoAnswer(question: "\(verb)")
    }
}

extension MediaReport.Event {
    fileprivate func confirms(_ id: MediaCommand.ID) -> Bool {
        switch self {
        case .started(let answered, _, _, _), .resumed(let answered, _, _), .confirmed(let answered): answered == id
        case .refused, .ended, .lost, .audio, .evidence, .source, .undecoded: false
        }
    }
}
