import CallControl
import CallModel
import TLibrary

/// All that the peer has told of its calls, as a value: each event makes reports to the engine of what it changes, so
/// that what the engine knows and what the book says is one.
struct FeedCallTable {
    let directory: Directory
    /// Commands that may wait for their answers.
    let commandLimit: Int
    /// What the peer can carry out; `nil`: there is no peer, or it has not said.
    var abilities: Set<FeedVerb>?
    private(set) var calls: [FeedCallID: FeedCall] = [:]
    private var names: [ConnectionID: FeedCallID] = [:]
    /// The calls of the commands that were sent and not answered. A call that has ended may be among them, until the
    /// time of its command is over.
    var requests: [Int: FeedCallID] = [:]
    /// The calls of commands whose time is over, and that their calls remember.
    var expired: [Int: FeedCallID] = [:]
    var lastRequest = 0
    private var lastList = 0
    /// The number of the list that is being read.
    private var list: Int?
    /// The call that the list has begun as established, and whose media may be what it says next.
    private var establishing: FeedEvent.Beginning?
    /// The calls that a list which has ended tells otherwise; the next one last.
    private var agreeing: [FeedCallID] = []

    init(_ directory: Directory, commandLimit: Int) {
        self.directory = directory
        self.commandLimit = commandLimit
    }

    /// Takes what the peer says; after the end of a list not before ``agreeOn(_:)`` has nothing left to do.
    /// `line` is its number on the connection. `begin` asks the engine for a new call; `nil`: it takes no more.
    mutating func take(
        _ event: FeedEvent, line: Int = 0, begin: (SwitchPort.ExternalCall) -> ConnectionID?,
        _ outcome: inout FeedEffects
    ) throws(FeedProtocolError) {
        establish(before: event, &outcome)
        switch event {
        case .hello(let abilities, _): self.abilities = abilities
        case .ping: outcome.lines.append(FeedLine(notice: .pong))
        case .pong: break
        case .sync:
            lastList += 1
            list = lastList
        case .synced: try endList()
        case .begin(let beginning): try self.begin(beginning, begin, &outcome)
        case .unusable(let name): try leaveOut(name, line: line, &outcome)
        case .ringing(let name, let dn):
            let entry = try entry(of: dn)
            try change(name, &outcome) { call, outcome throws(FeedProtocolError) in try call.rings(entry, &outcome) }
        case .answered(let name, let dn):
            let entry = try entry(of: dn)
            try change(name, &outcome) { call, outcome throws(FeedProtocolError) in
                try call.isAnswered(by: entry, &outcome)
            }
        case .held(let name, let dn):
            try change(name, &outcome) { call, outcome throws(FeedProtocolError) in try call.isHeld(by: dn, &outcome) }
        case .retrieved(let name, let dn):
            try change(name, &outcome) { call, outcome throws(FeedProtocolError) in
                try call.isRetrieved(by: dn, &outcome)
            }
        case .diverted(let name, let from, let to):
            _ = try entry(of: to)
            try change(name, &outcome) { call, outcome throws(FeedProtocolError) in
                try call.isDiverted(from: from, to: to, &outcome)
            }
        case .media(let name, let dn, let session):
            let list = list
            try change(name, &outcome) { call, outcome throws(FeedProtocolError) in
                try call.hasMedia(dn, session, list: list, &outcome)
            }
        // A call that is over, or a party that has left, may be said to be so again.
        case .released(let name, let dn, let state):
            changeIfThere(name, &outcome) { call, outcome in call.isLeft(by: dn, state, &outcome) }
        case .end(let name): changeIfThere(name, &outcome) { call, outcome in call.ends(&outcome) }
        case .done(let id):
            try answer(id, &outcome) { call, request, outcome in call.carriedOut(request, &outcome) }
        case .refused(let id, let refused):
            try answer(id, &outcome) { call, request, outcome in
                call.waitsAgain = nil
                guard let command = request.answering else { return }
                call.tell(.refused(refused), answering: command, &outcome)
            }
        }
    }

    func name(of connection: ConnectionID) -> FeedCallID? { names[connection] }

    /// A command is sent about a live call.
    mutating func remember(_ request: FeedRequest, of name: FeedCallID) {
        requests[request.id] = name
        calls[name]?.requests.append(request)
    }

    private func entry(of dn: DirectoryNumber) throws(FeedProtocolError) -> Directory.Entry {
        guard let index = directory.index(of: dn) else { throw .unknownDN }
        return directory[index]
    }

    // MARK: - Calls

    private mutating func begin(
        _ beginning: FeedEvent.Beginning, _ begin: (SwitchPort.ExternalCall) -> ConnectionID?,
        _ outcome: inout FeedEffects
    ) throws(FeedProtocolError) {
        do throws(FeedRejection) {
            let ends = try places(of: beginning)
            if list != nil, beginning.isEstablished { establishing = beginning }
            guard calls[beginning.call] == nil else { return try listAgain(beginning, ends, &outcome) }
            let arrival = SwitchPort.ExternalCall(callType: beginning.type, ani: beginning.ani, dnis: beginning.dnis)
            guard let connection = begin(arrival) else {
                throw FeedRejection(
                    .tooManyCalls, RequestError(.resourceUnavailable, "The server has as many calls as it may have."))
            }
            var call = FeedCall(connection, list: list ?? lastList, isInherited: list != nil)
            call.begins(from: ends.from, to: ends.to, isEstablished: list == nil && beginning.isEstablished, &outcome)
            calls[beginning.call] = call
            names[connection] = beginning.call
        } catch {
            if let refused = error.refused {
                outcome.lines.append(FeedLine(notTaken: beginning.call, because: refused))
            }
            throw error.fault
        }
    }

