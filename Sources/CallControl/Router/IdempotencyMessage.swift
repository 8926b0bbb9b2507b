import CallModel

/// What shards say to each other of requests that may be asked again (WireFormat, "Idempotent retries").
indirect enum IdempotencyMessage: Sendable {
    /// To a call of this shard.
    case inCall(ClientRequest)
    /// To the home of the application: a request whose session and DN are in order.
    case asked(ClientRequest)
    /// From it to the session: nobody has asked it before, so it is to be carried out.
    case goAhead(ClientRequest)
    /// From it to the session: it may take its next request.
    case decided(ClientID, IdempotencyKey)
    /// Back to it: the session was gone before the request could be carried out.
    case lapsed(ClientRequest)
    /// To where a request is remembered: its first answer, with whoever asked first.
    case answered(RequestContext, IdempotencyKey, CachedResponse)
    /// To a call of this shard: it makes an event anew for one who asked again.
    case replay(CachedEvent, to: RequestContext)
}

extension [Mailbox] {
    /// Brings an answer to where its request is remembered.
    func remember(_ answer: CachedResponse, of repeatable: IdempotencyKey, to asker: RequestContext) {
        let home: Int
        switch repeatable.scope {
        case .nothing: return
        case .call: home = Router.home(of: repeatable.connection, among: count)
        case .newCall, .agent: home = repeatable.home(among: count)
        }
        self[home].post(.repeated(.answered(asker, repeatable, answer)))
    }
}
