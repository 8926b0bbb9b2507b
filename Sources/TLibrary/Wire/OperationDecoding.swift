extension AttributeTable {
    /// The operation that a request asks for, from attributes that have been checked against ``RequestRules``; nil for a
    /// message that is no request of this protocol. An optional attribute that is not there has the default that the
    /// protocol gives it (WireFormat, Requests).
    func operation(of message: MessageNumber, in frame: Span<UInt8>) -> Operation? {
        switch message {
        case .requestPrivateService: .privateService(integer(.privateMsgID, in: frame) ?? 0)
        case .requestRegisterClient: .registerClient(registerClient(in: frame))
        case .requestQueryServer: .queryServer
        case .requestQueryAddress: .queryAddress(enumeration(.addressInfoType, in: frame) ?? .addressStatus)
        case .requestRegisterAddress: .registerAddress(enumeration(.registerMode, in: frame) ?? .share)
        case .requestUnregisterAddress: .unregisterAddress
        case .requestAgentLogin:
            .agentLogin(
                AgentLogin(agentID: string(.agentID, in: frame) ?? "", settings: agentSettings(in: frame)))
        case .requestAgentLogout: .agentLogout(agentSettings(in: frame))
        case .requestAgentReady: .agentReady(agentSettings(in: frame))
        case .requestAgentNotReady: .agentNotReady(agentSettings(in: frame))
        case .requestAttachUserData: .attachUserData(userData(in: frame))
        case .requestUpdateUserData: .updateUserData(userData(in: frame))
        case .requestDeleteUserData: .deleteUserData
        case .requestDeletePair: .deletePair(string(.dataKey, in: frame) ?? "")
        default: callOperation(of: message, in: frame)
        }
    }

    private func callOperation(of message: MessageNumber, in frame: Span<UInt8>) -> Operation? {
        switch message {
        case .requestAnswerCall: .answerCall
        case .requestReleaseCall: .releaseCall
        case .requestHoldCall: .holdCall
        case .requestRetrieveCall: .retrieveCall
        case .requestClearCall: .clearCall
        case .requestQueryCall: .queryCall(enumeration(.callInfoType, in: frame) ?? .parties)
        case .requestMakeCall:
            .makeCall(
                MakeCall(
                    otherDN: otherDN(in: frame), userData: userData(in: frame),
                    type: enumeration(.makeCallType, in: frame) ?? .regular))
        case .requestMakePredictiveCall:
            .makePredictiveCall(
                MakePredictiveCall(
                    otherDN: otherDN(in: frame), userData: userData(in: frame), timeout: integer(.timeout, in: frame)))
        case .requestRouteCall:
            .routeCall(
                RouteCall(
                    otherDN: otherDN(in: frame), routeType: enumeration(.routeType, in: frame) ?? .unknown,
                    userData: userData(in: frame)))
        case .requestRedirectCall: .redirectCall(destination(in: frame))
        case .requestInitiateTransfer: .initiateTransfer(destination(in: frame))
        case .requestMuteTransfer: .muteTransfer(destination(in: frame))
        case .requestSingleStepTransfer: .singleStepTransfer(destination(in: frame))
        case .requestInitiateConference: .initiateConference(destination(in: frame))
        case .requestSingleStepConference: .singleStepConference(destination(in: frame))
        case .requestDeleteFromConference: .deleteFromConference(otherDN(in: frame))
        case .requestCompleteTransfer: .completeTransfer(connection(.transferConnID, in: frame) ?? .none)
        case .requestCompleteConference: .completeConference(connection(.conferenceConnID, in: frame) ?? .none)
        case .requestAlternateCall: .alternateCall(previousConnection(in: frame))
        case .requestReconnectCall: .reconnectCall(previousConnection(in: frame))
        case .requestMergeCalls:
            .mergeCalls(
                MergeCalls(
                    previousConnection: previousConnection(in: frame),
                    type: enumeration(.mergeType, in: frame) ?? .transfer))
        default: nil
        }
    }

    private func registerClient(in frame: Span<UInt8>) -> RegisterClient {
        RegisterClient(
            applicationName: string(.applicationName, in: frame) ?? "",
            protocolVersion: string(.protocolVersion, in: frame) ?? "",
            password: string(.applicationPassword, in: frame), sessionID: string(.sessionID, in: frame))
    }

    private func agentSettings(in frame: Span<UInt8>) -> AgentSettings {
        AgentSettings(
            queue: directoryNumber(.thisQueue, in: frame) ?? "",
            workMode: enumeration(.agentWorkMode, in: frame) ?? .unknown)
    }

    private func destination(in frame: Span<UInt8>) -> Destination {
        Destination(otherDN: otherDN(in: frame), userData: userData(in: frame))
    }

    private func otherDN(in frame: Span<UInt8>) -> DirectoryNumber {
        directoryNumber(.otherDN, in: frame) ?? ""
    }

    private func previousConnection(in frame: Span<UInt8>) -> ConnectionID {
        connection(.previousConnID, in: frame) ?? .none
    }

    private func userData(in frame: Span<UInt8>) -> KeyValueList {
        list(.userData, in: frame) ?? KeyValueList()
    }
}
