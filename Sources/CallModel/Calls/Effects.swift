package import EventLoops
import TLibrary

/// What one step of a call asks of the world. One for each shard: a step appends to it, and it is drained before the next
/// step. ``reset()`` keeps the capacity of its lists, so that a step in steady state allocates nothing.
///
/// The parts are independent. They are applied in the order in which they stand here, but for ``interCall``, which comes
/// last.
public struct Effects: ~Copyable, Sendable {
    /// DNs that came into the call, and DNs that left it: by which a DN's calls are found.
    public internal(set) var joined: [Directory.Index] = []
    public internal(set) var left: [Directory.Index] = []
    /// To the requester of this step: one at most.
    public private(set) var replies: [CallReply] = []
    /// In their order. What an event shows of the call is ``CallEvent/earlier``, or the call itself as it is after the
    /// step.
    public internal(set) var events: [CallEvent] = []
    /// Replies to retried requests, behind the reply and the events.
    public internal(set) var replays: [ReplayedResponse] = []
    /// EventPrivateInfo: outcomes of recording requests that are now known.
    public internal(set) var results: [RecordingRequestResult] = []
    /// What happened to recordings; empty where no records are kept.
    public internal(set) var transitions: [RecordingTransition] = []
    /// A media session that is older than this engine: what is recorded of it is to be stopped.
    public internal(set) var inherited: MediaSession?
    public internal(set) var seats: [CapacityChange] = []
    public internal(set) var media: [MediaCommand] = []
    /// For the switch: one at most.
    public private(set) var switchCommands: [SwitchCommand] = []
    public internal(set) var paths: [MediaRoute] = []
    public internal(set) var deadlines: [(CallDeadline, after: Duration)] = []
    /// Changes in the sums of recordings, and the recording requests whose outcome is now known, for metrics.
    public internal(set) var tally = RecordingMetricsDelta()
    public internal(set) var settled: [CompletedRequest] = []
    /// Recordings that failed to start, or for which no media server was found after a loss.
    public internal(set) var failedStarts = 0
    /// Media reports of this step that came too late, twice, or about nothing known.
    public internal(set) var unexpectedReports = 0
    /// Requests with a `request-id` that were evicted before their time, because there were too many.
    public internal(set) var forgottenRequests = 0
    /// Whether a request was refused because of the limit of all calls' user data.
    public internal(set) var lacksUserData = false
    /// Interactions with other calls.
    public internal(set) var interCall: [InterCallEffect] = []
    /// Whether nothing will ever come of this call any more: no party, no recording, no command in flight.
    public internal(set) var isFinished = false

    // MARK: - Of the step itself

    /// What a recording's own step asks for, until the call has applied it.
    var recording = RecordingEffects()
    /// Whether what clients set may have changed, or what waits at the switch to be set.
    var changesUserData = false
    /// Whether events of the step may be the first answer to a request: what a switch reports behind its answer is none.
    var mayAnswer = true
    /// Recordings whose media server told in this step where it takes their media.
    var intakes: [(RecordingKey, RTPEndpoints)] = []
    /// Recordings that ended in this step.
    var endedPaths: [RecordingID] = []
    /// The storage of a call's list of pending requests, for the next call that needs one: a call keeps none for an empty
    /// list.
    var spareRequests: [PendingOutcomes.OpenRequest] = []
    /// Whether some event shows the call as it is now, so that a change has to keep that for it.
    private var showsCall = false
    /// The same of recordings.
    private var showsRecordings = false

    public init() {}

    /// Nothing is asked for. Lists keep their capacity.
    public mutating func reset() {
        joined.clear()
        left.clear()
        replies.clear()
        events.clear()
        replays.clear()
        results.clear()
        transitions.clear()
        inherited = nil
        seats.clear()
        media.clear()
        switchCommands.clear()
        paths.clear()
        deadlines.clear()
        tally = RecordingMetricsDelta()
        settled.clear()
        failedStarts = 0
        unexpectedReports = 0
        forgottenRequests = 0
        lacksUserData = false
        interCall.clear()
        isFinished = false
        changesUserData = false
        mayAnswer = true
        intakes.clear()
        endedPaths.clear()
        showsCall = false
        showsRecordings = false
    }

    /// Gives what is told for records the step's own moment. That of ``CallEnvironment/moment`` may be one for the many
    /// steps of a loop iteration.
    package mutating func happened(at moment: Timestamp) {
        for index in transitions.indices { transitions[index].moment = moment }
    }

    /// Takes the interactions with other calls out: what they bring about comes into this object again.
    public mutating func takeInterCall() -> [InterCallEffect] {
        let taken = interCall
        interCall = []
        return taken
    }

    /// A later reply takes the place of an earlier one.
    var reply: CallReply? {
        get { replies.first }
        set {
            replies.clear()
            if let newValue { replies.append(newValue) }
        }
    }

    mutating func send(_ reply: consuming CallReply) {
        replies.clear()
        replies.append(reply)
    }

    mutating func send(_ command: consuming SwitchCommand) {
        switchCommands.clear()
        switchCommands.append(command)
    }

    // MARK: - Events

    /// Of the call as it is now.
    mutating func append(_ event: consuming CallEvent) {
        showsCall = true
        events.append(event)
    }

    /// Of the call and of a recording as they are now.
    mutating func appendChange(_ event: consuming CallEvent) {
        showsCall = true
        showsRecordings = true
        events.append(event)
    }

    /// The call is about to change: events that show it keep it as it was.
    @inline(__always)
    mutating func callChanges(_ call: borrowing CallInfo) {
        if showsCall { keep(call) }
    }

    package mutating func keep(_ call: borrowing CallInfo) {
        for index in events.indices where events[index].earlier == nil { events[index].earlier = copy call }
        showsCall = false
    }

    /// Recordings are about to change: events that show one keep it as it was.
    @inline(__always)
    mutating func recordingsChange(_ recordings: borrowing [Recording]) {
        if showsRecordings { keep(recordings) }
    }

    mutating func keep(_ recordings: borrowing [Recording]) {
        for index in events.indices {
            guard case .live(let place) = events[index].changedBy else { continue }
            events[index].changedBy = .earlier(recordings[place].info)
        }
        showsRecordings = false
    }
}

extension Array {
    /// Capacity stays. Lists of no and of one element, which most are, cost little.
    @inline(__always)
    fileprivate mutating func clear() {
        switch count {
        case 0: break
        case 1: removeLast()
        default: removeAll(keepingCapacity: true)
        }
    }
}
