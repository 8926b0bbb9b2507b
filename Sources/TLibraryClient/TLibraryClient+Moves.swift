public import TLibrary

// Calls that move, in the domain's words. Each returns the first event that answers the request; what happens at the other
// DNs is told by their own events.
extension TLibraryClient {
    /// Calls `destination` from a queue or routing point, where the call waits for an agent once it is answered.
    ///
    /// `timeout` are the seconds after which a call that nobody answers ends; `nil`: it never does by itself.
    @discardableResult
    public func makePredictiveCall(
        from dn: DirectoryNumber, to destination: DirectoryNumber, timeout: Int32? = nil, userData: KeyValueList = [:]
    ) async throws(TLibraryClientError) -> Event {
        try await request(
            .makePredictiveCall(MakePredictiveCall(otherDN: destination, userData: userData, timeout: timeout)),
            thisDN: dn)
    }

    /// Sends a call that rings on the DN to another.
    @discardableResult
    public func redirect(
        _ call: ConnectionID, at dn: DirectoryNumber, to destination: DirectoryNumber, userData: KeyValueList = [:]
    ) async throws(TLibraryClientError) -> Event {
        try await request(
            .redirectCall(Destination(otherDN: destination, userData: userData)), thisDN: dn, connection: call)
    }

    /// Takes all parties out of the call.
    @discardableResult
    public func clear(_ call: ConnectionID, at dn: DirectoryNumber) async throws(TLibraryClientError) -> Event {
        try await request(.clearCall, thisDN: dn, connection: call)
    }

    // MARK: - Transfer

    /// Puts `destination` in the DN's place at once, ringing or not.
    @discardableResult
    public func transfer(
        _ call: ConnectionID, at dn: DirectoryNumber, to destination: DirectoryNumber, userData: KeyValueList = [:]
    ) async throws(TLibraryClientError) -> Event {
        try await request(
            .singleStepTransfer(Destination(otherDN: destination, userData: userData)), thisDN: dn, connection: call)
    }

    /// The same, by RequestMuteTransfer.
    @discardableResult
    public func muteTransfer(
        _ call: ConnectionID, at dn: DirectoryNumber, to destination: DirectoryNumber, userData: KeyValueList = [:]
    ) async throws(TLibraryClientError) -> Event {
        try await request(
            .muteTransfer(Destination(otherDN: destination, userData: userData)), thisDN: dn, connection: call)
    }

    /// Holds the call and calls `destination`. The consultation call's ConnID comes with its EventDialing, whose
    /// TransferConnID is this call.
    @discardableResult
    public func initiateTransfer(
        _ call: ConnectionID, at dn: DirectoryNumber, to destination: DirectoryNumber, userData: KeyValueList = [:]
    ) async throws(TLibraryClientError) -> Event {
        try await request(
            .initiateTransfer(Destination(otherDN: destination, userData: userData)), thisDN: dn, connection: call)
    }

    /// Leaves the parties of both calls to each other, in this one.
    @discardableResult
    public func completeTransfer(
        _ call: ConnectionID, at dn: DirectoryNumber, consultation: ConnectionID
    ) async throws(TLibraryClientError) -> Event {
        try await request(.completeTransfer(consultation), thisDN: dn, connection: call)
    }

    // MARK: - Conference

    /// Brings `party` into the call at once, ringing or not.
    @discardableResult
    public func add(
        _ party: DirectoryNumber, to call: ConnectionID, at dn: DirectoryNumber, userData: KeyValueList = [:]
    ) async throws(TLibraryClientError) -> Event {
        try await request(
            .singleStepConference(Destination(otherDN: party, userData: userData)), thisDN: dn, connection: call)
    }

    /// Holds the call and calls `destination`. The consultation call's ConnID comes with its EventDialing, whose
    /// ConferenceConnID is this call.
    @discardableResult
    public func initiateConference(
        _ call: ConnectionID, at dn: DirectoryNumber, to destination: DirectoryNumber, userData: KeyValueList = [:]
    ) async throws(TLibraryClientError) -> Event {
        try await request(
            .initiateConference(Destination(otherDN: destination, userData: userData)), thisDN: dn, connection: call)
    }

    /// Brings the parties of both calls together, in this one.
    @discardableResult
    public func completeConference(
        _ call: ConnectionID, at dn: DirectoryNumber, consultation: ConnectionID
    ) async throws(TLibraryClientError) -> Event {
        try await request(.completeConference(consultation), thisDN: dn, connection: call)
    }

    /// Takes `party` out of a conference.
    @discardableResult
    public func remove(
        _ party: DirectoryNumber, from call: ConnectionID, at dn: DirectoryNumber
    ) async throws(TLibraryClientError) -> Event {
        try await request(.deleteFromConference(party), thisDN: dn, connection: call)
    }

    // MARK: - Two calls

    /// Holds the call and retrieves `held`.
    @discardableResult
    public func alternate(
        _ call: ConnectionID, at dn: DirectoryNumber, with held: ConnectionID
    ) async throws(TLibraryClientError) -> Event {
        try await request(.alternateCall(held), thisDN: dn, connection: call)
    }

    /// Leaves the call and retrieves `held`.
    @discardableResult
    public func reconnect(
        _ call: ConnectionID, at dn: DirectoryNumber, with held: ConnectionID
    ) async throws(TLibraryClientError) -> Event {
        try await request(.reconnectCall(held), thisDN: dn, connection: call)
    }

    /// Makes `other` part of the call. As a `transfer` the DN leaves both, as a `conference` it stays.
    @discardableResult
    public func merge(
        _ call: ConnectionID, at dn: DirectoryNumber, with other: ConnectionID, as type: MergeType
    ) async throws(TLibraryClientError) -> Event {
        try await request(
            .mergeCalls(MergeCalls(previousConnection: other, type: type)), thisDN: dn, connection: call)
    }
}
