public import TLibrary

/// What an agent request that was accepted makes of its DN.
public struct AgentChange: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case login, logout, ready, notReady
    }

    public let kind: Kind
    /// The agent as the event tells it: after the change, and of a logout as it was asked for.
    public let agent: AgentState

    /// Who is logged in on the DN from now on.
    public var after: AgentState? {
        switch kind {
        case .logout: nil
        case .login, .ready, .notReady: agent
        }
    }

    /// The event that tells it (WireFormat, "Agents").
    public var message: MessageNumber {
        switch kind {
        case .login: .eventAgentLogin
        case .logout: .eventAgentLogout
        case .ready: .eventAgentReady
        case .notReady: .eventAgentNotReady
        }
    }
}

extension AgentChange {
    /// Judges a request for the DN at `index`, whose agent is `before`, in the order of WireFormat, "Agents". That the
    /// agent of a login is logged in nowhere else is for the caller to see to, after this.
    public init(
        _ request: AgentRequest, on index: Directory.Index, before: AgentState?, _ directory: Directory
    ) throws(RequestError) {
        try request.settings.check(directory)
        guard directory[index].type.isAgentDN else {
            throw RequestError(
                .incompatibleObject, "ThisDN is no extension or ACD position, where an agent could work.")
        }
        switch request.verb {
        case .login(let agentID):
            guard directory.agent(agentID) != nil else {
                throw RequestError(.wrongAgentID, "AgentID is not in this server's configuration.")
            }
            if let before { throw Self.taken(by: before, for: agentID) }
            kind = .login
            agent = AgentState(
                agentID: agentID, isReady: request.settings.workMode.takesCalls, workMode: request.settings.workMode,
                queue: request.settings.queue)
        case .logout:
            kind = .logout
            agent = try Self.present(before).with(request.settings)
        case .ready:
            kind = .ready
            agent = try Self.turned(before, isReady: true, request.settings)
        case .notReady:
            kind = .notReady
            agent = try Self.turned(before, isReady: false, request.settings)
        }
    }

    private static func taken(by before: AgentState, for agentID: String) -> RequestError {
        before.agentID.hasSameBytes(as: agentID)
            ? RequestError(.alreadyInState, "The agent is logged in on ThisDN already.")
            : RequestError(.agentAlreadyLoggedIn, "Another agent is logged in on ThisDN.")
    }

    private static func present(_ agent: AgentState?) throws(RequestError) -> AgentState {
        guard let agent else { throw RequestError(.agentNotLoggedIn, "No agent is logged in on ThisDN.") }
        return agent
    }

    /// Whoever turns from one to the other, leaves the work mode of before behind, unless the request gives one.
    private static func turned(
        _ before: AgentState?, isReady: Bool, _ settings: AgentSettings
    ) throws(RequestError) -> AgentState {
        let before = try present(before)
        var after = before
        if after.isReady != isReady { after.workMode = .unknown }
        after.isReady = isReady
        after = after.with(settings)
        guard after != before else {
            throw RequestError(
                .alreadyInState, "The agent is \(isReady ? "ready" : "not ready") already, in this work mode and queue."
            )
        }
        return after
    }
}

extension AgentState {
    /// With what a request says; what it does not say stays.
    fileprivate func with(_ settings: AgentSettings) -> AgentState {
        var changed = self
        if settings.workMode != .unknown { changed.workMode = settings.workMode }
        if !settings.queue.isEmpty { changed.queue = settings.queue }
        return changed
    }
}

extension AgentWorkMode {
    /// Whether an agent who logs in with it takes calls at once.
    fileprivate var takesCalls: Bool { self == .manualIn || self == .autoIn }
}

extension AgentSettings {
    fileprivate func check(_ directory: Directory) throws(RequestError) {
        guard (AgentWorkMode.unknown.rawValue...AgentWorkMode.returnBack.rawValue).contains(workMode.rawValue) else {
            throw RequestError(.invalidAttribute, "AgentWorkMode is none of T-Library's.")
        }
        guard queue.isEmpty || directory.index(of: queue).map({ directory[$0].type.isQueueOrRoutingPoint }) == true
        else {
            throw RequestError(.invalidAttribute, "ThisQueue is no ACD queue or routing point of this server's.")
        }
    }
}
