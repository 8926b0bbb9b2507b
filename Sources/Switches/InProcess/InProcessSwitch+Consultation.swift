import CallControl
import CallModel
import TLibrary

/// What the in-process switch does with two calls of a party.
extension InProcessSwitch {
    /// The party holds its call and places another.
    func consult(
        _ dn: DirectoryNumber, _ to: DirectoryNumber, in other: ConnectionID, _ book: inout SwitchCallTable,
        _ answer: Answer
    ) throws(RequestError) {
        let party = try book.known(dn, in: answer.connection)
        guard party.state == .established else {
            throw RequestError(.callInWrongState, "ThisDN is not in an established call.")
        }
        guard dn != to, let called = directory.index(of: to) else {
            throw RequestError(.badCalledDN, "OtherDN is no DN that can be called from ThisDN.")
        }
        guard lines.take(party.index) else {
            throw RequestError(.originatorBusy, "All lines of ThisDN are in use.")
        }
        book.change(answer.connection) { $0.set(dn, to: .held) }
        answer.first(.held(dn))
        place((dn, party.index), (to, called), false, other, in: &book) { event, _ in answer.then(event, of: other) }
    }

    /// Makes one call of two. Who is in both but the party itself would be there twice, so then it cannot be done.
    func merge(
        _ other: ConnectionID, by dealer: DirectoryNumber, _ merging: SwitchCommand.Merging,
        in book: inout SwitchCallTable,
        _ answer: Answer
    ) throws(RequestError) {
        let own = try book.known(dealer, in: answer.connection)
        let theirs = try second(dealer, in: other, book)
        let (code, sentence) = merging.impossible
        guard own.state.hasMedia, theirs.state != .ringing, theirs.state != .queued else {
            throw RequestError(code, sentence)
        }
        let legs = (book[other]?.legs ?? []).filter { $0.dn != dealer }
        guard let call = book[answer.connection], !legs.contains(where: { call.leg(of: $0.dn) != nil }) else {
            throw RequestError(code, "A DN of the other call is in this call already.")
        }
        if merging == .conference, legs.contains(where: { !$0.state.hasMedia }) {
            throw RequestError(code, sentence)
        }
        _ = book.remove(other)
        lines.free(theirs.index)
        book.change(answer.connection) { call in
            call.legs += legs
            switch merging {
            case .transfer:
                call.remove(dealer)
                lines.free(own.index)
            case .conference: call.set(dealer, to: .established)
            }
        }
        answer.first(.merged(other, by: dealer, merging))
        endIfAlone(answer.connection, in: &book, answer)
    }

    func alternate(
        _ dn: DirectoryNumber, to other: ConnectionID, in book: inout SwitchCallTable, _ answer: Answer
    ) throws(RequestError) {
        let active = try book.known(dn, in: answer.connection)
        let held = try second(dn, in: other, book)
        guard active.state == .established, held.state == .held else {
            throw RequestError(.callInWrongState, "ThisDN has not one of the calls established and the other held.")
        }
        book.change(answer.connection) { $0.set(dn, to: .held) }
        book.change(other) { $0.set(dn, to: .established) }
        answer.first(.held(dn))
        answer.then(.retrieved(dn), of: other)
    }

    func reconnect(
        _ dn: DirectoryNumber, to other: ConnectionID, in book: inout SwitchCallTable, _ answer: Answer
    ) throws(RequestError) {
        guard try second(dn, in: other, book).state == .held else {
            throw RequestError(.cannotRetrieveOriginalCall, "ThisDN does not hold the call of PreviousConnID.")
        }
        try release(dn, in: &book, answer)
        book.change(other) { $0.set(dn, to: .established) }
        answer.then(.retrieved(dn), of: other)
    }

    private func second(
        _ dn: DirectoryNumber, in connection: ConnectionID, _ book: borrowing SwitchCallTable
    ) throws(RequestError) -> SwitchCallTable.Leg {
        guard let call = book[connection] else {
            throw RequestError(.invalidConnectionID, "There is no other call with the ConnID that the request names.")
        }
        guard let leg = call.leg(of: dn) else {
            throw RequestError(.partyNotOnCall, "ThisDN is no party of the other call.")
        }
        return leg
    }
}

extension SwitchCommand.Merging {
    /// What is said where it cannot be done.
    fileprivate var impossible: (ErrorCode, String) {
        switch self {
        case .transfer:
            (.cannotCompleteTransfer, "ThisDN has not placed the other call, or does not speak in this one.")
        case .conference:
            (.cannotCompleteConference, "Somebody in the other call does not speak yet.")
        }
    }
}
