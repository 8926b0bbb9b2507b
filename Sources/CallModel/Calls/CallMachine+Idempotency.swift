import EventLoops
import TLibrary

/// Requests that are carried out once, however often they are asked (WireFormat, "Idempotent retries").
extension CallMachine {
    mutating func take(
        _ request: Request, _ repeatable: IdempotencyKey, from client: ClientID, as name: CallIDs?,
        _ environment: borrowing CallEnvironment, _ effects: inout Effects
    ) {
        let asker = RequestContext(request, from: client, repeatable: repeatable)
        do throws(RequestError) {
            guard !hasEnded else { throw RequestError.callHasEnded }
            if repeatable.id.isEmpty { try checkParty(of: request) }
            try repeatable.check()
            switch repeatable.scope {
            case .nothing, .newCall, .agent: break
            case .call: if try isAnswered(repeatable, asker, environment, &effects) { return }
            }
            take(request, asker, as: name, environment, &effects)
        } catch {
            effects.reply = CallReply(to: asker, about: request.connection, .refused(error))
        }
    }

    /// A ThisDN that is no party is found before a bad value is.
    private func checkParty(of request: Request) throws(RequestError) {
        switch request.message {
        case .requestPrivateService, .requestQueryCall, .requestMakeCall, .requestMakePredictiveCall: return
        default: _ = try party(of: request)
        }
    }

    /// `false`: it is asked for the first time, and is to be carried out.
    private mutating func isAnswered(
        _ repeatable: IdempotencyKey, _ asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) throws(RequestError) -> Bool {
        remembered.forgetOld(at: environment.moment.monotonic)
        guard let place = remembered.place(of: repeatable) else {
            let before = remembered.entries.count
            guard remembered.add(repeatable, by: asker, at: environment.moment.monotonic) else {
                throw IdempotencyKey.tooMany
            }
            if remembered.entries.count == before { effects.forgottenRequests += 1 }
            return false
        }
        let entry = remembered.entries[place]
        guard entry.request.digest == repeatable.digest else { throw IdempotencyKey.differs }
        guard let answer = entry.answer else {
            guard remembered.wait(asker, at: place) else { throw IdempotencyKey.tooMany }
            return true
        }
        give(answer, to: asker, environment, &effects)
        tellOutcome(of: entry, to: asker, environment, &effects)
        remembered.asked(by: asker, at: place)
        return true
    }

    /// Whoever asked last is told what came of a recording request, and nobody else.
    private mutating func tellOutcome(
        of entry: CallIdempotencyCache.Entry, to asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        guard var outcome = entry.outcome else { return recordings.handOver(from: entry.latest, to: asker) }
        outcome.asker = asker
        effects.results.append(outcome)
    }

    private func give(
        _ answer: CachedResponse, to asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        let connection = facts.identity.connection
        switch answer {
        case .accepted(let wishes):
            effects.replays.append(.reply(CallReply(to: asker, about: connection, .accepted(wishes))))
        case .refused(let refused):
            effects.replays.append(.reply(CallReply(to: asker, about: connection, .refused(refused))))
        case .event(let event) where event.connection == connection:
            effects.replays.append(.event(event.again(facts, to: asker)))
        case .agentEvent: preconditionFailure("What is asked of a call is not about an agent.")
        case .event(let event):
            // The other call has become part of this one, and told it with this event.
            effects.replays.append(.event(event.againOfEndedCall(to: asker)))
        }
    }

    /// Makes an event anew that was the first answer to a request that another part of the engine remembers.
    func replay(
        _ event: CachedEvent, to asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        guard !hasEnded else {
            effects.reply = CallReply(to: asker, about: facts.identity.connection, .refused(.callHasEnded))
            return
        }
        give(.event(event), to: asker, environment, &effects)
    }

    // MARK: - Answers

    /// Keeps what this step answers. Whoever has asked again meanwhile is answered with it.
    mutating func rememberAnswers(_ environment: borrowing CallEnvironment, _ effects: inout Effects) {
        guard !remembered.isEmpty else { return }
        if let reply = effects.reply, let answer = CachedResponse(reply.content) {
            remember(answer, to: reply.asker, environment, &effects)
        }
        for event in effects.events where event.isAnswer {
            guard let asker = event.asker, let answer = CachedResponse(event, of: event.earlier ?? facts) else {
                continue
            }
            remember(answer, to: asker, environment, &effects)
        }
        for result in effects.results {
            guard let place = remembered.place(lastAskedBy: result.asker) else { continue }
            remembered.note(result, at: place)
        }
    }

    /// `asker` is who asked first.
    mutating func remember(
        _ answer: CachedResponse, to asker: RequestContext, _ environment: borrowing CallEnvironment,
        _ effects: inout Effects
    ) {
        guard let place = remembered.place(awaiting: asker) else { return }
        for waiting in remembered.settle(answer, at: place) { give(answer, to: waiting, environment, &effects) }
    }
}
