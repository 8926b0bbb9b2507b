import CallControl
import CallModel
import TLibrary

/// What the in-process switch does within one call.
extension InProcessSwitch {
    // MARK: - Calls begin, and are answered

    func make(
        _ from: DirectoryNumber, _ to: DirectoryNumber, isPredictive: Bool, in book: inout SwitchCallTable,
        _ answer: Answer
    ) throws(RequestError) {
        guard let caller = directory.index(of: from) else {
            preconditionFailure("A call is made from a DN that was found in the directory.")
        }
        guard from != to, let called = directory.index(of: to) else {
            throw RequestError(.badCalledDN, "OtherDN is no DN that can be called from ThisDN.")
        }
        guard !isPredictive || !directory[called].type.isQueueOrRoutingPoint else {
            throw RequestError(.badCalledDN, "Nobody could answer at OtherDN, which is a queue or routing point.")
        }
        guard lines.take(caller) else {
            throw RequestError(.originatorBusy, "All lines of ThisDN are in use.")
        }
        place((from, caller), (to, called), isPredictive, answer.connection, in: &book) { event, isFirst in
            if isFirst { answer.first(event) } else { answer.then(event) }
        }
    }

    /// Places a call whose caller's line is taken.
    func place(
        _ caller: (dn: DirectoryNumber, index: Directory.Index),
        _ called: (dn: DirectoryNumber, index: Directory.Index),
        _ isPredictive: Bool, _ connection: ConnectionID, in book: inout SwitchCallTable,
        telling tell: (SwitchReport.Event, _ isFirst: Bool) -> Void
    ) {
        guard lines.take(called.index) else {
            tell(.joined(caller.dn, role: .origination, state: .dialing), true)
            tell(.destinationBusy(caller.dn), false)
            lines.free(caller.index)
            return tell(.released(caller.dn, .busy), false)
        }
        let state = arrivalState(at: called.index)
        book.change(connection) { call in
            call.isPredictive = isPredictive
            call.legs = [
                SwitchCallTable.Leg(dn: caller.dn, index: caller.index, state: .dialing),
                SwitchCallTable.Leg(dn: called.dn, index: called.index, state: state),
            ]
        }
        tell(.placed(from: caller.dn, to: called.dn, state: state), true)
        if directory[called.index].type == .routingPoint { tell(.routeRequested(at: called.dn), false) }
    }

    private func arrivalState(at index: Directory.Index) -> Party.State {
        directory[index].type.isQueueOrRoutingPoint ? .queued : .ringing
    }

    func answer(_ dn: DirectoryNumber, in book: inout SwitchCallTable, _ answer: Answer) throws(RequestError) {
        guard try book.known(dn, in: answer.connection).state == .ringing else {
            throw RequestError(.callInWrongState, "ThisDN is not ringing.")
        }
        let legs = book[answer.connection]?.legs ?? []
        let isPredictive = book[answer.connection]?.isPredictive ?? false
        book.change(answer.connection) { $0.set(dn, to: .established) }
        answer.first(.established(dn))
        for leg in legs where leg.state == .dialing {
            if isPredictive {
                book.change(answer.connection) { $0.set(leg.dn, to: .queued) }
                answer.then(.queued(leg.dn))
                if directory[leg.index].type == .routingPoint { answer.then(.routeRequested(at: leg.dn)) }
            } else {
                book.change(answer.connection) { $0.set(leg.dn, to: .established) }
                answer.then(.established(leg.dn))
            }
        }
    }

    func change(
        _ dn: DirectoryNumber, from state: Party.State, to next: Party.State, _ event: SwitchReport.Event,
        in book: inout SwitchCallTable, _ answer: Answer
    ) throws(RequestError) {
        guard try book.known(dn, in: answer.connection).state == state else {
            throw RequestError(.callInWrongState, "The call is not \(state.rawValue) at ThisDN.")
        }
        book.change(answer.connection) { $0.set(dn, to: next) }
        answer.first(event)
    }

    // MARK: - Parties leave

    /// Takes a party out of its call. A call of fewer than two parties is none.
    func release(_ dn: DirectoryNumber, in book: inout SwitchCallTable, _ answer: Answer) throws(RequestError) {
        let leaving = try book.known(dn, in: answer.connection)
        lines.free(leaving.index)
        book.change(answer.connection) { $0.remove(dn) }
        answer.first(.released(dn, .ok))
        endIfAlone(answer.connection, in: &book, answer)
    }

    func endIfAlone(_ connection: ConnectionID, in book: inout SwitchCallTable, _ answer: Answer) {
        guard let call = book[connection], call.legs.count < 2 else { return }
        for other in call.legs {
            lines.free(other.index)
            switch other.state {
            case .ringing, .queued: answer.then(.abandoned(other.dn), of: connection)
            case .dialing, .established, .held: answer.then(.released(other.dn, .ok), of: connection)
            }
        }
        _ = book.remove(connection)
    }

