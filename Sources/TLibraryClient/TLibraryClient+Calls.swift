public import TLibrary

// Registrations and calls, in the domain's words. Each returns the first event that answers the request.
extension TLibraryClient {
    /// Registers a DN and returns what is on it: one EventRegistered, or several where its calls do not fit in one
    /// (WireFormat, "Snapshots").
    @discardableResult
    public func register(
        _ dn: DirectoryNumber, mode: RegisterMode = .share
    ) async throws(TLibraryClientError) -> [Event] {
        try await ask(.registerAddress(mode), dn, .none, [:], [:], awaiting: .allParts)
    }

    @discardableResult
    public func unregister(_ dn: DirectoryNumber) async throws(TLibraryClientError) -> Event {
        try await request(.unregisterAddress, thisDN: dn)
    }

    /// Places a call. From a trunk it is an inbound one, and Extensions `ani` and `dnis` give its numbers.
    @discardableResult
    public func makeCall(
        from dn: DirectoryNumber, to destination: DirectoryNumber, userData: KeyValueList = [:],
        extensions: KeyValueList = [:]
    ) async throws(TLibraryClientError) -> Event {
        try await request(
            .makeCall(MakeCall(otherDN: destination, userData: userData)), thisDN: dn, extensions: extensions)
    }

    @discardableResult
    public func answer(_ call: ConnectionID, at dn: DirectoryNumber) async throws(TLibraryClientError) -> Event {
        try await request(.answerCall, thisDN: dn, connection: call)
    }

    @discardableResult
    public func release(_ call: ConnectionID, at dn: DirectoryNumber) async throws(TLibraryClientError) -> Event {
        try await request(.releaseCall, thisDN: dn, connection: call)
    }

    @discardableResult
    public func hold(_ call: ConnectionID, at dn: DirectoryNumber) async throws(TLibraryClientError) -> Event {
        try await request(.holdCall, thisDN: dn, connection: call)
    }

    @discardableResult
    public func retrieve(_ call: ConnectionID, at dn: DirectoryNumber) async throws(TLibraryClientError) -> Event {
        try await request(.retrieveCall, thisDN: dn, connection: call)
    }

    /// Sends a call on from a routing point. Extensions `record` may start or stop a recording on the way.
    @discardableResult
    public func route(
        _ call: ConnectionID, at routingPoint: DirectoryNumber, to destination: DirectoryNumber,
        extensions: KeyValueList = [:]
    ) async throws(TLibraryClientError) -> Event {
        try await request(
            .routeCall(RouteCall(otherDN: destination)), thisDN: routingPoint, connection: call, extensions: extensions)
    }
}
