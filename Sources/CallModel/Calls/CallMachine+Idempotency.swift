import EventLoops
import TLibrary

/// Requests that are carried out once, however often they are asked (WireFormat, "Idempotent retries").
extension CallMachine {
    mutating func take(
        _ request: Request, _ repeatable: IdempotencyKey, from client: ClientID, as name: CallIDs?,
        _ step: inout CallStep
    ) {
        let asker = RequestContext(request, from: client, repeatable: repeatable)
        do throws(RequestError) {
            guard !step.callHasEnded else { throw RequestError.callHasEnded }
            if repeatable.id.isEmpty { try checkParty(of: request, step) }
            try repeatable.check()
            switch repeatable.scope {
            case .nothing, .newCall, .agent: break
            case .call: if try isAnswered(repeatable, asker, &step) { return }
            }
            take(request, asker, as: name, &step)
        } catch {
            step.outcome.reply = CallReply(to: asker, about: request.connection, .refused(error))
        }
    }

    /// A ThisDN that is no party is found before a bad value is.
    private func checkParty(of request: Request, _ step: borrowing CallStep) throws(RequestError) {
        switch request.message {
        case .requestPrivateService, .requestQueryCall, .requestMakeCall, .requestMakePredictiveCall: return
        default: _ = try party(of: request, step)
        }
    }

    /// `false`: it is asked for the first time, and is to be carried out.
    private mutating func isAnswered(
        _ repeatable: IdempotencyKey, _ asker: RequestContext, _ step: inout CallStep
    ) throws(RequestError) -> Bool {
        remembered.forgetOld(at: step.moment.monotonic)
        guard let place = remembered.place(of: repeatable) else {
            let before = remembered.entries.count
            guard remembered.add(repeatable, by: asker, at: step.moment.monotonic) else {
                throw IdempotencyKey.tooMany
            }
            if remembered.entries.count == before { step.outcome.forgottenRequests += 1 }
            return false
        }
        let entry = remembered.entries[place]
        guard entry.request.digest == repeatable.digest else { throw IdempotencyKey.differs }
        guard let answer = entry.answer else {
            guard remembered.wait(asker, at: place) else { throw IdempotencyKey.tooMany }
            return true
        }
        give(answer, to: asker, &step)
        tellOutcome(of: entry, to: asker, &step)
        remembered.asked(by: asker, at: place)
        return true
    }

    /// Whoever asked last is told what came of a recording request, and nobody else.
    private mutating func tellOutcome(
        of entry: CallIdempotencyCache.Entry, to asker: RequestContext, _ step: inout CallStep
    ) {
        guard var outcome = entry.outcome else { return recordings.handOver(from: entry.latest, to: asker) }
        outcome.asker = asker
        step.outcome.results.append(outcome)
    }

    private func give(_ answer: CachedResponse, to asker: RequestContext, _ step: inout CallStep) {
        let connection = step.facts.identity.connection
        switch answer {
        case .accepted(let wishes):
            step.outcome.again.append(.reply(CallReply(to: asker, about: connection, .accepted(wishes))))
        case .refused(let refused):
            step.outcome.again.append(.reply(CallReply(to: asker, about: connection, .refused(refused))))
        case .event(let event) where event.connection == connection:
            step.outcome.again.append(.event(event.again(step.facts, to: asker)))
        case .agentEvent: preconditionFailure("What is asked of a call is not about an agent.")
        case .event(let event):
            // The other call has become part of this one, and told it with this event.
            step.outcome.again.append(.event(event.againOfEndedCall(to: asker)))
        }
    }

    /// Makes an event anew that was the first answer to a request that another part of the engine remembers.
    func replay(_ event: CachedEvent, to asker: RequestContext, _ step: inout CallStep) {
        guard !step.callHasEnded else {
            step.outcome.reply = CallReply(to: asker, about: step.facts.identity.connection, .refused(.callHasEnded))
            return
        }
        give(.event(event), to: asker, &step)
    }

    // MARK: - Answers

    /// Keeps what this step answers. Whoever has asked again meanwhile is answered with it.
    mutating func rememberAnswers(_ step: inout CallStep) {
        guard !remembered.isEmpty else { return }
        if let reply = step.outcome.reply, let answer = CachedResponse(reply.content) {
            remember(answer, to: reply.asker, &step)
        }
        for event in step.outcome.events where event.isAnswer {
            guard let asker = event.asker, let answer = CachedResponse(event) else { continue }
            remember(answer, to: asker, &step)
        }
        for result in step.outcome.results {
            guard let place = remembered.place(lastAskedBy: result.asker) else { continue }
            remembered.note(result, at: place)
        }
    }

    /// `asker` is who asked first.
    mutating func remember(_ answer: CachedResponse, to asker: RequestContext, _ step: inout CallStep) {
        guard let place = remembered.place(awaiting: asker) else { return }
        for waiting in remembered.settle(answer, at: place) { give(answer, to: waiting, &step) }
    }
}
