import TLibrary

@testable import CallModel

/// Calls and recordings in a state that was reached by what really happens on the way.
extension CallFixture {
    /// The trunk calls 5001, which rings.
    func ring(_ dn: DirectoryNumber = "5001", from caller: DirectoryNumber = "T1") -> CallFixture {
        report(.placed(from: caller, to: dn, state: .ringing))
        return self
    }

    /// The trunk talks with 5001.
    func talk(_ dn: DirectoryNumber = "5001", from caller: DirectoryNumber = "T1") -> CallFixture {
        _ = ring(dn, from: caller)
        report(.established(dn))
        report(.established(caller))
        return self
    }

    /// One more party talks with them.
    func join(_ dn: DirectoryNumber, role: DNRole = .conferenceMember) -> CallFixture {
        report(.joined(dn, role: role, state: .established))
        return self
    }

    /// 5001 is recorded, and the media server has said so.
    func record(_ dn: DirectoryNumber = "5001", id: String = "one") -> CallFixture {
        ask(.start, on: dn, ["id": .string(id), "dn": .string(dn.text)])
        confirm()
        return self
    }

    func pause() -> CallFixture {
        ask(.pause)
        confirm()
        return self
    }

    /// The trunk's call waits at a routing point.
    func queue(at dn: DirectoryNumber = "8000") -> CallFixture {
        report(.placed(from: "T1", to: dn, state: .queued))
        report(.routeRequested(at: dn))
        return self
    }

    /// A client routes the waiting call, and the switch does it.
    @discardableResult
    func route(
        from point: DirectoryNumber = "8000", to dn: DirectoryNumber = "5001", _ extensions: KeyValueList = [:]
    ) -> CallFixture {
        ask(.routeCall(RouteCall(otherDN: dn)), on: point, extensions)
        switchAnswers(.routeUsed(at: point, to: dn))
        report(.diverted(from: point, to: dn))
        let waits = Self.directory.index(of: dn).map { Self.directory[$0].type.isQueueOrRoutingPoint } ?? false
        report(.joined(dn, role: .destination, state: waits ? .queued : .ringing))
        return self
    }

    @discardableResult
    func answer(_ dn: DirectoryNumber = "5001") -> CallFixture {
        report(.established(dn))
        report(.established("T1"))
        return self
    }

    /// All parties leave, one after the other.
    @discardableResult
    func end() -> CallOutcome {
        var last = CallOutcome()
        for party in machine.parties { last = report(.released(party.dn, .ok)) }
        return last
    }
}

/// What a scene shows to those who look at it from outside.
extension CallFixture {
    var userData: KeyValueList { machine.facts.userData }

    /// GSIP_RECORD, where it is there.
    var lamp: String? { userData.first("GSIP_RECORD")?.text }

    /// GSIP_REC_FN, where it is there.
    var file: String? { userData.first("GSIP_REC_FN")?.text }

    var notices: [RecordingInfo] { machine.snapshot.recordings }

    /// The media commands, such as `start 0`, in the order of their sending.
    var commands: [String] { sent.map(\.summary) }

    /// Forgets the media commands that were sent so far.
    func clear() -> CallFixture {
        forgetSent()
        return self
    }

    var phase: RecordingPhase? { machine.recordings.live.first?.phase }
}

extension CallOutcome {
    /// The code of an EventError.
    var refusal: ErrorCode? {
        if case .refused(let refused) = reply?.content { refused.code } else { nil }
    }

    /// The recordings that EventACK names.
    var accepted: [CallReply.RequestedState]? {
        if case .accepted(let wishes) = reply?.content { Array(wishes) } else { nil }
    }

    /// The changes that recordings made.
    var changes: [CallEvent] { events.filter { $0.recording != nil } }

    /// What each change says of its recording.
    var notices: [RecordingInfo] { events.compactMap(\.recording) }

    /// What GSIP_RECORD is in each change.
    var lamps: [String] { changes.map { $0.facts.userData.first("GSIP_RECORD")?.text ?? "absent" } }

    var outcomes: [RecordingRequestResult] { Array(results) }

    /// Outcomes of requests in words, such as `failed timeout off`.
    var verdicts: [String] {
        results.map { outcome in
            [outcome.result.word, outcome.result.reason?.rawValue, outcome.state.rawValue]
                .compactMap(\.self).joined(separator: " ")
        }
    }

    var commands: [String] { media.map(\.summary) }

    var messages: [MessageNumber] { events.map(\.message) }
}
