import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
import RTPAudio
import TLibrary
import TestSupport

/// Stands in for the engine and for the parties' telephones: orders, on the recorder's loop, and tones.
actor MediaFixture {
    struct NoAnswer: Error {
        var command: MediaCommand.ID
    }

    struct NoReport: Error {
        var recording: RecordingID
    }

    private nonisolated let loop: LibuvEventLoop
    private nonisolated let server: any MediaServer
    private nonisolated let reports = Locked<[MediaReport]>([])
    private var commands: UInt32 = 0
    private var telephones: [RTPToneSender] = []
    private var addresses: [SocketAddress] = []
    private var ticks = 0

    init(loop: LibuvEventLoop, server: any MediaServer) {
        self.loop = loop
        self.server = server
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    func attach() {
        let reports = MediaReports { [self] report in self.reports.withLock { $0.append(report) } }
        server.attach(to: loop, server: 0, reports: reports)
    }

    /// Gives an order; says its id, and when it was given on the loop's clock.
    func order(
        _ verb: MediaCommand.Verb, _ recording: RecordingID, again id: MediaCommand.ID? = nil
    ) -> (id: MediaCommand.ID, at: Duration) {
        commands += 1
        let id = id ?? MediaCommand.ID(rawValue: commands)
        server.perform(
            MediaCommand(
                id: id, connection: ConnectionID(rawValue: 0xABC), recording: recording, server: 0, verb: verb),
            on: loop)
        return (id, loop.now)
    }

    /// Whether nobody takes datagrams there.
    func isFree(_ address: SocketAddress) -> Bool {
        guard let socket = try? loop.openDatagramSocket(at: address, received: { _, _ in }) else { return false }
        socket.close()
        return true
    }

    /// Opens one more telephone, and says its number.
    func openTelephone() throws -> Int {
        let socket = try loop.openDatagramSocket(at: SocketAddress(host: "127.0.0.1", port: 0)) { _, _ in }
        telephones.append(RTPToneSender(socket: socket))
        addresses.append(socket.localAddress)
        if telephones.count == 1 {
            tick()
        }
        return telephones.count - 1
    }

    /// Says when it began, on the loop's clock.
    @discardableResult
    func speak(
        _ pitch: Int, to target: SocketAddress, _ recording: RecordingID, _ side: ToneStreamID.Side, by telephone: Int
    ) -> Duration {
        telephones[telephone].speak(
            ToneStreamID(connection: ConnectionID(rawValue: 0xABC), recording: recording, side: side), pitch: pitch,
            to: target, now: loop.now)
        return loop.now
    }

    func hush(_ recording: RecordingID, _ side: ToneStreamID.Side, by telephone: Int) {
        telephones[telephone].hush(
            ToneStreamID(connection: ConnectionID(rawValue: 0xABC), recording: recording, side: side))
    }

    /// On the loop's clock.
    var now: Duration { loop.now }

    private func tick() {
        ticks += 1
        for telephone in telephones.indices {
            telephones[telephone].tick(now: loop.now)
        }
        _ = loop.after(.milliseconds(20)) { self.assumeIsolated { $0.tick() } }
    }
}

extension MediaFixture {
    /// Waits for so many ticks of the telephones, of 20 ms: a loop that stands still is given the time it lost.
    func talk(_ count: Int) async throws {
        let end = ticks + count
        while ticks < end {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    nonisolated func events(of recording: RecordingID) -> [MediaReport.Event] {
        reports(of: recording).map(\.event)
    }

    nonisolated func reports(of recording: RecordingID) -> [MediaReport] {
        reports.withLock { $0 }.filter { $0.recording == recording }
    }

    /// Gives an order and waits for its answer.
    func ask(
        _ verb: MediaCommand.Verb, _ recording: RecordingID, again id: MediaCommand.ID? = nil
    ) async throws -> (answer: MediaReport.Event, at: Duration) {
        let before = events(of: recording).count
        let (id, at) = order(verb, recording, again: id)
        return (try await answer(to: id, recording, after: before), at)
    }

    /// Waits for the answer among the recording's reports after the first few.
    nonisolated func answer(
        to id: MediaCommand.ID, _ recording: RecordingID, after count: Int = 0
    ) async throws -> MediaReport.Event {
        var found: MediaReport.Event?
        _ = try await holdsEventually {
            found = events(of: recording).dropFirst(count).first { $0.answers(id) }
            return found != nil
        }
        guard let found else { throw NoAnswer(command: id) }
        return found
    }

    nonisolated func wait(for event: MediaReport.Event, _ recording: RecordingID) async throws {
        try await wait(for: recording) { $0 == event }
    }

    nonisolated func wait(
        for recording: RecordingID, _ isAwaited: (MediaReport.Event) -> Bool
    ) async throws {
        guard try await holdsEventually({ events(of: recording).contains(where: isAwaited) }) else {
            throw NoReport(recording: recording)
        }
    }

    /// Tells who speaks in a recording, and from where.
    func follow(_ path: MediaRoute) {
        server.follow(path, on: loop)
    }

    /// From where a telephone sends.
    func address(of telephone: Int) -> SocketAddress { addresses[telephone] }
}

extension MediaReport.Event {
    func answers(_ id: MediaCommand.ID) -> Bool {
        switch self {
        case .started(let answered, _, _, _), .resumed(let answered, _, _), .confirmed(let answered),
            .refused(let answered, _):
            answered == id
        case .ended, .lost, .audio, .evidence, .source, .undecoded: false
        }
    }
}
