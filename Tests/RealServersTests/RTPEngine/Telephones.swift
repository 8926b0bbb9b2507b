import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
import RTPAudio
import TLibrary

/// Calls whose media goes through a daemon: two parties each, of whom both speak a tone.
actor Telephones {
    /// The pitch that the caller speaks, and that of the called one, in Hz.
    static let pitches = (caller: 440, called: 1_000)

    struct NoPort: Error {
        var description: String
    }

    private nonisolated let loop: LibuvEventLoop
    private nonisolated let client: NGProbe
    // By the daemon and the call-id: a call may be tried through two.
    private var voices: [String: (caller: RTPToneSender, called: RTPToneSender)] = [:]
    private var sockets: [String: [any DatagramSocket]] = [:]
    private var isTicking = false

    init(on loop: LibuvEventLoop, client: NGProbe) {
        self.loop = loop
        self.client = client
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// A call of this id is offered, answered and spoken in.
    func begin(_ callID: String, at daemon: SocketAddress, speaks: Bool = true) async throws -> MediaSession {
        let (caller, called) = (try openSocket(), try openSocket())
        let leg = "\(daemon) \(callID)"
        sockets[leg] = [caller, called]
        let offer = ["command": "offer", "call-id": callID, "from-tag": "\(callID)-from", "ICE": "remove"]
        let answer = ["command": "answer", "call-id": callID, "from-tag": "\(callID)-from", "to-tag": "\(callID)-to"]
        let toCalled = try await client.ask(
            offer.merging(["sdp": Self.sdp(caller.localAddress)]) { old, _ in old }, of: daemon)
        let toCaller = try await client.ask(
            answer.merging(["sdp": Self.sdp(called.localAddress)]) { old, _ in old }, of: daemon)
        if speaks {
            speak(leg, caller: caller, to: try Self.target(toCaller), called: called, to: try Self.target(toCalled))
        }
        guard let session = MediaSession(callID: callID, fromTag: "\(callID)-from", toTag: "\(callID)-to") else {
            preconditionFailure("a call-id of these tests is no call-id")
        }
        return session
    }

    private func speak(
        _ leg: String, caller: any DatagramSocket, to callerTarget: SocketAddress, called: any DatagramSocket,
        to calledTarget: SocketAddress
    ) {
        var voices = (caller: RTPToneSender(socket: caller), called: RTPToneSender(socket: called))
        guard let id = RecordingID("voice") else { preconditionFailure("voice is the id of no recording") }
        let voice = ToneStreamID(connection: .none, recording: id, side: .anchor)
        voices.caller.speak(voice, pitch: Self.pitches.caller, to: callerTarget, now: loop.now)
        voices.called.speak(voice, pitch: Self.pitches.called, to: calledTarget, now: loop.now)
        self.voices[leg] = voices
        tickLater()
    }

    func end(_ callID: String, at daemon: SocketAddress) async throws {
        let leg = "\(daemon) \(callID)"
        for socket in sockets.removeValue(forKey: leg) ?? [] { socket.close() }
        voices[leg] = nil
        try await client.ask(["command": "delete", "call-id": callID], of: daemon, tries: 2)
    }

    private func openSocket() throws -> any DatagramSocket {
        try loop.openDatagramSocket(at: SocketAddress(host: "127.0.0.1", port: 0)) { _, _ in }
    }

    private func tickLater() {
        guard !isTicking, !voices.isEmpty else { return }
        isTicking = true
        _ = loop.after(.milliseconds(20)) { self.assumeIsolated { $0.tick() } }
    }

    private func tick() {
        isTicking = false
        for leg in voices.keys {
            voices[leg]?.caller.tick(now: loop.now)
            voices[leg]?.called.tick(now: loop.now)
        }
        tickLater()
    }

    private static func sdp(_ address: SocketAddress) -> String {
        """
        v=0\r
        o=- 1 1 IN IP4 \(address.host)\r
        s=-\r
        c=IN IP4 \(address.host)\r
        t=0 0\r
        m=audio \(address.port) RTP/AVP 0\r
        a=rtpmap:0 PCMU/8000\r

        """
    }

    /// Where an answer wants the audio of its reader.
    private static func target(_ sdp: String) throws -> SocketAddress {
        let lines = sdp.split(whereSeparator: \.isNewline)
        guard let host = lines.first(where: { $0.hasPrefix("c=") })?.split(separator: " ").last,
            let media = lines.first(where: { $0.hasPrefix("m=audio ") })?.split(separator: " "),
            let port = UInt16(media[1])
        else { throw NoPort(description: sdp) }
        return SocketAddress(host: String(host), port: port)
    }
}
