/// Where a recording is between what is asked for and what is confirmed.
package enum RecordingPhase: Sendable, Equatable, CaseIterable {
    /// Accepted, and nothing sent: the anchor is not established, the anchor's recording before is not stopped yet, or
    /// it is to begin paused and no driver can. Goes to `starting` or `over`.
    case armed
    /// A start is under way; effective is off. Goes to `on`, `paused`, or `over`; stays for the next server.
    case starting
    /// Capturing, nothing under way.
    case on
    /// A pause is under way; effective is on. Goes to `paused`, back to `on`, or to `stopping`.
    case pausing
    /// Confirmed as not capturing, nothing under way.
    case paused
    /// A resume is under way; effective is paused. Goes to `on`, back to `paused`, or on to `stopping`.
    case resuming
    /// A stop is under way; effective is what it was. Goes to `over` and nowhere else: a stop is final.
    case stopping
    /// The media server was lost; effective is off, and another one is looked for. Goes to `on`, `paused` or `over`.
    case recovering
    /// Has ended. Stays.
    case over
}

/// What can happen to a recording.
package enum RecordingInput: Sendable, Equatable, CaseIterable {
    /// Desired has changed: a request, a route, an option, or the end of the anchor or the call.
    case wished
    /// The anchor is established, and the anchor's recording before is over.
    case ready
    /// The anchor's recording before could not be stopped.
    case barred
    /// The media server confirmed the command under way.
    case confirmed
    /// The media server turned the command under way down.
    case refused
    /// The media server said yes to the command under way, and nothing is there to show for it.
    case unproved
    /// The command under way was not answered in any of its tries.
    case unanswered
    /// The media server ended the recording though nobody asked for it.
    case ended
    /// The media server that has the recording is lost.
    case lost
    /// The anchor's media is carried in another session than that which is recorded.
    case mediaMoved
    /// The search for another media server has taken as long as it may.
    case searchOver
    /// The pause has taken as long as it may.
    case pauseLimit
}

/// What a recording then does. `Recording` carries it out.
package enum RecordingAction: Sendable, Equatable {
    /// Nothing: it cannot be, or is an answer that comes too late.
    case stay
    /// Noted: the answer to the command under way decides what is next.
    case wait
    /// Bring effective to desired by the next command, if there is one to send.
    case settle
    /// Effective is now what the command under way was for; then settle.
    case reach
    /// Try the start on the next media server; where none is left, fail.
    case tryNextServer
    /// The same, after telling the server that did not answer to stop.
    case tryNextServerAndCleanUp
    /// The start has failed without a command: tell it, and end.
    case failStart
    /// The dangerous case: a pause cannot be had. Stop, or keep trying (option `pause-failure`).
    case giveUpPause
    /// Desired is again what effective is.
    case giveUpResume
    /// Send the stop once more; after the last try, give it up.
    case repeatStop
    /// The server counts as lost for this recording: it ends, and nobody can say what that server does.
    case giveUpStop
    /// Effective is off: another server is looked for, or it ends where it was to end anyway.
    case recover
    /// The start under way is told to stop, and tried again once it has.
    case startAgain
    /// Effective is off: what is recorded is stopped, and it goes on where the anchor's media is now.
    case follow
    /// Effective is off, and it ends.
    case end
    /// Nothing was found: it ends, and says why.
    case giveUpSearch
    /// Warn, resume or stop (option `pause-limit-action`), unless what is desired ends the pause already.
    case heedLimit
}

