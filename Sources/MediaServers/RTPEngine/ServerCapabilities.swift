/// What is known of a server's release: asked at each connection, and learned from its answers.
struct ServerCapabilities: Sendable, Equatable {
    enum Pause: Sendable, Equatable {
        /// Not asked yet.
        case unknown
        /// It has no `pause recording`, or one that goes on writing: a pause is a stop, and a resume a start.
        case missing
        /// It has one; whether it stops the writing has not been seen.
        case served
        /// It has one, and the file has been seen to stand still while audio went on.
        case seen
    }

    var pause = Pause.unknown
    /// Whether a query says what is recorded.
    var keepsState: Bool?
    /// Whether it takes the file's name from the command.
    var namesFiles: Bool?
    /// Whether a query shows the metadata (``NGReply/showsMetadata``).
    var showsMetadata: Bool?

    /// Whether a second recording of a call-id takes the file of the first, and what is in it.
    var reusesFiles: Bool { keepsState == true && showsMetadata == false && namesFiles != true }

    /// Takes what a query of a call says that was told to record.
    mutating func learn(from reply: NGReply) {
        guard reply.result == .ok else { return }
        if reply.recording != nil {
            keepsState = true
            showsMetadata = reply.showsMetadata
        } else if keepsState == nil {
            keepsState = false
        }
    }

    /// The same, of a call that may not be recorded: that nothing is said of it tells nothing.
    mutating func learn(whereRecorded reply: NGReply) {
        if reply.recording != nil { learn(from: reply) }
    }
}
