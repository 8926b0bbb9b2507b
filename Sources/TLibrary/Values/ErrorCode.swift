/// What EventError says was wrong (T-Library's TERR codes).
///
/// These are the codes with a use in this field; any other number is kept as it is.
public struct ErrorCode: OpenEnumeration {
    public let rawValue: Int32

    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

// The core block.
extension ErrorCode {
    public static let noMoreLicenses = ErrorCode(rawValue: 40)
    /// The session has not registered ThisDN.
    public static let notRegistered = ErrorCode(rawValue: 41)
    /// Another session holds the DN.
    public static let resourceSeized = ErrorCode(rawValue: 42)
    /// What was asked for is so already.
    public static let alreadyInState = ErrorCode(rawValue: 43)
    /// Never sent: a refusal says what was wrong.
    public static let unknownError = ErrorCode(rawValue: 50)
    /// The server knows the request and does not serve it.
    public static let unsupportedOperation = ErrorCode(rawValue: 51)
    public static let internalError = ErrorCode(rawValue: 52)
    /// An attribute's type, size or value is wrong.
    public static let invalidAttribute = ErrorCode(rawValue: 53)
    public static let noSwitch = ErrorCode(rawValue: 54)
    public static let protocolVersion = ErrorCode(rawValue: 55)
    /// No call has this ConnID, or none any more.
    public static let invalidConnectionID = ErrorCode(rawValue: 56)
    public static let timeout = ErrorCode(rawValue: 57)
    public static let outOfService = ErrorCode(rawValue: 58)
    /// The configuration has no such DN.
    public static let notConfigured = ErrorCode(rawValue: 59)
}

// Switches and calls.
extension ErrorCode {
    public static let badCallingDN = ErrorCode(rawValue: 61)
    public static let badCalledDN = ErrorCode(rawValue: 71)
    public static let originatorBusy = ErrorCode(rawValue: 79)
    public static let destinationInWrongState = ErrorCode(rawValue: 93)
    public static let cannotCompleteConference = ErrorCode(rawValue: 96)
    public static let cannotInitiateTransfer = ErrorCode(rawValue: 97)
    public static let cannotCompleteTransfer = ErrorCode(rawValue: 98)
    public static let cannotRetrieveOriginalCall = ErrorCode(rawValue: 99)
    public static let unknownCause = ErrorCode(rawValue: 100)
    public static let linkDown = ErrorCode(rawValue: 109)
    public static let requestInProgress = ErrorCode(rawValue: 110)
    public static let serviceUnavailable = ErrorCode(rawValue: 118)
    public static let badPassword = ErrorCode(rawValue: 119)
    public static let noSuchDN = ErrorCode(rawValue: 123)
    public static let alreadyRegistered = ErrorCode(rawValue: 125)
    public static let badDNTypeForRegistration = ErrorCode(rawValue: 128)
    public static let accessRestricted = ErrorCode(rawValue: 165)
    public static let resourceUnavailable = ErrorCode(rawValue: 166)
    public static let badOrigination = ErrorCode(rawValue: 168)
    public static let badDestination = ErrorCode(rawValue: 169)
    public static let badAgentID = ErrorCode(rawValue: 192)
    /// All lines of the destination are in use.
    public static let dnBusy = ErrorCode(rawValue: 231)
    public static let operationTimedOut = ErrorCode(rawValue: 236)
    public static let notSupportedNow = ErrorCode(rawValue: 258)
    public static let badRouteAddress = ErrorCode(rawValue: 402)
    public static let badRouteDestination = ErrorCode(rawValue: 415)
    public static let partyNotOnCall = ErrorCode(rawValue: 470)
    public static let partyHasHeldCall = ErrorCode(rawValue: 471)
    public static let callInWrongState = ErrorCode(rawValue: 496)
    public static let lackOfResources = ErrorCode(rawValue: 557)
}

// Messages and what they are made of (WireFormat, Bad input).
extension ErrorCode {
    /// No T-Library message has this number, or it is an event.
    public static let badMessageType = ErrorCode(rawValue: 102)
    /// A request before the session is open.
    public static let outsideService = ErrorCode(rawValue: 104)
    /// A mandatory attribute is not there.
    public static let missingElement = ErrorCode(rawValue: 105)
    /// The server has more work than it can take.
    public static let tooManyRequests = ErrorCode(rawValue: 111)
    public static let outOfSequence = ErrorCode(rawValue: 112)
    /// The attributes of a frame do not parse. T-Library calls it a bad value within an element.
    public static let elementFormat = ErrorCode(rawValue: 545)
    /// A frame's length is below four bytes or above the limit.
    public static let elementLength = ErrorCode(rawValue: 547)
}

// The states of objects, as CSTA words them.
extension ErrorCode {
    /// The object is of a kind that this is never asked of: an agent's login on a trunk.
    public static let incompatibleObject = ErrorCode(rawValue: 1141)
    public static let valueOutOfRange = ErrorCode(rawValue: 1142)
    public static let objectNotKnown = ErrorCode(rawValue: 1143)
    /// The object is in no state for this: a RESUME where nothing is recorded.
    public static let incorrectObjectState = ErrorCode(rawValue: 1161)
    public static let noActiveCall = ErrorCode(rawValue: 1163)
    public static let noHeldCall = ErrorCode(rawValue: 1164)
    public static let noCallToClear = ErrorCode(rawValue: 1165)
    public static let noCallToAnswer = ErrorCode(rawValue: 1167)
    public static let noCallToComplete = ErrorCode(rawValue: 1168)
    public static let conferenceLimit = ErrorCode(rawValue: 1177)
    public static let outstandingRequestLimit = ErrorCode(rawValue: 1183)
}

// Emulated agents.
extension ErrorCode {
    /// No Agent Login has this id.
    public static let wrongAgentID = ErrorCode(rawValue: 1703)
    /// The agent is logged in on another DN.
    public static let agentIDInUse = ErrorCode(rawValue: 1704)
    public static let agentPasswordMismatch = ErrorCode(rawValue: 1705)
    /// Another agent is logged in on the DN.
    public static let agentAlreadyLoggedIn = ErrorCode(rawValue: 1706)
    public static let agentNotLoggedIn = ErrorCode(rawValue: 1707)
}