    /// The peer hears that a `begin` cannot be used. One of a live call, outside a list, begins nothing.
    private func leaveOut(_ name: FeedCallID?, line: Int, _ outcome: inout FeedEffects) throws(FeedProtocolError) {
        if let name, list == nil, calls[name] != nil { throw .liveCall }
        outcome.lines.append(FeedLine(unusable: name, line: line))
        throw .malformed
    }

    /// In a list the parties of a call talk behind the `media` that follows its `begin`, so that a recording which begins
    /// with them finds it.
    private mutating func establish(before event: FeedEvent, _ outcome: inout FeedEffects) {
        guard let beginning = establishing else { return }
        switch event {
        case .media(beginning.call, _, _), .ping, .pong: return
        default: break
        }
        establishing = nil
        changeIfThere(beginning.call, &outcome) { call, outcome in call.talks(at: beginning.to, &outcome) }
    }

    private func places(
        of beginning: FeedEvent.Beginning
    ) throws(FeedRejection) -> (from: Directory.Entry, to: Directory.Entry) {
        guard let from = directory.index(of: beginning.from), let to = directory.index(of: beginning.to) else {
            throw FeedRejection(.unknownDN, RequestError(.notConfigured, "from or to is a DN that is not configured."))
        }
        guard from != to, !directory[from].type.isQueueOrRoutingPoint else {
            throw FeedRejection(.wrongState, RequestError(.badCalledDN, "A call goes from a party to another DN."))
        }
        return (directory[from], directory[to])
    }

    private mutating func listAgain(
        _ beginning: FeedEvent.Beginning, _ ends: (from: Directory.Entry, to: Directory.Entry),
        _ outcome: inout FeedEffects
    ) throws(FeedRejection) {
        guard let list else { throw FeedRejection(.liveCall, nil) }
        do throws(FeedProtocolError) {
            try change(beginning.call, &outcome) { call, outcome throws(FeedProtocolError) in
                try call.isListed(in: list, from: ends.from, to: ends.to, &outcome)
            }
        } catch {
            throw FeedRejection(error, nil)
        }
    }

    private mutating func change(
        _ name: FeedCallID, _ outcome: inout FeedEffects,
        _ step: (inout FeedCall, inout FeedEffects) throws(FeedProtocolError) -> Void
    ) throws(FeedProtocolError) {
        guard var call = calls[name] else { throw .unknownCall }
        defer { putBack(call, name) }
        try step(&call, &outcome)
    }

    mutating func changeIfThere(
        _ name: FeedCallID, _ outcome: inout FeedEffects, _ step: (inout FeedCall, inout FeedEffects) -> Void
    ) {
        guard var call = calls[name] else { return }
        step(&call, &outcome)
        putBack(call, name)
    }

    private mutating func putBack(_ call: FeedCall, _ name: FeedCallID) {
        guard call.isOver else {
            calls[name] = call
            return
        }
        calls[name] = nil
        names[call.connection] = nil
        for request in call.requests where request.isExpired { expired[request.id] = nil }
    }

    // MARK: - Lists

    /// What the list has not named is gone, and what it tells otherwise changes: each call in a step of its own.
    private mutating func endList() throws(FeedProtocolError) {
        guard let list else { throw .wrongState }
        self.list = nil
        let disagreeing = calls.filter { !$0.value.agrees(with: list) }
        agreeing = disagreeing.sorted { $0.value.connection.rawValue > $1.value.connection.rawValue }.map(\.key)
    }

    /// Brings one more call into agreement with the list that has ended. `false`: all are.
    mutating func agreeOn(_ outcome: inout FeedEffects) -> Bool {
        guard let name = agreeing.popLast() else { return false }
        let list = lastList
        changeIfThere(name, &outcome) { call, outcome in
            if call.list == list { call.agree(&outcome) } else { call.ends(&outcome) }
        }
        return true
    }

    /// The connection is lost: nobody answers what was asked. Calls go on.
    mutating func lose(_ refused: RequestError, _ outcome: inout FeedEffects) {
        abilities = nil
        list = nil
        establishing = nil
        agreeing = []
        let asked = requests.sorted(by: { $0.key < $1.key }).map(\.value)
        for name in asked + expired.values {
            changeIfThere(name, &outcome) { call, outcome in
                call.refuseAll(refused, &outcome)
                call.requests = []
            }
        }
        requests = [:]
        expired = [:]
    }
}

/// Why a call is not taken, and what the peer is told of it; `nil`: nothing.
private struct FeedRejection: Error {
    let fault: FeedProtocolError
    let refused: RequestError?

    init(_ fault: FeedProtocolError, _ refused: RequestError?) {
        self.fault = fault
        self.refused = refused
    }
}
