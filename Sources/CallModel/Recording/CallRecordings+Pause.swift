import EventLoops
import TLibrary

/// The pause of a whole call, which covers parties that join (Recording contract, "Who joins a paused call").
extension CallRecordings {
    /// The limit of the pause in which the call is; `nil`: it is in none.
    ///
    /// A call is paused while the desired state of each of its live recordings is paused, and there is one. Where the
    /// last of them ended though no request, route or limit asked for that, the call stays paused. A limit that resumes
    /// or stops ends the pause, also where no media server carries that out.
    func pause(in environment: borrowing CallEnvironment) -> PauseLimit? {
        var limit: PauseLimit?
        let all = live.span
        for place in all.indices where all[place].isLive {
            guard all[place].desired == .paused else { return nil }
            limit = all[place].pauseLimit.shorter(than: limit)
        }
        guard let limit = limit ?? around.leftPause,
            !limit.hasEndedPause(
                at: environment.moment.monotonic, environment.policy.recording.pauseLimitAction)
        else { return nil }
        return limit
    }

    /// The pause has ended where a recording is to capture, or where the limit has acted.
    mutating func forgetLeftPause(limitHasActed: Bool) {
        if limitHasActed || live.contains(where: { $0.desired == .on }) { around.leftPause = nil }
    }

    /// Pauses recordings that options began in another call, and that have come into this one, which is paused.
    mutating func pause(
        _ carried: [Recording], under limit: PauseLimit, _ call: inout CallInfo,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        for recording in carried where recording.isByOption && recording.desired == .on {
            wish(
                Intent(target: .paused, cause: .configuration), of: recording.id, by: nil, &call, environment, &effects)
            guard let place = live.firstIndex(where: { $0.id == recording.id }) else { continue }
            live[place].pauseLimit = limit.inherited
        }
    }
}

extension PauseLimit {
    /// The one that ends first; one that ends at all before one that does not.
    fileprivate func shorter(than other: PauseLimit?) -> PauseLimit {
        guard let other else { return self }
        guard let theirs = other.end else { return end == nil ? other : self }
        guard let end, end < theirs else { return other }
        return self
    }
}
