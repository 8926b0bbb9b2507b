public import TLibrary

/// Everything that can reach a call.
public enum CallInput: Sendable, Equatable {
    /// A request that passed the checks before ConnID: its ThisDN is registered by the client.
    case request(Request, from: ClientID)
    /// The same, of a request that may be asked again.
    indirect case repeatable(Request, IdempotencyKey, from: ClientID)
    /// The same, of one that begins a consultation call, which will have this name; `nil`: there is no room for one.
    indirect case consultation(Request, IdempotencyKey?, from: ClientID, as: CallIDs?)
    /// Another call has given the first answer to a request of this one, or its refusal.
    indirect case answered(RequestContext, CachedResponse)
    /// An event of this call is the answer to somebody who asked again, elsewhere.
    indirect case replay(CachedEvent, to: RequestContext)
    case switching(SwitchReport)
    case media(MediaReport)
    /// A deadline that the call asked for has come.
    case deadline(CallDeadline)
    /// An agent has logged in on a DN, or out; empty: none is logged in there any more.
    case agent(String, on: Directory.Index)
    /// From another call.
    case letter(InterCallMessage)
    /// The server stops: recordings end, calls go on.
    case shutdown

    /// Whether DNs may come into the call with it, so that the step must know the agents there.
    public var mayAddParties: Bool {
        switch self {
        case .switching, .letter: true
        case .request, .repeatable, .consultation, .answered, .replay, .media, .deadline, .agent, .shutdown: false
        }
    }
}

/// What a call waits for. A deadline whose reason is gone is harmless.
public enum CallDeadline: Sendable, Equatable {
    /// The answer to a media command about a recording that began in that call.
    case command(MediaCommand.ID, of: ConnectionID)
    /// A search for another media server, by its number within the call.
    case search(UInt32)
    /// The answer of whom a predictive call calls.
    case answer
    /// A look at how long a recording has been paused, by its number within the call.
    case pauseLimit(UInt32)
}

/// The outcome of one accepted recording request, told to its requester.
public struct RecordingRequestResult: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public var id: RecordingID
        public var result: RecordingResult
        public var state: RecordingState

        public init(id: RecordingID, result: RecordingResult, state: RecordingState) {
            self.id = id
            self.result = result
            self.state = state
        }
    }

    public var asker: RequestContext
    public var connection: ConnectionID
    /// The recording, where the request addressed one alone.
    public var addressed: RecordingID?
    /// Those that took the request's wish.
    public var entries: TinyArray<Entry>

    public init(asker: RequestContext, connection: ConnectionID, addressed: RecordingID?, entries: TinyArray<Entry>) {
        self.asker = asker
        self.connection = connection
        self.addressed = addressed
        self.entries = entries
    }

    /// Failed if any failed, else superseded if any was, else done.
    public var result: RecordingResult {
        var whole = RecordingResult.done
        entries.forEach { entry in
            switch (whole, entry.result) {
            case (.failed, _), (_, .done): break
            case (_, .superseded): whole = .superseded
            case (_, .failed(let reason)): whole = .failed(reason)
            }
        }
        return whole
    }

    /// On if any is on, else paused if any, else off.
    public var state: RecordingState {
        var whole = RecordingState.off
        entries.forEach { entry in whole = whole.aggregate(with: entry.state) }
        return whole
    }
}

/// Where the media of a call's parties goes for one recording. Without speakers: nowhere any more.
public struct MediaRoute: Sendable, Equatable {
    /// The call in which the recording began.
    public var connection: ConnectionID
    public var recording: RecordingID
    /// Who speaks on the anchor's side, and on the other; `nil`: nobody does.
    public var anchor: DirectoryNumber?
    public var other: DirectoryNumber?
    public var intake: RTPEndpoints
    /// The media server that takes it, by its place in the list.
    public var server = 0
    /// From where they speak, as far as the switch has told.
    public var sources = MediaSources()

    public init(connection: ConnectionID, recording: RecordingID, intake: RTPEndpoints, server: Int = 0) {
        self.connection = connection
        self.recording = recording
        self.intake = intake
        self.server = server
    }
}
