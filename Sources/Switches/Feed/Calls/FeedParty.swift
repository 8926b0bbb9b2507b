import CallModel
import TLibrary

/// A party as the peer told of it.
struct FeedParty: Equatable {
    let dn: DirectoryNumber
    let type: DNType
    let role: DNRole
    var state: Party.State
    /// How the media server calls the session of its media; `nil`: none was told.
    var mediaCall: String?
    /// What the list that is being read says of it; `nil`: it has not named it.
    var listed: Party.State?

    init(_ entry: Directory.Entry, role: DNRole, state: Party.State) {
        dn = entry.number
        type = entry.type
        self.role = role
        self.state = state
        listed = state
    }

    /// Nobody has answered there yet.
    var isWaiting: Bool {
        switch state {
        case .queued, .ringing: true
        case .dialing, .established, .held: false
        }
    }
}

extension Directory.Entry {
    /// The state in which a DN that is called comes into the call.
    var calledState: Party.State { type.isQueueOrRoutingPoint ? .queued : .ringing }
}

/// A command that was sent to the peer.
struct FeedRequest: Equatable {
    enum Progress: Equatable {
        case underWay
        /// Nobody waits for it any more; the peer may still carry it out.
        case expired
        /// An event has told that it was carried out, before its answer came.
        case settled
    }

    /// Names it on the feed.
    let id: Int
    let command: SwitchCommand
    var progress = Progress.underWay
    /// Whether its time is over: its late answer is still followed, unless a newer command of its kind expires too.
    var isExpired = false

    /// What a report that tells of it answers.
    var answering: SwitchCommand.ID? { progress == .underWay ? command.id : nil }
}

/// What one step of the book asks of the world.
struct FeedEffects: Equatable {
    var reports: [SwitchReport] = []
    /// Lines to the peer.
    var lines: [FeedLine] = []
    /// Answers to commands that had expired.
    var lateAnswers = 0
}
