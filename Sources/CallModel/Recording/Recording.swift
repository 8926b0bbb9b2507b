public import TLibrary

/// One recording of a call: what is desired, what is effective, and at most one command under way.
///
/// Step it with ``take(_:under:)``, then carry out the whole outcome before the next step.
struct Recording: Sendable, Equatable {
    /// What the media server has been told and has not answered yet.
    struct Command: Sendable, Equatable {
        enum Verb: Sendable, Equatable {
            /// `paused`: to begin paused.
            case start(paused: Bool)
            case pause, resume, stop
        }

        var id: MediaCommand.ID
        var verb: Verb
        var server: Int
        var triesLeft: Int
        /// Not sent yet: it waits for its deadline, so that a server that refuses at once is not asked without end.
        var isPostponed = false
        /// Why it is sent, and for whom: what its change will say.
        var cause: RecordingCause
        var thirdParty: String?

        /// What effective will be once it is confirmed.
        var target: RecordingState {
            switch verb {
            case .start(let paused): paused ? .paused : .on
            case .pause: .paused
            case .resume: .on
            case .stop: .off
            }
        }
    }

    let id: RecordingID
    /// The call in which it began, and by which media servers know it. That call may have become part of another since.
    let call: CallIdentity
    var anchor: Party.ID
    let anchorDN: DirectoryNumber
    let agentID: String
    /// Extensions `dest`, `dest2` and `params` of who started it.
    let place: RecordingDestination
    /// Whether an option began it, and no request or route.
    let isByOption: Bool
    /// What chance says of the choice among media servers.
    let draw: UInt64

    var phase = RecordingPhase.armed
    var desired: RecordingState
    var effective = RecordingState.off
    /// The wishes that the command under way fulfils.
    var inFlightIntents = TinyArray<Intent>()
    /// The latest wish whose command has not been sent.
    var next: Intent?
    /// Wishes that have failed, and are told so once the stop that follows is over.
    var failedIntents = TinyArray<Intent>()
    var command: Command?
    /// The media server that has it, or is tried.
    var server = 0
    /// The servers that this start has been tried on.
    var tried = MediaServerSet()
    /// The anchor's media, as the last start named it; `nil`: it named none.
    var session: MediaSession?
    /// The server at which it takes up room; `nil`: none.
    var seat: Int?
    /// The search for another media server that goes on, by its number; `nil`: none does.
    var search: UInt32?
    /// When it ends.
    var searchEnd = Duration.zero
    /// Whether the anchor is established.
    var anchorHasMedia: Bool
    /// The recording that must be over before this one starts.
    var waitsFor: RecordingID?

    /// The cause of the last change.
    var cause: RecordingCause
    /// The name proposed for the start under way.
    var proposedFile = ""
    /// The file that a resume under way went on in, where it went on in a new one.
    var resumedFile: String?
    /// The latest file.
    var file = ""
    /// Those before it, of pauses that leave segments and of recoveries.
    var earlierFiles: [String] = []
    var reason: RecordingReason?
    var audio = RecordingAudio()
    /// What a disk did to the file, of a recording that ends.
    var flaw: RecordingReason?
    /// Paused, and past the pause's limit.
    var isPastPauseLimit = false
    var pauseLimit = PauseLimit()
    /// The state under which it is counted (``RecordingMetricsDelta``); `nil`: not counted yet.
    var counted: RecordingState?

    init(
        id: RecordingID, in call: CallIdentity, anchor: Party, place: RecordingDestination, wish: Intent,
        pauseLimit: PauseLimit, waitsFor: RecordingID?, draw: UInt64
    ) {
        self.id = id
        self.call = call
        self.draw = draw
        self.anchor = anchor.id
        anchorDN = anchor.dn
        agentID = anchor.agentID
        self.place = place
        desired = wish.target
        next = wish
        cause = wish.cause
        isByOption = wish.cause == .configuration
        self.pauseLimit = pauseLimit
        anchorHasMedia = anchor.state.hasMedia
        self.waitsFor = waitsFor
    }

    /// What people should look at first.
    var warning: RecordingWarning? { isPastPauseLimit ? .pauseLimit : audio.missing.isEmpty ? nil : .noMedia }

    var notice: RecordingInfo {
        RecordingInfo(
            id: id, state: effective, cause: cause, party: anchorDN.text, file: file,
            earlierFiles: earlierFiles, reason: reason, warning: warning,
            warningSides: warning == .noMedia ? audio.missing : [])
    }

    /// Whether requests still address it: nobody has asked for its end.
    @inline(__always)
    var isLive: Bool { phase != .over && desired != .off }
}

extension Recording {
    /// As media servers know it.
    var name: RecordingKey { RecordingKey(origin: call.connection, recording: id) }
}

extension Recording.Command {
    /// Takes the place of another: its change still tells why, and for whom.
    mutating func keepReason(of other: Recording.Command?) {
        guard let other else { return }
        cause = other.cause
        thirdParty = other.thirdParty
    }
}

extension Recording {
    /// Whether this command was sent, and not answered yet.
    func isWaiting(for id: MediaCommand.ID) -> Bool {
        guard let command else { return false }
        return command.id == id && !command.isPostponed
    }
}

extension Recording {
    /// What a media server is told of the start under way.
    func order(paused: Bool, sources: MediaSources) -> StartParameters {
        StartParameters(
            fileName: proposedFile, anchor: anchorDN, callUUID: call.uuid, session: session, sources: sources,
            startsPaused: paused, destination: place.destination, secondDestination: place.secondDestination,
            parameters: place.parameters)
    }
}

/// Where a recording goes, as its starter said: passed on to the media server.
public struct RecordingDestination: Sendable, Equatable {
    public var destination = ""
    public var secondDestination = ""
    public var parameters = KeyValueList()

    public init() {}
}

/// What one step of a recording asks of the world. The parts are independent, and all are carried out.
struct RecordingOutcome: Sendable, Equatable {
    /// A command for the recording's server, with its tries before it.
    var send: Recording.Command?
    /// A deadline for the command under way.
    var awaits: MediaCommand.ID?
    /// A server at which a start was given up: it is told to stop.
    var cleanUp: Int?
    /// The servers whose room it gives back, and takes up.
    var leaves: Int?
    var takes: Int?
    /// It came to nothing.
    var hasFailed = false
    /// A search for a media server began, which may take so long: its number.
    var searchBegan: UInt32?
    /// A look at the limit of a pause, by its number.
    var look: PauseLimit.Look?
    /// What the limit of a pause asks for.
    var limitWish: Intent?
    /// The recording's notice changed: one EventAttachedDataChanged.
    var changed = TinyArray<RecordingChange>()
    /// Wishes whose outcome is now known.
    var results = TinyArray<IntentResult>()
    /// How the recording after this one on the same anchor fares; `nil` while this one is not over.
    var ended: Ending?

    enum Ending: Sendable, Equatable {
        /// Confirmed, or never begun.
        case stopped
        /// Nobody knows whether the media server has stopped.
        case notStopped
    }
}

/// A change of the indication: what a recording did, and for whom.
struct RecordingChange: Sendable, Equatable {
    var notice: RecordingInfo
    var thirdParty: String?
    /// A confirmed start: GSIP_REC_FN gets this name in the same change.
    var newFile: String?
}

struct IntentResult: Sendable, Equatable {
    var request: Intent.RequestNumber
    var result: RecordingResult
    var state: RecordingState
}
