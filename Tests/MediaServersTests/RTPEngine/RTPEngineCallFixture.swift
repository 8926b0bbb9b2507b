import CallModel
import TLibrary
import Testing

@testable import MediaServers

/// A course that is fed by hand, at a server of a given release.
struct RTPEngineCallFixture {
    var course = RTPEngineCall(callID: "call@1")
    var around = RTPEngineEnvironment(
        traits: ServerCapabilities(), spool: "/spool", proofTime: .milliseconds(1_500), mediaProof: .seconds(5),
        now: .seconds(100))
    var outcome = RTPEngineEffects()
    private var commands: UInt32 = 0
    let recording: RecordingID

    init(_ traits: ServerCapabilities, spool: Bool = true) throws {
        around.traits = traits
        if !spool { around.spool = nil }
        recording = try #require(RecordingID("r1"))
    }

    /// Debian 12's.
    static let release10 = ServerCapabilities(pause: .missing, keepsState: false, namesFiles: false, showsMetadata: nil)
    /// Debian 13's: it says that it pauses, and writes on; and each recording of a call-id goes to one file.
    static let release12 = ServerCapabilities(pause: .served, keepsState: true, namesFiles: false, showsMetadata: false)
    static let release26 = ServerCapabilities(pause: .seen, keepsState: true, namesFiles: true, showsMetadata: true)

    @discardableResult
    mutating func take(_ input: RTPEngineInput) -> RTPEngineEffects {
        outcome = course.take(input, in: &around)
        return outcome
    }

    @discardableResult
    mutating func order(_ verb: MediaCommand.Verb) -> MediaCommand.ID {
        commands += 1
        let id = MediaCommand.ID(rawValue: commands)
        take(
            .command(
                MediaCommand(id: id, connection: ConnectionID(rawValue: 7), recording: recording, server: 0, verb: verb)
            ))
        return id
    }

    var start: MediaCommand.Verb {
        .start(
            StartParameters(
                fileName: "name", anchor: "5001", callUUID: "U", session: MediaSession(callID: "call@1", fromTag: "a")))
    }

    var sent: NGRequest.Command? { outcome.send?.command }
    var event: MediaReport.Event? { outcome.report?.event }

    static func reply(
        _ result: NGReply.Result = .ok, _ recording: NGReply.Recording? = nil, packets: Int = 0, metadata: Bool = false
    ) -> RTPEngineInput {
        var reply = NGReply(result)
        reply.recording = recording
        reply.packets = packets
        reply.octets = packets * 172
        reply.showsMetadata = metadata
        return .answered(reply)
    }

    static func file(_ original: String = "call%401-92ee78ec126ecd9d", asProposed: Bool = false) -> SpoolFile {
        SpoolFile(original: original, name: original, isAsProposed: asProposed)
    }

    /// Brings a recording about.
    mutating func record() {
        order(start)
        if course.step == .naming { take(.spool(.named("name"))) }
        take(Self.reply())
        if around.spool == nil {
            take(Self.reply(.ok, .on, metadata: around.traits.showsMetadata == true))
        } else if around.traits.namesFiles == true {
            take(.spool(.found(Self.file("name", asProposed: true))))
        } else {
            take(.spool(.found(Self.file())))
        }
        if case .renaming = course.step {
            var file = Self.file()
            file.name = "name"
            take(.spool(.renamed(file, isDone: true)))
        }
    }

    /// The server has closed the file.
    mutating func close() {
        take(.spool(.closed(original: Self.file().original)))
        measure()
    }

    /// A file of which nothing was seen yet is looked at once more, and has `size` bytes.
    mutating func measure(_ size: Int = 4_120) {
        if case .measuring = course.step { take(.spool(.size(size))) }
    }

    /// The edges of capture that the last step told, in seconds since the stage's beginning.
    var edges: [Edge] {
        outcome.evidence.compactMap { report in
            guard case .evidence(let evidence) = report.event else { return nil }
            switch evidence.edge {
            case .began(let moment): return .began((moment - .seconds(100)) / .seconds(1))
            case .ended(let moment): return .ended((moment - .seconds(100)) / .seconds(1))
            }
        }
    }

    enum Edge: Equatable {
        case began(Double), ended(Double)
    }

    mutating func pass(_ duration: Duration) { around.now += duration }
}

extension NGReply {
    fileprivate init(_ result: Result) {
        guard let reply = NGReply(Array("d6:result2:oke".utf8).span) else { preconditionFailure("it is a reply") }
        self = reply
        self.result = result
    }
}