extension RecordingPhase {
    /// Every transition of a recording. Rows that do nothing are written down.
    package func move(on stimulus: RecordingInput) -> RecordingAction {
        switch (self, stimulus) {
        case (.armed, .wished), (.armed, .ready): .settle
        case (.armed, .barred): .failStart
        case (.armed, .confirmed), (.armed, .refused), (.armed, .unproved), (.armed, .unanswered): .stay
        case (.armed, .ended), (.armed, .lost), (.armed, .mediaMoved), (.armed, .searchOver): .stay
        case (.armed, .pauseLimit): .heedLimit

        case (.starting, .wished): .wait
        case (.starting, .confirmed): .reach
        case (.starting, .refused), (.starting, .ended), (.starting, .lost): .tryNextServer
        case (.starting, .unproved), (.starting, .unanswered): .tryNextServerAndCleanUp
        case (.starting, .mediaMoved): .startAgain
        case (.starting, .ready), (.starting, .barred), (.starting, .searchOver), (.starting, .pauseLimit): .stay

        case (.on, .wished): .settle
        case (.on, .ended): .end
        case (.on, .lost): .recover
        case (.on, .mediaMoved): .follow
        case (.on, .confirmed), (.on, .refused), (.on, .unproved), (.on, .unanswered): .stay
        case (.on, .ready), (.on, .barred), (.on, .searchOver), (.on, .pauseLimit): .stay

        case (.pausing, .wished): .wait
        case (.pausing, .confirmed): .reach
        case (.pausing, .refused), (.pausing, .unproved), (.pausing, .unanswered): .giveUpPause
        case (.pausing, .ended): .end
        case (.pausing, .lost): .recover
        case (.pausing, .mediaMoved): .follow
        case (.pausing, .ready), (.pausing, .barred), (.pausing, .searchOver), (.pausing, .pauseLimit): .stay

        case (.paused, .wished): .settle
        case (.paused, .ended): .end
        case (.paused, .lost): .recover
        case (.paused, .mediaMoved): .follow
        case (.paused, .pauseLimit): .heedLimit
        case (.paused, .confirmed), (.paused, .refused), (.paused, .unproved), (.paused, .unanswered): .stay
        case (.paused, .ready), (.paused, .barred), (.paused, .searchOver): .stay

        case (.resuming, .wished): .wait
        case (.resuming, .confirmed): .reach
        case (.resuming, .refused), (.resuming, .unproved), (.resuming, .unanswered): .giveUpResume
        case (.resuming, .ended): .end
        case (.resuming, .lost): .recover
        case (.resuming, .mediaMoved): .follow
        case (.resuming, .pauseLimit): .heedLimit
        case (.resuming, .ready), (.resuming, .barred), (.resuming, .searchOver): .stay

        case (.stopping, .wished): .wait
        case (.stopping, .confirmed): .reach
        case (.stopping, .refused), (.stopping, .unproved): .repeatStop
        case (.stopping, .unanswered): .giveUpStop
        case (.stopping, .ended), (.stopping, .lost): .end
        case (.stopping, .mediaMoved), (.stopping, .ready), (.stopping, .barred), (.stopping, .searchOver),
            (.stopping, .pauseLimit):
            .stay

        case (.recovering, .wished): .settle
        case (.recovering, .confirmed): .reach
        case (.recovering, .refused), (.recovering, .ended), (.recovering, .lost): .tryNextServer
        case (.recovering, .unproved), (.recovering, .unanswered): .tryNextServerAndCleanUp
        case (.recovering, .mediaMoved): .startAgain
        case (.recovering, .searchOver): .giveUpSearch
        case (.recovering, .pauseLimit): .heedLimit
        case (.recovering, .ready), (.recovering, .barred): .stay

        case (.over, .wished), (.over, .ready), (.over, .barred): .stay
        case (.over, .confirmed), (.over, .refused), (.over, .unproved), (.over, .unanswered): .stay
        case (.over, .ended), (.over, .lost), (.over, .mediaMoved), (.over, .searchOver), (.over, .pauseLimit): .stay
        }
    }
}

/// The four requests on a recording.
public enum RecordingVerb: String, Sendable, CaseIterable {
    case start, stop, pause, resume

    /// What the verb asks for.
    package var target: RecordingState {
        switch self {
        case .start, .resume: .on
        case .pause: .paused
        case .stop: .off
        }
    }

    /// How a verb is judged, and by what is desired, never by what is under way (Recording contract, "Requests at run
    /// time").
    package func verdict(whenDesired desired: RecordingState) -> RecordingDecision {
        switch (desired, self) {
        case (.off, .start): .accepted
        case (.off, .pause), (.off, .resume), (.off, .stop): .wrongState
        case (.on, .pause), (.on, .stop): .accepted
        case (.on, .start), (.on, .resume): .alreadyThere
        case (.paused, .resume), (.paused, .stop): .accepted
        case (.paused, .start), (.paused, .pause): .alreadyThere
        }
    }
}

package enum RecordingDecision: Sendable, Equatable {
    case accepted
    /// Error 43.
    case alreadyThere
    /// Error 1161.
    case wrongState
}
