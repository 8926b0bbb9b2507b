import CallModel
import TLibrary

/// The verbs as most scenarios use them, with what each promises.
extension ConformanceRun {
    static func order(
        _ file: String, _ recording: FixtureRecording, startsPaused: Bool = false
    ) -> MediaCommand.Verb {
        .start(
            StartParameters(
                fileName: file, anchor: "5001", callUUID: "8F0C2D4E6A", session: recording.session,
                startsPaused: startsPaused))
    }

    /// Orders a start that must be confirmed, and lets both sides speak.
    @discardableResult
    func start(
        _ recording: inout FixtureRecording, file: String = "call", startsPaused: Bool = false
    ) async throws -> MediaCommand.ID {
        let verb = Self.order(file, recording, startsPaused: startsPaused)
        let id = await give(verb, to: recording)
        let answer = try await answer(to: id, of: recording, "a start")
        try await accept(answer, of: &recording)
        return id
    }

    /// Takes what a start was answered with.
    func accept(_ answer: MediaReport.Event, of recording: inout FixtureRecording) async throws {
        guard case .started(_, let file, let intake, let proof) = answer else {
            throw ConformanceViolation("a start is answered with \(answer.word)")
        }
        try Self.judge(file)
        recording.file = file
        note(recording, lives: true)
        if let intake { try await stand.sendAudio(of: recording, to: intake) }
        if proof == .simulated, try await stand.isCapturing(recording) != nil {
            throw ConformanceViolation("a start is confirmed with no other proof than that it is simulated")
        }
    }

    private static func judge(_ file: String) throws(ConformanceViolation) {
        let isSound = !file.isEmpty && file.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
        guard isSound, !file.hasPrefix(".") else {
            throw ConformanceViolation("a start is confirmed with a name that is no name of a file")
        }
    }

    @discardableResult
    func pause(_ recording: FixtureRecording) async throws -> MediaCommand.ID {
        try await confirmed(.pause, recording, "a pause")
    }

    /// Goes on in the same file or in a new one, as the driver's capabilities say.
    @discardableResult
    func resume(_ recording: inout FixtureRecording) async throws -> MediaCommand.ID {
        let id = await give(.resume, to: recording)
        let answer = try await answer(to: id, of: recording, "a resume")
        switch answer {
        case .confirmed where promised.contains { $0 != .segments }: break
        case .resumed(_, let file, _) where promised.contains(.segments):
            try Self.judge(file)
            guard file != recording.file else {
                throw ConformanceViolation("a resume names the file that was there before the pause as its new one")
            }
            recording.file = file
            note(recording, lives: true)
        case .started, .resumed, .confirmed, .refused, .ended, .lost, .audio, .evidence, .source, .undecoded:
            let pause = capabilities.pause.rawValue
            throw ConformanceViolation("a resume is answered with \(answer.word) where pauses leave \(pause)")
        }
        return id
    }

    @discardableResult
    func stop(_ recording: FixtureRecording) async throws -> MediaCommand.ID {
        let id = try await confirmed(.stop, recording, "a stop")
        note(recording, lives: false)
        return id
    }

    @discardableResult
    func confirmed(
        _ verb: MediaCommand.Verb, _ recording: FixtureRecording, again id: MediaCommand.ID? = nil, _ what: String
    ) async throws -> MediaCommand.ID {
        let answer = try await ask(verb, to: recording, again: id, what)
        guard case .confirmed(let id) = answer else {
            throw ConformanceViolation("\(what) is answered with \(answer.word)")
        }
        return id
    }

    func refused(_ verb: MediaCommand.Verb, _ recording: FixtureRecording, _ what: String) async throws {
        let answer = try await ask(verb, to: recording, what)
        guard case .refused = answer else {
            throw ConformanceViolation("\(what) is answered with \(answer.word)")
        }
    }
}

/// What the stand knows, held against what the driver said.
extension ConformanceRun {
    /// What was to begin is given time for it; what was to end has ended when its confirmation comes.
    func expect(_ recording: FixtureRecording, captures expected: Bool, _ when: String) async throws {
        let stand = stand
        if expected {
            let captures = try await stand.shard.pass(atMost: stand.patience) {
                try await stand.isCapturing(recording) != false
            }
            if !captures { throw ConformanceViolation("nothing is captured \(when)") }
        } else if try await stand.isCapturing(recording) == true {
            throw ConformanceViolation("audio is captured \(when)")
        }
    }

    /// Sooner or later: a start may have come to the server after the stop that followed it, and is then put right.
    func expectSilence(of recording: FixtureRecording, _ when: String) async throws {
        let stand = stand
        let ends = try await stand.shard.pass(atMost: stand.patience) {
            try await stand.isCapturing(recording) != true
        }
        if !ends { throw ConformanceViolation("audio is captured for good \(when)") }
    }

    /// Each has a file of its own, where files are kept.
    func expectApart(_ recordings: [FixtureRecording]) async throws {
        guard try await stand.files() != nil, Set(recordings.map(\.file)).count < recordings.count else { return }
        throw ConformanceViolation("two recordings are confirmed with one name")
    }

    func expectFile(_ file: String, _ when: String) async throws {
        guard let files = try await stand.files(), !files.contains(file) else { return }
        throw ConformanceViolation("the file that was confirmed is not there \(when)")
    }

    func expectClosed(_ file: String, _ when: String) async throws {
        if try await stand.isClosed(file) == false {
            throw ConformanceViolation("a file is still open \(when)")
        }
    }
}

extension MediaReport.Event {
    /// For violations: what it is, without what parties or clients have said.
    var word: String {
        switch self {
        case .started: "started"
        case .resumed: "resumed"
        case .confirmed: "confirmed"
        case .refused(_, .refused), .refused(_, .disk): "refused"
        case .refused(_, .notProved): "not proved"
        case .ended: "ended"
        case .lost: "lost"
        case .audio: "a word on audio"
        case .evidence: "evidence of capture"
        case .source: "a word on where audio comes from"
        case .undecoded: "codecs that are not decoded"
        }
    }
}
