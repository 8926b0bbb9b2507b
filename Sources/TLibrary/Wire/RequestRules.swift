/// What the protocol asks of the attributes of a request: which must be there, of which type, and how large (WireFormat,
/// Requests and Attributes).
enum RequestRules {
    /// The attributes that the request must have besides ReferenceID, or nil for a message that is no request of this
    /// protocol.
    static func mandatory(for request: MessageNumber) -> AttributeSet? {
        switch request {
        case .requestPrivateService: privateService
        case .requestQueryServer: AttributeSet()
        case .requestRegisterClient: registerClient
        case .requestQueryAddress, .requestRegisterAddress, .requestUnregisterAddress, .requestAgentLogout,
            .requestAgentReady, .requestAgentNotReady:
            dn
        case .requestAgentLogin: agentLogin
        case .requestMakeCall, .requestMakePredictiveCall: makeCall
        case .requestAnswerCall, .requestReleaseCall, .requestHoldCall, .requestRetrieveCall, .requestClearCall,
            .requestDeleteUserData, .requestQueryCall:
            call
        case .requestInitiateConference, .requestInitiateTransfer, .requestDeleteFromConference,
            .requestMuteTransfer, .requestSingleStepTransfer, .requestRedirectCall, .requestSingleStepConference,
            .requestRouteCall:
            destination
        case .requestCompleteConference: completeConference
        case .requestCompleteTransfer: completeTransfer
        case .requestAlternateCall, .requestReconnectCall: heldCall
        case .requestMergeCalls: mergeCalls
        case .requestAttachUserData, .requestUpdateUserData: userData
        case .requestDeletePair: deletePair
        default: nil
        }
    }

    /// ``mandatory(for:)`` for each message number that T-Library has.
    static let mandatory: [AttributeSet?] = MessageNumber.names.indices.map { number in
        mandatory(for: MessageNumber(rawValue: UInt16(number)))
    }

    /// The attributes that hold a DN, a name, an AgentID or a DataKey, and so may have 255 bytes.
    static let names = AttributeSet(
        .thisDN, .otherDN, .thirdPartyDN, .thisQueue, .dnis, .ani, .agentID, .dataKey, .applicationName)

    /// All attributes that this protocol uses.
    static let documented = AttributeSet(AttributeNumber.definitions.map(\.number))

    /// The most bytes that Reasons may have, packed.
    static let maximumReasons = 4_096

    private static let dn = AttributeSet(.thisDN)
    private static let call = AttributeSet(.thisDN, .connID)
    private static let privateService = AttributeSet(.thisDN, .connID, .privateMsgID)
    private static let registerClient = AttributeSet(.applicationName, .protocolVersion)
    private static let agentLogin = AttributeSet(.thisDN, .agentID)
    private static let makeCall = AttributeSet(.thisDN, .otherDN)
    private static let destination = AttributeSet(.thisDN, .connID, .otherDN)
    private static let completeConference = AttributeSet(.thisDN, .connID, .conferenceConnID)
    private static let completeTransfer = AttributeSet(.thisDN, .connID, .transferConnID)
    private static let heldCall = AttributeSet(.thisDN, .connID, .previousConnID)
    private static let mergeCalls = AttributeSet(.thisDN, .connID, .previousConnID, .mergeType)
    private static let userData = AttributeSet(.thisDN, .connID, .userData)
    private static let deletePair = AttributeSet(.thisDN, .connID, .dataKey)
}

extension AttributeTable {
    /// The attributes that are over the size that a request may give them. Those of a wrong type may be among them.
    func oversized(in frame: Span<UInt8>) -> AttributeSet {
        if large.isEmpty { return AttributeSet() }
        var result = large.intersection(RequestRules.names)
        if large.contains(AttributeNumber.reasons.rawValue),
            size(of: .reasons, in: frame) > RequestRules.maximumReasons
        {
            result.insert(AttributeNumber.reasons.rawValue)
        }
        return result
    }

    /// The documented attributes that are over their size or hold a zero byte in their text.
    @inline(__always)
    func invalidText(in frame: Span<UInt8>) -> AttributeSet {
        if large.isEmpty && zeroed.isEmpty { return AttributeSet() }
        return oversized(in: frame).union(zeroed.intersection(RequestRules.documented))
    }
}
