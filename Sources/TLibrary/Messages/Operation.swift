/// What a request wants done, with the attributes that only this request has (WireFormat, Requests).
///
/// Nine bytes: cases with texts, lists or several values are indirect, so that a copy retains one object at most.
public enum Operation: Sendable, Equatable {
    // The session and its DNs.
    indirect case registerClient(RegisterClient)
    case queryServer
    case queryAddress(AddressInfoType)
    case registerAddress(RegisterMode)
    case unregisterAddress

    // The agent on ThisDN.
    indirect case agentLogin(AgentLogin)
    indirect case agentLogout(AgentSettings)
    indirect case agentReady(AgentSettings)
    indirect case agentNotReady(AgentSettings)

    // One call.
    indirect case makeCall(MakeCall)
    indirect case makePredictiveCall(MakePredictiveCall)
    case answerCall
    case releaseCall
    case holdCall
    case retrieveCall
    case clearCall
    indirect case redirectCall(Destination)
    indirect case routeCall(RouteCall)
    case queryCall(CallInfoType)

    // Transfer and conference. ConnID is the main call.
    indirect case initiateTransfer(Destination)
    /// The consultation call that is given over.
    case completeTransfer(ConnectionID)
    indirect case muteTransfer(Destination)
    indirect case singleStepTransfer(Destination)
    indirect case initiateConference(Destination)
    /// The consultation call that is joined in.
    case completeConference(ConnectionID)
    indirect case singleStepConference(Destination)
    /// The DN that is to leave.
    indirect case deleteFromConference(DirectoryNumber)
    /// The held call.
    case alternateCall(ConnectionID)
    /// The held call.
    case reconnectCall(ConnectionID)
    indirect case mergeCalls(MergeCalls)

    // User data.
    /// The pairs to add.
    indirect case attachUserData(KeyValueList)
    /// The pairs to set.
    indirect case updateUserData(KeyValueList)
    case deleteUserData
    /// The key to delete.
    indirect case deletePair(String)

    // Services beyond T-Library's own, recording among them.
    /// The PrivateMsgID, which says what is wanted.
    case privateService(Int32)

    /// The request's number.
    public var message: MessageNumber {
        switch self {
        case .registerClient: .requestRegisterClient
        case .queryServer: .requestQueryServer
        case .queryAddress: .requestQueryAddress
        case .registerAddress: .requestRegisterAddress
        case .unregisterAddress: .requestUnregisterAddress
        case .agentLogin: .requestAgentLogin
        case .agentLogout: .requestAgentLogout
        case .agentReady: .requestAgentReady
        case .agentNotReady: .requestAgentNotReady
        case .makeCall: .requestMakeCall
        case .makePredictiveCall: .requestMakePredictiveCall
        case .answerCall: .requestAnswerCall
        case .releaseCall: .requestReleaseCall
        case .holdCall: .requestHoldCall
        case .retrieveCall: .requestRetrieveCall
        case .clearCall: .requestClearCall
        case .redirectCall: .requestRedirectCall
        case .routeCall: .requestRouteCall
        case .queryCall: .requestQueryCall
        case .initiateTransfer: .requestInitiateTransfer
        case .completeTransfer: .requestCompleteTransfer
        case .muteTransfer: .requestMuteTransfer
        case .singleStepTransfer: .requestSingleStepTransfer
        case .initiateConference: .requestInitiateConference
        case .completeConference: .requestCompleteConference
        case .singleStepConference: .requestSingleStepConference
        case .deleteFromConference: .requestDeleteFromConference
        case .alternateCall: .requestAlternateCall
        case .reconnectCall: .requestReconnectCall
        case .mergeCalls: .requestMergeCalls
        case .attachUserData: .requestAttachUserData
        case .updateUserData: .requestUpdateUserData
        case .deleteUserData: .requestDeleteUserData
        case .deletePair: .requestDeletePair
        case .privateService: .requestPrivateService
        }
    }
}
