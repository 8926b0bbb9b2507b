/// What a server tells a client (WireFormat, Events), decoded as a client wants it: each documented attribute in a
/// property of its own, nil where the event does not have it.
///
/// Which attributes an event has depends on its message; so this is one type, and not one for each message.
public struct Event: Sendable, Equatable {
    public var message: MessageNumber

    // The event itself.
    /// The request that this answers; nil in every copy but the requester's.
    public var referenceID: ReferenceID?
    public var sequenceNumber: UInt64?
    /// When it happened: seconds since 1970, and microseconds beyond them.
    public var timeSeconds: UInt32?
    public var timeMicroseconds: UInt32?
    public var reasons: KeyValueList?
    public var extensions: KeyValueList?

    // The call.
    public var connID: ConnectionID?
    public var previousConnID: ConnectionID?
    public var transferConnID: ConnectionID?
    public var conferenceConnID: ConnectionID?
    public var callID: Int32?
    public var callUUID: String?
    public var callType: CallType?
    public var callState: CallState?
    public var cause: Cause?
    public var ani: String?
    public var dnis: String?
    /// The call's whole user data, never a part of it.
    public var userData: KeyValueList?

    // Its parties.
    public var thisDN: DirectoryNumber?
    public var thisDNRole: DNRole?
    public var otherDN: DirectoryNumber?
    public var otherDNRole: DNRole?
    public var thirdPartyDN: DirectoryNumber?
    public var thirdPartyDNRole: DNRole?
    public var thisQueue: DirectoryNumber?
    public var agentID: String?
    public var agentWorkMode: AgentWorkMode?

    // Answers.
    public var errorCode: ErrorCode?
    public var errorMessage: String?
    /// The request that EventACK and EventError answer.
    public var userEvent: MessageNumber?
    public var privateMsgID: Int32?
    public var addressInfoType: AddressInfoType?
    public var addressInfoStatus: AddressStatus?
    public var callInfoType: CallInfoType?

    // The server.
    public var applicationName: String?
    public var serverVersion: String?
    public var serverRole: ServerRole?
    public var sessionID: String?
    /// Microseconds since 1970. It tells the runs of a server apart.
    public var serverStartTime: UInt64?

    public init(_ message: MessageNumber) {
        self.message = message
    }
}
