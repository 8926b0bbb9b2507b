public import TLibrary

/// One recording of a call: what is desired, what is effective, and at most one command under way.
///
/// A step appends to a ``RecordingEffects``, which the call applies before the next one.
struct Recording: Sendable, Equatable {
    /// What the media server has been told and has not answered yet.
    struct Command: Sendable, Equatable {
        enum Verb: Sendable, Equatable {
            /// `paused`: to begin paused.
            case start(paused: Bool)
            case pause, resume, stop
        }

        var id: MediaCommand.ID
        var triesLeft: Int32
        var verb: Verb
        @ServerIndex var server: Int
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

    /// What events and snapshots show of it. Its warning is that of the last change.
    var info: RecordingInfo
    /// The call in which it began, and by which media servers know it. That call may have become part of another since.
    let call: CallIdentity
    var anchor: Party.ID
    let agentID: String
    /// Extensions `dest`, `dest2` and `params` of who started it; `nil`: none of them was there.
    @OutOfLine var place: RecordingDestination?
    /// Whether an option began it, and no request or route.
    let isByOption: Bool
    /// What chance says of the choice among media servers.
    let draw: UInt64

    var phase = RecordingPhase.armed
    var desired: RecordingState
    /// The wishes that the command under way fulfils.
    var inFlightIntents = TinyArray<Intent>()
    /// The latest wish whose command has not been sent.
    var next: Intent?
    /// Wishes that have failed, and are told so once the stop that follows is over.
    var failedIntents: [Intent] = []
    var command: Command?
    /// The media server that has it, or is tried.
    @ServerIndex var server = 0
    /// The servers that this start has been tried on.
    var tried = MediaServerSet()
    /// The anchor's media, as the last start named it; `nil`: it named none.
    var session: MediaSession?
    /// The server at which it takes up room; `nil`: none.
    @OptionalServerIndex var seat: Int? = nil
    /// The search for another media server that goes on, by its number; `nil`: none does.
    var search: UInt32?
    /// When it ends.
    @OptionalNanoseconds var searchEnd: Duration? = nil
    /// Whether the anchor is established.
    var anchorHasMedia: Bool
    /// The recording that must be over before this one starts.
    @OutOfLine var waitsFor: RecordingID?

    /// The name proposed for the start under way.
    var proposedFile = ""
    /// The file that a resume under way went on in, where it went on in a new one.
    @OutOfLine var resumedFile: String? = nil
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
        info = RecordingInfo(
            id: id, state: .off, cause: wish.cause, party: anchor.dn.text, file: "", earlierFiles: [])
        self.call = call
        self.draw = draw
        self.anchor = anchor.id
        agentID = anchor.agentID
        self.place = place == RecordingDestination() ? nil : place
        desired = wish.target
        next = wish
        isByOption = wish.cause == .configuration
        self.pauseLimit = pauseLimit
        anchorHasMedia = anchor.state.hasMedia
        self.waitsFor = waitsFor
    }

    /// What people should look at first.
    var warning: RecordingWarning? { isPastPauseLimit ? .pauseLimit : audio.missing.isEmpty ? nil : .noMedia }

    /// As it is shown now.
    var notice: RecordingInfo {
        var notice = info
        notice.warning = warning
        notice.warningSides = warning == .noMedia ? audio.missing : []
        return notice
    }

    /// Whether requests still address it: nobody has asked for its end.
    @inline(__always)
    var isLive: Bool { phase != .over && desired != .off }
}

extension Recording {
    var id: RecordingID { info.id }

    var anchorDN: DirectoryNumber { DirectoryNumber(info.party) }

    var effective: RecordingState {
        get { info.state }
        set { info.state = newValue }
    }

    /// The cause of the last change.
    var cause: RecordingCause {
        get { info.cause }
        set { info.cause = newValue }
    }

    var reason: RecordingReason? {
        get { info.reason }
        set { info.reason = newValue }
    }

    /// The latest file.
    var file: String { info.file }

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
        let place = place ?? RecordingDestination()
        return StartParameters(
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
