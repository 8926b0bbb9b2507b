import CallModel
import EventLoops

extension Exchange {
    func take(_ parcel: IdempotencyMessage) {
        switch parcel {
        case .inCall(let asked): router.enter(asked) { router, asked in router.handleLocally(copy asked) }
        case .asked(let asked): requests.enter(asked) { requests, asked in requests.take(copy asked) }
        case .lapsed(let asked): requests.enter(asked) { requests, asked in requests.lapse(copy asked) }
        case .goAhead(let asked): goAhead(asked)
        case .decided(let client, let request):
            guard let session = session(client) else { return }
            session.enter(request) { session, request in session.isDecided(request) }
            goOn(client)
        case .answered(let asker, let request, let answer): remember(answer, of: request, to: asker)
        case .replay(let event, let asker):
            router.enter((event, asker)) { router, told in router.replay(told.0, to: told.1) }
        }
    }

    private func goAhead(_ asked: ClientRequest) {
        guard let session = session(asked.client),
            session.enter(asked, { session, asked in session.goAhead(copy asked) })
        else {
            guard let request = asked.repeatable else { return }
            mailboxes[request.home(among: mailboxes.count)].post(.repeated(.lapsed(asked)))
            return
        }
        goOn(asked.client)
    }

    private func remember(_ answer: CachedResponse, of request: IdempotencyKey, to asker: RequestContext) {
        switch request.scope {
        case .nothing: break
        case .call: toCall(.answered(asker, answer), request.connection)
        case .newCall, .agent:
            requests.enter((request, answer)) { requests, told in requests.settle(told.0, told.1) }
        }
    }
}
