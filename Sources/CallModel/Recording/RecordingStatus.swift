/// A recording as an operator looks at it: what is asked for, what is confirmed, and how far it is between them.
public struct RecordingStatus: Sendable, Equatable {
    /// As media servers know it: with the call in which it began.
    public let name: RecordingKey
    /// Effective, its cause, its party and its file, as events tell them.
    public let notice: RecordingInfo
    public let desired: RecordingState
    /// Where it is between the two, such as `starting`.
    public let phase: String
    /// The place of the media server that has it, or is tried; `nil`: none.
    public let server: Int?
}

/// A call as an operator looks at it: who is in it, and its recordings that are not over. Without user data.
public struct CallStatus: Sendable, Equatable {
    public let identity: CallIdentity
    public let parties: [Party]
    public let recordings: [RecordingStatus]

    /// Those that began in other calls, which have become part of this one.
    public var carried: [RecordingKey] {
        recordings.map(\.name).filter { $0.origin != identity.connection }
    }
}

extension CallMachine {
    public var status: CallStatus {
        CallStatus(identity: facts.identity, parties: facts.parties, recordings: recordings.live.map(\.status))
    }
}

extension Recording {
    fileprivate var status: RecordingStatus {
        RecordingStatus(name: name, notice: notice, desired: desired, phase: phase.word, server: seat)
    }
}

extension RecordingPhase {
    fileprivate var word: String {
        switch self {
        case .armed: "armed"
        case .starting: "starting"
        case .on: "on"
        case .pausing: "pausing"
        case .paused: "paused"
        case .resuming: "resuming"
        case .stopping: "stopping"
        case .recovering: "recovering"
        case .over: "over"
        }
    }
}
