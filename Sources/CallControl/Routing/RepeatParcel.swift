import CallModel

/// What shards say to each other of requests that may be asked again (WireFormat, "Asking twice").
indirect enum RepeatParcel: Sendable {
    /// To a call of this shard.
    case inCall(Asked)
    /// To the home of the application: a request whose session and DN are in order.
    case asked(Asked)
    /// From it to the session: nobody has asked it before, so it is to be carried out.
    case goAhead(Asked)
    /// From it to the session: it may take its next request.
    case decided(ClientID, RepeatableRequest)
    /// Back to it: the session was gone before the request could be carried out.
    case lapsed(Asked)
    /// To where a request is remembered: its first answer, with whoever asked first.
    case answered(Asker, RepeatableRequest, FirstAnswer)
    /// To a call of this shard: it makes an event anew for one who asked again.
    case tellAgain(AnsweringEvent, to: Asker)
}

extension [Inbox] {
    /// Brings an answer to where its request is remembered.
    func remember(_ answer: FirstAnswer, of repeatable: RepeatableRequest, to asker: Asker) {
        let home: Int
        switch repeatable.scope {
        case .nothing: return
        case .call: home = Router.home(of: repeatable.connection, among: count)
        case .newCall, .agent: home = repeatable.home(among: count)
        }
        self[home].post(.repeated(.answered(asker, repeatable, answer)))
    }
}
