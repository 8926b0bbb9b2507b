/// What a recording does, or is asked to do: *effective* is what the media server has confirmed, *desired* what the
/// last accepted request, route or option asks for (Recording contract, "Words").
public enum RecordingState: String, Sendable, CaseIterable {
    case off, on, paused
}

/// Why a change came.
public enum RecordingCause: String, Sendable, CaseIterable {
    case configuration, routing, request, limit, recovery, transfer, release, merge, shutdown
    case mediaFailure = "media-failure"
    case mediaReport = "media-report"
}

/// Why a wish was not fulfilled.
public enum RecordingReason: String, Sendable, CaseIterable, Error {
    case refused, timeout, shutdown
    /// A disk had no room for the file, or the file is gone.
    case disk
    case noMediaServer = "no-media-server"
    case notProved = "not-proved"
    case anchorGone = "anchor-gone"
    case callEnded = "call-ended"
    case previousNotStopped = "previous-not-stopped"
}

/// Something about a recording that people should look at while it goes on.
public enum RecordingWarning: String, Sendable, CaseIterable {
    case noMedia = "no-media"
    case pauseLimit = "pause-limit"
}

/// What became of a wish.
public enum RecordingResult: Sendable, Equatable {
    /// Effective reached it.
    case done
    /// A newer wish replaced it before its command was sent.
    case superseded
    case failed(RecordingReason)

    /// The value of Extensions `result`.
    public var word: String {
        switch self {
        case .done: "done"
        case .superseded: "superseded"
        case .failed: "failed"
        }
    }

    public var reason: RecordingReason? {
        switch self {
        case .done, .superseded: nil
        case .failed(let reason): reason
        }
    }
}

/// A recording as events tell of it: Extensions `recording`, and `recordings` of snapshots and of EventPartyInfo.
public struct RecordingInfo: Sendable, Equatable {
    public var id: RecordingID
    public var state: RecordingState
    /// Of the change that this notice is about, or of the last one.
    public var cause: RecordingCause
    /// The anchor's DN.
    public var party: String
    /// The latest file; empty until there is one.
    public var file: String
    /// The files before it, the latest ``keptFiles`` of them, oldest first.
    public var earlierFiles: [String]
    public var reason: RecordingReason?
    public var warning: RecordingWarning?
    /// Of the warning `no-media`: the sides from which no audio arrives.
    public var warningSides: MediaSides = []

    /// So many earlier files are told in a change: all of them could outgrow a frame. The records name all.
    public static let keptFiles = 32
}

/// What is asked of a recording, by whom, and why.
struct Intent: Sendable, Equatable {
    /// Names an accepted request in the call's ledger, so that its outcome can be told.
    typealias RequestNumber = UInt32

    var target: RecordingState
    var cause: RecordingCause
    /// ThisDN of the request or route that this wish carries out.
    var thirdParty: String?
    /// `nil`: nobody waits for the outcome.
    var request: RequestNumber?
    /// Of a PAUSE: its `max-pause` in seconds; zero: it has none.
    var longestPause: Int32 = 0
    /// Where this wish ends a recording whatever others ask: what their wishes then fail with.
    var overrules: RecordingReason?
}

extension RecordingState {
    /// What the indication shows of several recordings: on if any is on, else paused if any is paused, else off.
    public static func aggregate(of states: some Sequence<RecordingState>) -> RecordingState {
        states.reduce(.off) { whole, state in whole.aggregate(with: state) }
    }

    func aggregate(with other: RecordingState) -> RecordingState {
        switch (self, other) {
        case (.on, _), (_, .on): .on
        case (.paused, _), (_, .paused): .paused
        case (.off, .off): .off
        }
    }
}

extension RecordingState {
    /// The value of GSIP_RECORD.
    func indicated(as values: RecordingOptions.IndicationValues) -> String {
        switch (values, self) {
        case (.documented, .on): "On"
        case (.documented, .off): "Off"
        case (.documented, .paused): "Paused"
        case (.upper, .on): "ON"
        case (.upper, .off): "OFF"
        case (.upper, .paused): "PAUSED"
        }
    }
}