    func clear(
        _ dn: DirectoryNumber, _ state: CallState, in book: inout SwitchCallTable, _ answer: Answer
    ) throws(RequestError) {
        _ = try book.known(dn, in: answer.connection)
        for leg in book.remove(answer.connection)?.legs ?? [] { lines.free(leg.index) }
        answer.first(.cleared(by: dn, state))
    }

    func remove(
        _ dn: DirectoryNumber, by dealer: DirectoryNumber, in book: inout SwitchCallTable, _ answer: Answer
    ) throws(RequestError) {
        _ = try book.known(dealer, in: answer.connection)
        let leaving = try book.known(dn, in: answer.connection)
        lines.free(leaving.index)
        book.change(answer.connection) { $0.remove(dn) }
        answer.first(.removed(dn, by: dealer))
        endIfAlone(answer.connection, in: &book, answer)
    }

    // MARK: - Parties are replaced, and come

    func route(
        _ from: DirectoryNumber, _ to: DirectoryNumber, in book: inout SwitchCallTable, _ answer: Answer
    ) throws(RequestError) {
        _ = try book.known(from, in: answer.connection)
        let target = try target(to, from: from, .badRouteDestination, in: answer.connection, book)
        let state = arrivalState(at: target)
        replace(from, by: SwitchCallTable.Leg(dn: to, index: target, state: state), in: answer.connection, &book)
        answer.first(.routeUsed(at: from, to: to))
        answer.then(.diverted(from: from, to: to))
        answer.then(.joined(to, role: .destination, state: state))
        askForRoute(at: to, target, answer)
    }

    /// Another DN takes a party's place: one that rings, or one that speaks.
    func move(
        _ from: DirectoryNumber, _ to: DirectoryNumber, whileIn state: Party.State, in book: inout SwitchCallTable,
        _ answer: Answer, telling event: (Party.State) -> SwitchReport.Event
    ) throws(RequestError) {
        guard try book.known(from, in: answer.connection).state == state else {
            throw RequestError(.callInWrongState, "The call is not \(state.rawValue) at ThisDN.")
        }
        let target = try target(to, from: from, .badCalledDN, in: answer.connection, book)
        let arrival = arrivalState(at: target)
        replace(from, by: SwitchCallTable.Leg(dn: to, index: target, state: arrival), in: answer.connection, &book)
        answer.first(event(arrival))
        askForRoute(at: to, target, answer)
    }

    func add(
        _ dn: DirectoryNumber, by dealer: DirectoryNumber, in book: inout SwitchCallTable, _ answer: Answer
    ) throws(RequestError) {
        guard try book.known(dealer, in: answer.connection).state == .established else {
            throw RequestError(.callInWrongState, "ThisDN is not in an established call.")
        }
        guard directory.index(of: dn).map({ directory[$0].type.isQueueOrRoutingPoint }) != true else {
            throw RequestError(
                .badCalledDN, "OtherDN is a queue or routing point, which cannot take part in a conference.")
        }
        let target = try target(dn, from: dealer, .badCalledDN, in: answer.connection, book)
        book.change(answer.connection) { $0.legs.append(SwitchCallTable.Leg(dn: dn, index: target, state: .ringing)) }
        answer.first(.added(dn, by: dealer, state: .ringing))
    }

    /// Where a call may go, with its line taken.
    private func target(
        _ to: DirectoryNumber, from: DirectoryNumber, _ code: ErrorCode, in connection: ConnectionID,
        _ book: borrowing SwitchCallTable
    ) throws(RequestError) -> Directory.Index {
        guard from != to, let target = directory.index(of: to) else {
            throw RequestError(code, "OtherDN is no DN that the call could go to.")
        }
        guard book[connection]?.leg(of: to) == nil else {
            throw RequestError(code, "OtherDN is in this call already.")
        }
        guard lines.take(target) else { throw Self.busy }
        return target
    }

    static let busy = RequestError(.dnBusy, "All lines of OtherDN are in use.")

    private func replace(
        _ dn: DirectoryNumber, by leg: SwitchCallTable.Leg, in connection: ConnectionID, _ book: inout SwitchCallTable
    ) {
        if let leaving = book[connection]?.leg(of: dn) { lines.free(leaving.index) }
        book.change(connection) { call in
            call.remove(dn)
            call.legs.append(leg)
        }
    }

    private func askForRoute(at dn: DirectoryNumber, _ index: Directory.Index, _ answer: Answer) {
        if directory[index].type == .routingPoint { answer.then(.routeRequested(at: dn)) }
    }
}
