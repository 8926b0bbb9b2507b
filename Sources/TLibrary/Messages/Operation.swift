/// What a request wants done, with the attributes that only this request has (WireFormat, Requests).
public enum Operation: Sendable, Equatable {
    // The session and its DNs.
    indirect case registerClient(RegisterClient)
    case queryServer
    case queryAddress(AddressInfoType)
    case registerAddress(RegisterMode)
    case unregisterAddress

    // The agent on ThisDN.
    case agentLogin(AgentLogin)
    case agentLogout(AgentSettings)
    case agentReady(AgentSettings)
    case agentNotReady(AgentSettings)

    // One call.
    case makeCall(MakeCall)
    case makePredictiveCall(MakePredictiveCall)
    case answerCall
    case releaseCall
    case holdCall
    case retrieveCall
    case clearCall
    case redirectCall(Destination)
    case routeCall(RouteCall)
    case queryCall(CallInfoType)

    // Transfer and conference. ConnID is the main call.
    case initiateTransfer(Destination)
    /// The consultation call that is given over.
    case completeTransfer(ConnectionID)
    case muteTransfer(Destination)
    case singleStepTransfer(Destination)
    case initiateConference(Destination)
    /// The consultation call that is joined in.
    case completeConference(ConnectionID)
    case singleStepConference(Destination)
    /// The DN that is to leave.
    case deleteFromConference(DirectoryNumber)
    /// The held call.
    case alternateCall(ConnectionID)
    /// The held call.
    case reconnectCall(ConnectionID)
    case mergeCalls(MergeCalls)

    // User data.
    /// The pairs to add.
    case attachUserData(KeyValueList)
    /// The pairs to set.
    case updateUserData(KeyValueList)
    case deleteUserData
    /// The key to delete.
    case deletePair(String)

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
