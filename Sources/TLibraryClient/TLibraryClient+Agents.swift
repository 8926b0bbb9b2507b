public import TLibrary

// Agents, in the domain's words. Each returns the event that answers the request.
extension TLibraryClient {
    /// Logs an agent in on a registered DN. The login outlives this session.
    @discardableResult
    public func logIn(
        _ agentID: String, at dn: DirectoryNumber, queue: DirectoryNumber = "", workMode: AgentWorkMode = .unknown
    ) async throws(TLibraryClientError) -> Event {
        let settings = AgentSettings(queue: queue, workMode: workMode)
        return try await request(.agentLogin(AgentLogin(agentID: agentID, settings: settings)), thisDN: dn)
    }

    /// Logs out whoever is logged in on the DN.
    @discardableResult
    public func logOut(
        at dn: DirectoryNumber, queue: DirectoryNumber = "", workMode: AgentWorkMode = .unknown
    ) async throws(TLibraryClientError) -> Event {
        try await request(.agentLogout(AgentSettings(queue: queue, workMode: workMode)), thisDN: dn)
    }

    @discardableResult
    public func setReady(
        at dn: DirectoryNumber, queue: DirectoryNumber = "", workMode: AgentWorkMode = .unknown
    ) async throws(TLibraryClientError) -> Event {
        try await request(.agentReady(AgentSettings(queue: queue, workMode: workMode)), thisDN: dn)
    }

    @discardableResult
    public func setNotReady(
        at dn: DirectoryNumber, queue: DirectoryNumber = "", workMode: AgentWorkMode = .unknown
    ) async throws(TLibraryClientError) -> Event {
        try await request(.agentNotReady(AgentSettings(queue: queue, workMode: workMode)), thisDN: dn)
    }
}
